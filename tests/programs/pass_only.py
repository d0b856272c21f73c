"""Bodies that only pass, docstrings and ellipses, in every compound statement."""  #: 1


def nothing():                                                #: 1
    pass                                                      #: 1


def documented():                                             #: 2
    """Only a docstring."""


def dots(): ...                                               #: 2


class Empty:                                                  #: 2
    pass                                                      #: 1


class Documented:                                             #: 2
    """Only a docstring."""                                   #: 1


async def coroutine():                                        #: 1
    pass                                                      #: 1


for _ in (1, 2):                                              #: 3 next=2 done=1
    pass                                                      #: 2
else:
    pass                                                      #: 1
x = 2                                                         #: 1
while (x := x - 1) >= 0:                                      #: 3 true=2 false=1
    pass                                                      #: 2
if x:                                                         #: 1 true=1 false=0
    pass                                                      #: 1
elif nothing:                                                 #: never
    pass                                                      #: never
else:
    pass                                                      #: never
try:                                                          #: 1
    pass                                                      #: 1
except OSError:                                               #: never
    pass                                                      #: never
finally:
    pass                                                      #: 1
try:                                                          #: 1
    nothing(x)                                                #: 1 raise=1
except TypeError:                                             #: 1 caught=1 passed=0
    pass                                                      #: 1
else:
    pass                                                      #: never
with open(__file__):                                          #: 2
    pass                                                      #: 1
match x:                                                      #: 1
    case 1:                                                   #: 1 match=0 skip=1
        pass                                                  #: never
    case _:                                                   #: 1
        pass                                                  #: 1
try:                                                          #: 1
    coroutine().send(None)                                    #: 1 raise=1
except StopIteration:                                         #: 1 caught=1 passed=0
    ...                                                       #: 1
print(nothing(), documented(), dots(), Empty.__doc__, Documented.__doc__)  #: 1
