"""Imports: conditional, failing, in functions, star, relative without a package, submodules."""  #: 1

import sys, os.path as path                                   #: 1
from os import *                                              #: 1
from collections import (                                     #: 1
    OrderedDict,
    abc as base,
)

try:                                                          #: 1
    import missing_module_of_this_test                        #: 1 raise=1
except ImportError:                                           #: 1 caught=1 passed=0
    missing_module_of_this_test = None                        #: 1
else:
    print("never")                                            #: never

if sys.version_info >= (3, 0):                                #: 1 true=1 false=0
    from json import loads                                    #: 1
else:
    from simplejson import loads                              #: never


def local(name):                                              #: 1
    if name == "math":                                        #: 3 true=1 false=2
        import math                                           #: 1

        return math.floor(2.5)                                #: 1
    elif name == "package":                                   #: 2 true=1 false=1
        from . import sibling                                 #: 1 raise=1
    from xml.dom import missing_name                          #: 1 raise=1

    return sibling, missing_name                              #: never


print(missing_module_of_this_test, loads("[1]"), path is not None, OrderedDict and base is not None)  #: 1 true=1 false=0
print(local("math"))                                          #: 1
for name in ("package", "name"):                              #: 3 next=2 done=1
    try:                                                      #: 2
        local(name)                                           #: 2 raise=2
    except ImportError as error:                              #: 2 caught=2 passed=0
        print(type(error).__name__)                           #: 2
__import__("string") if name else None                        #: 1 true=1 false=0
