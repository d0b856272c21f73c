#: requires >=3.14
"""Annotations of 3.14: evaluated when somebody asks, by functions that nobody wrote."""  #: 1

import annotationlib                                          #: 1

flag = True                                                   #: 1


def function(a: int if flag else str, b: list[missing] = None) -> flag and int:  #: 2 [true=1 false=0] [true=0 false=0] raise=1
    local: missing or int = 5                                 #: 2
    return local if b is None else a                          #: 2 true=1 false=1


class Never:                                                  #: 3
    x: int if flag else str = 1                               #: 1 true=0 false=0
    y: missing                                                #: never


class Asked:                                                  #: 8
    x: int if flag else str = 1                               #: 2 true=1 false=0
    if flag:                                                  #: 1 true=1 false=0
        y: [n for n in (1, 2) if n > 1]                       #: 5 [next=2 done=1] [true=1 false=1]
    else:
        z: missing                                            #: never

    def method(self, value: "text" or None) -> None:          #: 2
        pass                                                  #: 1


print(function(1), function(2, 3), Never.x, Asked().method(4))  #: 1
print(Asked.__annotations__)                                  #: 1
try:                                                          #: 1
    print(function.__annotations__)                           #: 1 raise=1
except NameError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
formats = annotationlib.Format                                #: 1
print(annotationlib.get_annotations(Asked.method, format=formats.FORWARDREF))  #: 1
try:                                                          #: 1
    Asked.__annotate__(formats.STRING)                        #: 1 raise=1
except NotImplementedError:                                   #: 1 caught=1 passed=0
    print("refused")                                          #: 1
