"""match: literals, dotted values, None and booleans, or-patterns, captures, wildcards, guards."""  #: 1


class Color:                                                  #: 2
    RED = "red"                                               #: 1
    BLUE = "blue"                                             #: 1


def literal(x):                                               #: 1
    match x:                                                  #: 8
        case 0:                                               #: 8 match=1 skip=7
            return "zero"                                     #: 1
        case 1 | 2 | -3:                                      #: 7 match=2 skip=5
            return "small"                                    #: 2
        case "a" "b" | b"ab":                                 #: 5 match=1 skip=4
            return "text"                                     #: 1
        case None:                                            #: 4 match=1 skip=3
            return "none"                                     #: 1
        case True:                                            #: 3 match=0 skip=3
            return "true"                                     #: never
        case 1.5 | 2 + 3j:                                    #: 3 match=1 skip=2
            return "number"                                   #: 1
        case Color.RED | Color.BLUE:                          #: 2 match=1 skip=1
            return "colour"                                   #: 1
        case _:                                               #: 1
            return "other"                                    #: 1


def guards(x, limit):                                         #: 1
    match x:                                                  #: 6
        case 0 if limit:                                      #: 6 [match=2 skip=4] [true=1 false=1]
            return "zero"                                     #: 1
        case n if n < 0 or n > limit:                         #: 5 [true=1 false=4] [true=1 false=3]
            return ("outside", n)                             #: 2
        case 1 | 2 as found if found == limit:                #: 3 [match=2 skip=1] [true=1 false=1]
            return ("limit", found)                           #: 1
        case other if not other:                              #: 2 true=1 false=1
            return "falsy"                                    #: 1
    return "no case"                                          #: 1


def no_match(x):                                              #: 1
    match x:                                                  #: 2
        case 1:                                               #: 2 match=1 skip=1
            print("one")                                      #: 1


def capture_only(x):                                          #: 1
    match x:                                                  #: 1
        case y:                                               #: 1
            return y                                          #: 1


print([literal(x) for x in (0, 1, -3, "ab", None, 2 + 3j, "blue", [])])  #: next=8 done=1; 10 @<3.12; 9 @>=3.12
for x, limit in ((0, 5), (0, 0), (-1, 5), (6, 5), (2, 2), (1, 2)):  #: 7 next=6 done=1
    print(guards(x, limit))                                   #: 6
no_match(1)                                                   #: 1
no_match(2)                                                   #: 1
print(capture_only("captured"))                               #: 1
