"""A statement behind a loop that the compiler copies to where the loop is left by a break."""  #: 1


def smallest(items):                                          #: 1
    found = None                                              #: 5
    for item in items:                                        #: 8 next=4 done=4
        if found is None or item < found:                     #: 4 [true=3 false=1] [true=1 false=0]
            found = item                                      #: 4
            if item == 0:                                     #: 4 true=1 false=3
                break                                         #: 1
    return found                                              #: 5


def refuse(items):                                            #: 1
    for item in items:                                        #: 2 next=1 done=1
        if item:                                              #: 1 true=1 false=0
            break                                             #: 1
    raise LookupError(items)                                  #: 2 raise=2


print(smallest([2, 1]), smallest([]), smallest([3]), smallest([0]), smallest(()))  #: 1
for case in ([], [4]):                                        #: 3 next=2 done=1
    try:                                                      #: 2
        refuse(case)                                          #: 2 raise=2
    except LookupError as error:                              #: 2 caught=2 passed=0
        print(error)                                          #: 2
