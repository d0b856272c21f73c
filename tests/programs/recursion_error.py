"""RecursionError: raised by C code that recurses, and by Python code that stops where the program tells it."""  #: 1

import sys                                                    #: 1

nested = []                                                   #: 1
for _ in range(50):                                           #: 51 next=50 done=1
    nested = [nested]                                         #: 50


def deep_repr(levels):                                        #: 1
    value = nested                                            #: 2
    for _ in iter(int, 1) if levels is None else range(levels):  #: 5 [next=3 done=2] [true=0 false=2]
        value = {"value": value}                              #: 3
    return len(repr(value))                                   #: 2


class Loop:                                                   #: 2
    def __repr__(self):                                       #: 1
        raise RecursionError("told to") if self.stop else ValueError("not told to")  #: 2 true=1 false=1 raise=2


def catch(function, *arguments):                              #: 1
    try:                                                      #: 4
        return function(*arguments)                           #: 4 raise=2
    except RecursionError as error:                           #: 2 caught=1 passed=1
        return f"RecursionError: {error}"                     #: 1
    except ValueError as error:                               #: 1 caught=1 passed=0
        return f"ValueError: {error}"                         #: 1


loop = Loop()                                                 #: 1
for loop.stop in (True, False):                               #: 3 next=2 done=1
    print(catch(repr, [[loop]]))                              #: 2
print(catch(deep_repr, 1), catch(deep_repr, 2))               #: 1
tower = []                                                    #: 1
exec("for _ in range(100_000): tower = [tower]")              #: 1
try:                                                          #: 1
    repr(tower) if sys.version_info else None                 #: 1 true=1 false=0 raise=1
except RecursionError:                                        #: 1 caught=1 passed=0
    print("too deep")                                         #: 1
