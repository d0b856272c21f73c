"""Star expressions in assignments, displays, calls, returns, subscripts and for targets; they raise in the middle."""  #: 1


def collect(*args, **kwargs):                                 #: 1
    return [*args, *kwargs.values()]                          #: 2


def gives(n):                                                 #: 1
    yield from range(n)                                       #: 4 raise=1


def unpack(items):                                            #: 1
    first, *middle, last = items                              #: 4 raise=2
    (a, [*b]), c = (first, middle), last                      #: 2
    return a, *b, c                                           #: 2


print(collect(*gives(2), *[3], **{"x": 4}, **{"y": 5} or {}))  #: 1 true=1 false=0
print({*gives(2), *()}, (*gives(1), 9), {**{"a": 1}, **({"b": 2} if collect() else {})})  #: 1 true=0 false=1
print(unpack("abcd"), unpack([1, 2]))                         #: 1
for a, *rest in [(1, 2, 3), (4,)]:                            #: 3 next=2 done=1
    print(a, rest)                                            #: 2
for bad in ([1], 5):                                          #: 3 next=2 done=1
    try:                                                      #: 2
        unpack(bad)                                           #: 2 raise=2
    except (ValueError, TypeError) as error:                  #: 2 caught=2 passed=0
        print(type(error).__name__)                           #: 2
for call in (                                                 #: 4 next=3 done=1
    lambda: collect(**{"x": 1}, **{"x": 2}),                  #: 2 raise=1
    lambda: collect(*5 if collect else ()),                   #: 2 true=1 false=0 raise=1
    lambda: [*gives("x")],                                    #: 2 raise=1
):
    try:                                                      #: 3
        call()                                                #: 3 raise=3
    except TypeError as error:                                #: 3 caught=3 passed=0
        print("TypeError")                                    #: 3
