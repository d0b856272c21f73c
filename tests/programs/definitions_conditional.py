"""Functions and classes defined under conditions, twice under one name, several on a line, and deep in each other."""  #: 1

TYPE_CHECKING = False                                         #: 1
if TYPE_CHECKING:                                             #: 1 true=0 false=1
    from typing import Any                                    #: never

    def typed(x: Any) -> Any: ...                             #: never
else:

    def typed(x):                                             #: 1
        return x or "untyped"                                 #: 2 true=1 false=1


try:                                                          #: 1
    typed.missing                                             #: 1 raise=1
except AttributeError:                                        #: 1 caught=1 passed=0

    def fallback():                                           #: 1
        return "fallback"                                     #: 1


def twice():                                                  #: 1
    return 1                                                  #: never


def twice():                                                  #: 1
    return 2                                                  #: 1


def level1(n):                                                #: 1
    def level2():                                             #: 2
        def level3():                                         #: 2
            class Level4:                                     #: 4
                value = n if n else "zero"                    #: 2 true=1 false=1

                def get(self):                                #: 2
                    return (lambda: [n for _ in range(2) if self.value])()  #: [next=4 done=2] [true=4 false=0]; 10 @<3.12; 8 @>=3.12

            return Level4().get()                             #: 2

        return level3()                                       #: 2

    return level2()                                           #: 2


for define in (True, False):                                  #: 3 next=2 done=1
    if define:                                                #: 2 true=1 false=1
        def one(): return 1                                   #: 2
        class One: one = one() if define else 0               #: 2 true=1 false=0
    else:
        del one, One.one                                      #: 1
    print(hasattr(One, "one"))                                #: 2
print(typed(0), typed(1), fallback(), twice(), level1(0), level1(3))  #: 1
