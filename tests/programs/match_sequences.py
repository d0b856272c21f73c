"""match: sequence patterns, star patterns at every place, nested ones."""  #: 1


def star(x):                                                  #: 1
    match x:                                                  #: 9
        case []:                                              #: 9 match=1 skip=8
            return "empty"                                    #: 1
        case [a]:                                             #: 8 match=1 skip=7
            return ("one", a)                                 #: 1
        case [1, *rest]:                                      #: 7 match=1 skip=6
            return ("first", rest)                            #: 1
        case [*start, 9]:                                     #: 6 match=1 skip=5
            return ("last", start)                            #: 1
        case [2, *_, 3]:                                      #: 5 match=1 skip=4
            return "ends"                                     #: 1
        case (4, *middle, 5, 6):                              #: 4 match=1 skip=3
            return ("middle", middle)                         #: 1
        case [*everything]:                                   #: 3 match=1 skip=2
            return ("all", everything)                        #: 1
    return "no sequence"                                      #: 2


def nested(x):                                                #: 1
    match x:                                                  #: 6
        case [[a, b], [c, *d]] if a == c:                     #: 6 [match=2 skip=4] [true=1 false=1]
            return ("equal", a, b, d)                         #: 1
        case [[1 | 2 as a, [None, _] as b], *_]:              #: 5 match=1 skip=4
            return ("or", a, b)                               #: 1
        case [("x" | "y") as name, [] | [_]] | [[name, _, _]]:  #: 4 match=2 skip=2
            return ("name", name)                             #: 2
        case _, *_:                                           #: 2 match=1 skip=1
            return "something"                                #: 1
        case _:                                               #: 1
            return "no"                                       #: 1


def subjects(x, y):                                           #: 1
    match x, y:                                               #: 3
        case 0, 0:                                            #: 3 match=1 skip=2
            return "origin"                                   #: 1
        case 0, y:                                            #: 2 match=1 skip=1
            return ("y", y)                                   #: 1
        case x, y:                                            #: 1 match=1 skip=0
            return (x, y)                                     #: 1


for x in ([], [7], (1, 2, 3), [8, 9], [2, 7, 3], [4, 0, 5, 6], [7, 8], "text", {1: 2}):  #: 10 next=9 done=1
    print(star(x))                                            #: 9
for x in ([[1, 2], [1, 3]], [[1, [None, 0]], 5], ["x", [3]], [["n", 1, 2]], [[1, 2], [2, 3]], 5):  #: 7 next=6 done=1
    print(nested(x))                                          #: 6
print(subjects(0, 0), subjects(0, 1), subjects(1, 0))         #: 1
