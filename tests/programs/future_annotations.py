"""from __future__ import annotations: no annotation is evaluated, so conditions in them are none."""  #: 1

from __future__ import annotations                            #: 1

number: int if undefined_name else str = 5                    #: 1


def function(a: undefined_name or int, b: [n for n in undefined_name if n] = 1) -> not undefined_name:  #: 1
    local: undefined_name and int = a or b                    #: 2 true=1 false=1
    return local                                              #: 2


class Annotated:                                              #: 2
    x: undefined_name if undefined_name else None = 1         #: 1
    y: undefined_name                                         #: 1


print(function(0), function(2), Annotated.__annotations__, Annotated.x)  #: 1
try:                                                          #: 1
    print(function())                                         #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
