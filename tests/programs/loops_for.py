"""for loops: exhausted, left by break, continued, with and without else."""  #: 1


def find(items, wanted):                                      #: 1 calls=4
    for item in items:                                        #: 7 next=5 done=2
        if item == wanted:                                    #: 5 true=2 false=3
            break                                             #: 2
        if item is None:                                      #: 3 true=1 false=2
            continue                                          #: 1
        print("not", item)                                    #: 2
    else:
        return "none"                                         #: 2
    return item                                               #: 2


def nested():                                                 #: 1 calls=1
    total = 0                                                 #: 1
    for i in range(3):                                        #: 4 next=3 done=1
        for j in range(i):                                    #: 6 next=3 done=3
            total += i * j                                    #: 3
    return total                                              #: 1


def empty():                                                  #: 1 calls=1
    for _ in ():                                              #: 1 next=0 done=1
        print("never")                                        #: never
    else:
        print("else")                                         #: 1


print(find([1, 2, 3], 2))                                     #: 1
print(find([1, None], 3))                                     #: 1
print(find([], 3))                                            #: 1
print(find([None, 5][1:], 5))                                 #: 1
print(nested())                                               #: 1
empty()                                                       #: 1
