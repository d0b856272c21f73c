"""An exception out of a delegate, where the delegation's end is reached past an `or` as well."""  #: 1


class Refused(Exception):                                     #: 2
    pass                                                      #: 1


def inner():                                                  #: 1 calls=2
    yield 1                                                   #: 2 raise=1


def outer(known):                                             #: 1 calls=3
    try:                                                      #: 3
        found = (                                             #: 2
            known                                             #: 3 true=1 false=2
            or (yield from inner()))                          #: 2 raise=1 @<3.13; 3 raise=1 @>=3.13
    except Refused:                                           #: 1 caught=1 passed=0
        found = 3                                             #: 1
    return found                                              #: 3


def run(known, action):                                       #: 1 calls=3
    frame = outer(known)                                      #: 3
    try:                                                      #: 3
        frame.send(None)                                      #: 3 raise=1
        if action == "throw":                                 #: 2 true=1 false=1
            frame.throw(Refused())                            #: 1 raise=1
        frame.send(None)                                      #: 1 raise=1
    except StopIteration as stop:                             #: 3 caught=3 passed=0
        return stop.value                                     #: 3


print(run(0, "throw"), run(0, "send"), run(7, "send"))        #: 1
