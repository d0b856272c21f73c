"""match: mapping patterns with rest, class patterns with positions and keywords, nested, with failing lookups."""  #: 1

from dataclasses import dataclass                             #: 1


@dataclass                                                    #: 3 @<3.14; 6 @>=3.14
class Point:                                                  #: 2
    x: int                                                    #: 1
    y: int                                                    #: 1


class Strict:                                                 #: 2
    __match_args__ = ("value",)                               #: 1

    @property                                                 #: 2
    def value(self):                                          #: 2
        raise RuntimeError("value")                           #: 1 raise=1


def mapping(m):                                               #: 1
    match m:                                                  #: 6
        case {"type": "a", "value": v}:                       #: 6 match=1 skip=5
            return ("a", v)                                   #: 1
        case {"type": "b" | "c" as t, **rest}:                #: 5 match=1 skip=4
            return (t, rest)                                  #: 1
        case {"point": Point(x=0, y=y)}:                      #: 4 match=1 skip=3
            return ("on y", y)                                #: 1
        case {"items": [first, *_], "count": int(n)} if n > 1:  #: 3 [match=1 skip=2] [true=0 false=1]
            return ("items", first)                           #: never
        case {}:                                              #: 3 match=2 skip=1
            return "mapping"                                  #: 2
    return "no mapping"                                       #: 1


def classes(x):                                               #: 1
    match x:                                                  #: 8
        case Point(0, 0):                                     #: 8 match=1 skip=7
            return "origin"                                   #: 1
        case Point(x=0, y=y) | Point(y, 0):                   #: 7 match=2 skip=5
            return ("axis", y)                                #: 2
        case Point():                                         #: 5 match=1 skip=4
            return "point"                                    #: 1
        case str() | bytes():                                 #: 4 match=1 skip=3
            return "text"                                     #: 1
        case int(n) if n:                                     #: 3 [match=2 skip=1] [true=1 false=1]
            return ("int", n)                                 #: 1
        case [Point(x=a), Point(x=b)] if a == b:              #: 2 [match=1 skip=1] [true=1 false=0]
            return ("column", a)                              #: 1
    return "other"                                            #: 1


def failing(x):                                               #: 1
    match x:                                                  #: 3
        case Strict(value):                                   #: 3 match=0 skip=2 raise=1
            return value                                      #: never
        case Point(1, 2, 3):                                  #: 2 match=0 skip=1 raise=1
            return "too many"                                 #: never
        case x.missing:                                       #: 1 match=0 skip=0 raise=1
            return "missing"                                  #: never


print(mapping({"type": "a", "value": 1}), mapping({"type": "c", "value": 2}))  #: 1
print(mapping({"point": Point(0, 5)}), mapping({"items": [1, 2], "count": 1}), mapping({}), mapping([]))  #: 1
for x in (Point(0, 0), Point(0, 3), Point(3, 0), Point(1, 1), b"text", 7, 0, [Point(1, 2), Point(1, 3)]):  #: 9 next=8 done=1
    print(classes(x))                                         #: 8
for x in (Strict(), Point(1, 2), 5):                          #: 4 next=3 done=1
    try:                                                      #: 3
        failing(x)                                            #: 3 raise=3
    except (RuntimeError, TypeError, AttributeError) as error:  #: 3 caught=3 passed=0
        print(repr(error))                                    #: 3
