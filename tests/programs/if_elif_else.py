"""if, elif and else, nested and in sequence, with an exception in a test."""  #: 1


def sign(n):                                                  #: 1 calls=5
    if n < 0:                                                 #: 5 true=1 false=3 raise=1
        return "negative"                                     #: 1
    elif n == 0:                                              #: 3 true=2 false=1
        return "zero"                                         #: 2
    elif n is None:                                           #: 1 true=0 false=1
        return "none"                                         #: never
    else:
        return "positive"                                     #: 1


def nested(a, b):                                             #: 1
    if a:                                                     #: 4 true=2 false=2
        if b:                                                 #: 2 true=1 false=1
            result = "both"                                   #: 1
        else:
            result = "first"                                  #: 1
    else:
        if b:                                                 #: 2 true=1 false=1
            result = "second"                                 #: 1
        else:
            result = "neither"                                #: 1
    return result                                             #: 4


def without_else(a):                                          #: 1
    if a:                                                     #: 3 true=1 false=2
        a = 0                                                 #: 1
    if not a:                                                 #: 3 true=0 false=3
        a = 1                                                 #: 3
    return a                                                  #: 3


print(sign(-1), sign(0), sign(0.0), sign(2))                  #: 1
try:                                                          #: 1
    sign("x")                                                 #: 1 raise=1
except TypeError:                                             #: 1 caught=1 passed=0
    print("TypeError")                                        #: 1
for x in (True, False):                                       #: 3 next=2 done=1
    for y in (True, False):                                   #: 6 next=4 done=2
        print(nested(x, y))                                   #: 4
print(without_else(0), without_else(5), without_else(""))     #: 1
