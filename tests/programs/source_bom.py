"""A byte order mark before the first line."""; marked = True if __doc__ else False  #: 1 true=1 false=0


def f(a, b):  #: 1
    return a and b or "é" and marked  #: 2 [true=1 false=1] [true=1 false=0]


print(f(1, 2), f(0, 1))  #: 1
try:  #: 1
    f(1)  #: 1 raise=1
except TypeError:  #: 1 caught=1 passed=0
    print("error")  #: 1
