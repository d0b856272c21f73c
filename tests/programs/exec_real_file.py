"""Code that is compiled from this very file and executed again under its name: the counts add up."""  #: 2

import sys                                                    #: 2


def twice(x):                                                 #: 2
    if x:                                                     #: 2 true=1 false=1
        return "true"                                         #: 1
    return "false"                                            #: 1


if "again" not in globals():                                  #: 2 true=1 false=1
    with open(__file__, encoding="utf-8") as source:          #: 2
        code = compile(source.read(), __file__, "exec")       #: 1
    exec(code, {"again": True, "__file__": __file__, "__name__": "again"})  #: 1
    print(twice(0))                                           #: 1
else:
    print(twice(1), __name__, "sys" in globals())             #: 1
