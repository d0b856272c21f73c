"""Tests of constants are folded away by the compiler: no condition; the dead part is no executable line."""  #: 1


def constants(x):                                             #: 1
    if True:                                                  #: 2
        x += 1                                                #: 2
    if 0:                                                     #: 2
        x += 100
    elif x:                                                   #: 2 true=1 false=1
        x += 2                                                #: 1
    if __debug__:                                             #: 2
        x += 4                                                #: 2
    if not __debug__:                                         #: 2
        x += 100
    if None or x:                                             #: 2 true=2 false=0
        x += 8                                                #: 2
    if "text" and x > 5:                                      #: 2 true=2 false=0
        x += 16                                               #: 2
    if x and 0:                                               #: 2 true=2 false=0
        x += 100
    y = 1 or x                                                #: 2
    z = 0 and x                                               #: 2
    w = x if 1 else 100                                       #: 2
    v = (x and "not folded") or 5                             #: 2 [true=2 false=0] [true=2 false=0]
    while False:                                              #: 2
        x += 100
    while 1:                                                  #: 2
        x += 32                                               #: 2
        break                                                 #: 2
    assert 1                                                  #: 2
    return x, y, z, w, v                                      #: 2


def dead(x):                                                  #: 1
    if x:                                                     #: 2 true=1 false=1
        return "first"                                        #: 1
        print("dead")
    for _ in (1,):                                            #: 1 next=1 done=0
        break                                                 #: 1
        print("dead")
    while True:                                               #: 1
        if x is None:                                         #: 1 true=0 false=1
            continue                                          #: never
            print("dead")
        return "second"                                       #: 1
    print("dead")


def never_yields():                                           #: 1
    return [1]                                                #: 1
    yield


def raises():                                                 #: 1
    raise ValueError("raised")                                #: 1 raise=1
    return "dead"


print(constants(-1), constants(5))                            #: 1
print(dead(1), dead(0))                                       #: 1
print(list(never_yields()))                                   #: 1
try:                                                          #: 1
    raises()                                                  #: 1 raise=1
except ValueError as error:                                   #: 1 caught=1 passed=0
    print(error)                                              #: 1
