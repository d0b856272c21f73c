#: requires <3.14
"""Annotations that are evaluated: of parameters, results, module and class variables; of locals they are not."""  #: 1

flag = 1                                                      #: 1
number: int if flag else str = 5                              #: 1 true=1 false=0
text: "str" = "text"                                          #: 1
unset: flag and int                                           #: 1 true=1 false=0


def function(                                                 #: 5
    a: int or str,                                            #: 1 true=1 false=0
    b: [n for n in (1, 2) if n > flag] = None,                #: [next=2 done=1] [true=1 false=1]
    *args: flag and int,                                      #: 1 true=1 false=0
) -> "not evaluated" if flag else int:                        #: 1 true=1 false=0
    local: undefined_name or boom() = 5                       #: 1
    also: undefined_name
    return local if b is None else a                          #: 1 true=1 false=0


class Annotated:                                              #: 2
    x: int = 1                                                #: 1
    y: list[int if x else str]                                #: 1 true=1 false=0


print(function.__annotations__["return"], function.__annotations__["b"], function(1))  #: 1
print(__annotations__["number"], Annotated.__annotations__["y"])  #: 1
try:                                                          #: 1
    missing: undefined_name = 1                               #: 1 raise=1
except NameError as error:                                    #: 1 caught=1 passed=0
    print(error, missing)                                     #: 1
