#: exit 1
"""A program that ends with an exception which nothing handles."""  #: 1


def inner(n):                                                 #: 1
    if n:                                                     #: 3 true=2 false=1
        return inner(n - 1)                                   #: 2 raise=2
    try:                                                      #: 1
        return [][n]                                          #: 1 raise=1
    except IndexError as error:                               #: 1 caught=1 passed=0
        raise RuntimeError("uncaught") from error             #: 1 raise=1


def outer():                                                  #: 1
    try:                                                      #: 1
        inner(2)                                              #: 1 raise=1
    finally:
        print("finally")                                      #: 1


outer()                                                       #: 1 raise=1
print("never")                                                #: never
