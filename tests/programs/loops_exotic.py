"""Loops whose header, target or body does something unusual."""  #: 1


def targets():                                                #: 1
    table, items = {}, [0, 0]                                 #: 1
    for table["key"] in range(2):                             #: 3 next=2 done=1
        for items[table["key"]] in "ab":                      #: 6 next=4 done=2
            pass                                              #: 4
    for table.__dict__ in ():                                 #: 1 next=0 done=1
        pass                                                  #: never
    return table, items                                       #: 1


def header_with_conditions(a, b):                             #: 1
    seen = []                                                 #: 4
    for x in a if b else b or [9]:                            #: 9 [next=5 done=3] [true=3 false=1] [true=0 false=1] raise=1
        seen.append(x)                                        #: 5
    for x in (y for y in a if y) or a:                        #: 16 [true=3 false=0] [next=4 done=3] [next=6 done=3] [true=4 false=2]
        seen.append(-x)                                       #: 4
    return seen                                               #: 3


def while_with_everything(n):                                 #: 1
    log = []                                                  #: 1
    while (n := n - 1) > 0 if n > 3 else n and not log[2:]:   #: 4 [true=3 false=0] [true=3 false=1] [true=1 false=0] [true=1 false=0]
        log.append(n)                                         #: 3
        n -= 0 if n > 3 else 1                                #: 3 true=2 false=1
    return log                                                #: 1


def modified():                                               #: 1
    items = [1, 2, 3, 4]                                      #: 1
    for item in items:                                        #: 3 next=2 done=1
        if item % 2:                                          #: 2 true=2 false=0
            items.remove(item)                                #: 2
    return items                                              #: 1


def single():                                                 #: 1
    while True: break                                         #: 1
    for _ in range(3): continue                               #: 4 next=3 done=1
    while 1 and _: _ -= 1                                     #: 2 @<3.14; 3 @>=3.14; true=2 false=1
    for i in range(2):                                        #: 3 next=2 done=1
        for j in range(2):                                    #: 3 next=3 done=0
            if i == j: continue                               #: 3 true=1 false=2
            break                                             #: 2
        else: print("else")                                   #: never
    return i, j                                               #: 1


print(targets())                                              #: 1
print(header_with_conditions([1, 0], 1), header_with_conditions([2, 3], []), header_with_conditions([0, 5], 2))  #: 1
print(while_with_everything(6), modified(), single())         #: 1
try:                                                          #: 1
    for _ in [1]:                                             #: 1 next=1 done=0
        header_with_conditions(5, 1)                          #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
