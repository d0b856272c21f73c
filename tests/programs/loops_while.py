"""while loops: left by the test, by break, by return and by an exception; else clauses."""  #: 1


def countdown(n, stop):                                       #: 1 calls=3
    while n > 0:                                              #: 8 true=7 false=1
        n -= 1                                                #: 7
        if n == stop:                                         #: 7 true=2 false=5
            break                                             #: 2
    else:
        return "ran out"                                      #: 1
    return n                                                  #: 2


def forever():                                                #: 1 calls=1
    n = 0                                                     #: 1
    while True:                                               #: 4
        n += 1                                                #: 4
        if n > 3:                                             #: 4 true=1 false=3
            return n                                          #: 1


def fails(values):                                            #: 1 calls=1
    i = 0                                                     #: 1
    while 10 // values[i]:                                    #: 3 true=2 false=0 raise=1
        i += 1                                                #: 2
    else:
        return i                                              #: never


def two_conditions(a, b):                                     #: 1 calls=3
    while a and b:                                            #: 6 [true=4 false=2] [true=3 false=1]
        a, b = a - 1, b - 1                                   #: 3


print(countdown(3, 9), countdown(3, 2), countdown(5, 2))      #: 1
print(forever())                                              #: 1
try:                                                          #: 1
    fails([1, 2, 0])                                          #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
two_conditions(2, 3)                                          #: 1
two_conditions(3, 1)                                          #: 1
two_conditions(0, 1)                                          #: 1
