"""An exception that crosses many frames: functions, generators, with blocks, comprehensions, map and sorted."""  #: 1

from contextlib import contextmanager                         #: 1


class Stop(Exception):                                        #: 2
    pass                                                      #: 1


def source(n):                                                #: 1
    if n < 0:                                                 #: 4 true=1 false=3
        raise Stop(n)                                         #: 1 raise=1
    return n                                                  #: 3


def generator(n):                                             #: 1
    while True:                                               #: 4
        yield source(n)                                       #: 4 raise=1
        n -= 1                                                #: 3


@contextmanager                                               #: 2
def manager():                                                #: 2
    try:                                                      #: 1
        yield                                                 #: 1 raise=1
    except OSError:                                           #: 1 caught=0 passed=1
        print("never")                                        #: never


def through_map(n):                                           #: 1
    with manager():                                           #: 2
        return list(map(lambda x: x * 2, generator(n)))       #: 4 raise=1


def through_sorted(n):                                        #: 1
    return sorted([3, 1, 2], key=lambda x: through_map(n) if x else None)  #: 2 true=1 false=0 raise=2


def through_comprehension(n):                                 #: 1
    for _ in [0]:                                             #: 1 next=1 done=0
        try:                                                  #: 1
            return {x: through_sorted(n) for x in range(2) if not x}  #: 2 [next=1 done=0] [true=0 false=1]; raise=2 @<3.12; raise=1 @>=3.12
        finally:
            print("finally")                                  #: 1


class Attribute:                                              #: 2
    @property                                                 #: 2
    def value(self):                                          #: 2
        return through_comprehension(2)                       #: 1 raise=1

    def __eq__(self, other):                                  #: 1
        return self.value == other                            #: 1 raise=1


try:                                                          #: 1
    if Attribute() in [1, 2] or print("never"):               #: 1 [true=0 false=0] [true=0 false=0] raise=1
        print("never")                                        #: never
except Stop as stop:                                          #: 1 caught=1 passed=0
    depth, trace = 0, stop.__traceback__                      #: 1
    while trace is not None:                                  #: 11 true=10 false=1 @<3.12; 10 true=9 false=1 @>=3.12
        depth, trace = depth + 1, trace.tb_next               #: 10 @<3.12; 9 @>=3.12
    print(stop.args, depth > 8)                               #: 1
