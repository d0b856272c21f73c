#: requires >=3.15
"""Lazy imports: nothing is imported before the name is used, and what goes wrong is raised there."""  #: 1

import sys                                                    #: 1

lazy import colorsys                                          #: 1
lazy import not_to_be_found                                   #: 1
lazy from graphlib import CycleError, TopologicalSorter as Sorter  #: 1
lazy from graphlib import NotThere                            #: 1

lazy = 1                                                      #: 1


def known(name):                                              #: 1
    return "imported" if name in sys.modules else "not yet"   #: 3 true=1 false=2


def use(which):                                               #: 1
    if which == "colour":                                     #: 4 true=2 false=2
        return colorsys.rgb_to_hsv(0, 0, 1)                   #: 2
    try:                                                      #: 2
        return not_to_be_found or which                       #: 2 true=0 false=0; raise=2
    except ImportError as error:                              #: 2 caught=2 passed=0
        return type(error).__name__                           #: 2


print(known("colorsys"), known("graphlib"))                   #: 1
for which in "colour", "colour", "other", "other":            #: 5 next=4 done=1
    print(use(which))                                         #: 4
print(known("colorsys"), list(Sorter({1: [2]}).static_order()), CycleError.__name__, lazy)  #: 1
try:                                                          #: 1
    NotThere                                                  #: 1 raise=1
except ImportError as error:                                  #: 1 caught=1 passed=0
    print(error)                                              #: 1
