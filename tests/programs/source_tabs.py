"""Tabs as indentation and inside of lines: columns count characters."""	#: 1


def f(a, b):	#: 1
	if a	and	b:	#: 3 [true=2 false=1] [true=1 false=1]
		return	a if a > 1	else	b	#: 1 true=0 false=1
	elif	a:	#: 2 true=1 false=1
		for	x	in	range(a):	#: 2 next=1 done=1
			b += x	#: 1
	return	b or	a	#: 2 true=0 false=2


print(f(1, 2), f(1, 0), f(0, 1 - 1))	#: 1
try:	#: 1
	f("x",	{}[0])	#: 1 raise=1
except	KeyError	as	e:	#: 1 caught=1 passed=0
	print(e)	#: 1
