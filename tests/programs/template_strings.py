#: requires >=3.14
"""Template strings: conditions, comprehensions and formats in their interpolations."""  #: 1

from string.templatelib import Interpolation                  #: 1


def greet(name, times):                                       #: 1
    return t"Hello {name or 'you'}{'!' * times if times else ''}"  #: 3 [true=1 false=2] [true=1 false=2]


def render(template):                                         #: 1
    parts = []                                                #: 6
    for part in template:                                     #: 19 next=13 done=6
        if isinstance(part, Interpolation):                   #: 13 true=9 false=4
            value = part.value                                #: 9
            if part.conversion == "r":                        #: 9 true=1 false=8
                value = repr(value)                           #: 1
            part = format(value, part.format_spec)            #: 9
        parts.append(part)                                    #: 13
    return "".join(parts)                                     #: 6


def table(items):                                             #: 1
    width = 4                                                 #: 1
    return t"{items[0] and 1:>{width if width > 3 else 2}}"   #: 1 [true=1 false=0] [true=1 false=0]


def lines(items):                                             #: 1
    return t"""{
        [
            item
            for item in items
            if item
        ]
    } {items!r}"""
    #: line -7: 3
    #: line -7: 2
    #: line -7: 3
    #: line -7: 5 next=3 done=1
    #: line -7: 3 true=2 false=1
    #: line -6: 1


print(render(greet("Ada", 0)), render(greet("", 2)), render(greet(None, 0)))  #: 1
print(render(table([7])), render(lines([0, 1, 2])), render(t""))  #: 1
try:                                                          #: 1
    t"{print(1)} {greet()} {print(2)}"                        #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
