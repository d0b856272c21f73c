"""is None and is not None: in if, while, and, or, ternaries, comprehensions and asserts."""  #: 1


def tests(x, y):                                              #: 1
    if x is None:                                             #: 4 true=2 false=2
        r = 1                                                 #: 2
    elif y is not None:                                       #: 2 true=1 false=1
        r = 2                                                 #: 1
    else:
        r = 3                                                 #: 1
    if x is None and y is None:                               #: 4 [true=2 false=2] [true=1 false=1]
        r += 10                                               #: 1
    if x is not None or y is not None:                        #: 4 [true=2 false=2] [true=1 false=1]
        r += 20                                               #: 3
    if not x is None:                                         #: 4 true=2 false=2
        r += 40                                               #: 2
    if not (x is not None):                                   #: 4 true=2 false=2
        r += 80                                               #: 2
    if None is x:                                             #: 4 true=2 false=2
        r += 160                                              #: 2
    return r                                                  #: 4


def values(x, y):                                             #: 1
    a = x is None or y                                        #: 4 true=2 false=2
    b = x is not None and y is not None                       #: 4 true=2 false=2
    c = x if x is not None else y                             #: 4 true=2 false=2
    d = x is None                                             #: 4
    e = x is y is None                                        #: 4 true=2 false=2
    return a, b, c, d, e                                      #: 4


def loop(node):                                               #: 1
    depth = 0                                                 #: 1
    while node is not None:                                   #: 4 true=3 false=1
        node, depth = node[0], depth + 1                      #: 3
    return depth                                              #: 1


def asserts(x):                                               #: 1
    assert x is not None, "none"                              #: 3 true=2 false=1 raise=1
    return x                                                  #: 2


for x in (None, 0):                                           #: 3 next=2 done=1
    for y in (None, 0):                                       #: 6 next=4 done=2
        print(tests(x, y), values(x, y))                      #: 4
print(loop([[[None]]]))                                       #: 1
print([n for n in (None, 1, 0, None) if n is not None])       #: [next=4 done=1] [true=2 false=2]; 6 @<3.12; 5 @>=3.12
print([n for n in (None, 1, 0, None) if n is None if not n])  #: [next=4 done=1] [true=2 false=2] [true=0 false=2]; 6 @<3.12; 5 @>=3.12
try:                                                          #: 1
    asserts(asserts(0))                                       #: 1
    asserts(None)                                             #: 1 raise=1
except AssertionError as error:                               #: 1 caught=1 passed=0
    print(error)                                              #: 1
