#: requires >=3.12
"""Generic functions and classes, type aliases; bounds and values are evaluated lazily, if at all."""  #: 1


def identity[T](x: T) -> T:                                   #: 2
    return x if x else identity(x or 1)                       #: 3 [true=2 false=1] [true=0 false=1]


def bounded[T: int if True else str, *Ts, **P](x: T) -> T:    #: 2
    if x:                                                     #: 1 true=1 false=0
        return x                                              #: 1
    return None                                               #: never


class Box[T]:                                                 #: 3
    def __init__(self, item: T):                              #: 1
        self.item = item                                      #: 1

    def map[U](self, function: "Callable[[T], U]") -> "Box[U]":  #: 2
        return function(self.item) and self                   #: 1 true=1 false=0


class Child[T: (int, str)](Box[T]):                           #: 3
    kind = "child"                                            #: 1


type Alias[K] = dict[K, int if flag else str]                 #: 3 true=1 false=0
type Never = 1 // 0                                           #: 2 raise=1
type Unused = boom() or 1                                     #: 1 true=0 false=0
flag = True                                                   #: 1
print(identity(5), identity(0), bounded(2))                   #: 1
print(Box(3).map(lambda n: n + 1).item, Child.kind, Child.__type_params__)  #: 2
print(Alias.__value__, Box[int], Alias[str])                  #: 1
try:                                                          #: 1
    print(Never.__value__)                                    #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
try:                                                          #: 1

    class Failing[T](undefined):                              #: 2 raise=2
        pass                                                  #: never

except NameError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
