"""Recursion: direct, mutual, through generators and comprehensions, until RecursionError, with finally on the way."""  #: 1


def factorial(n):                                             #: 1 calls=6
    return 1 if n <= 1 else n * factorial(n - 1)              #: 6 true=1 false=5


def even(n):                                                  #: 1
    return n == 0 or odd(n - 1)                               #: 3 true=0 false=3


def odd(n):                                                   #: 1
    return n != 0 and even(n - 1)                             #: 3 true=2 false=1


def walk(tree):                                               #: 1
    for node in tree:                                         #: 6 next=4 done=2
        if isinstance(node, list):                            #: 4 true=1 false=3
            yield from walk(node)                             #: 1
        else:
            yield node                                        #: 3


def flatten(tree):                                            #: 1
    return [leaf for node in tree for leaf in (flatten(node) if isinstance(node, list) else [node])]  #: [next=4 done=2] [next=4 done=4] [true=1 false=3]


depth = 0                                                     #: 1


def endless(n):                                               #: 1
    global depth
    try:                                                      #: 41
        if n == 40:                                           #: 41 true=1 false=40
            raise RecursionError("deep enough")               #: 1 raise=1
        endless(n + 1)                                        #: 40 raise=40
    finally:
        depth += 1                                            #: 41


print(factorial(6), even(5))                                  #: 1
print(list(walk([1, [2], 3])), flatten([1, [2], 3]))          #: 1
try:                                                          #: 1
    endless(0)                                                #: 1 raise=1
except RecursionError as error:                               #: 1 caught=1 passed=0
    print(error, depth)                                       #: 1
