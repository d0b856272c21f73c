"""Form feeds between and inside of lines."""  #: 1

def f(a):  #: 1
    if a:  #: 2 true=1 false=1
        return "a"  #: 1
    return "b" or a  #: 1


print(f(1), f(0))  #: 1
x = 1 if f else 2  #: 1 true=1 false=0
try:  #: 1
    f()  #: 1 raise=1
except TypeError:  #: 1 caught=1 passed=0
    print("error")  #: 1
