#: requires >=3.13
"""Defaults of type parameters, evaluated only when asked for."""  #: 1

wide = False                                                  #: 1


def function[T = int if wide else str](x: T) -> T:            #: 3 true=0 false=1
    return x or None                                          #: 1 true=1 false=0


class Pair[A, B = list[A] if wide or not wide else A]:        #: 4 [true=0 false=1] [true=0 false=1]
    x = [n for n in range(2) if n]                            #: 3 [next=2 done=1] [true=1 false=1]


type Alias[T = missing] = T                                   #: 3 raise=1
print(function(1), function.__type_params__[0].__default__)   #: 1
print(Pair.x, Pair[int])                                      #: 1
try:                                                          #: 1
    print(Alias.__type_params__[0].__default__)               #: 1 raise=1
except NameError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
