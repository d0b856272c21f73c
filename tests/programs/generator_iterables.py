"""A generator expression asks for its iterator where it is written, and for its items where it runs."""  #: 1

import traceback                                              #: 1


class Refuses:                                                #: 2
    def __iter__(self):                                       #: 1
        raise ValueError("refused")                           #: 1 raise=1


class Gives:                                                  #: 2
    def __iter__(self):                                       #: 1
        return iter((1, 0, 2))                                #: 2


def make(items):                                              #: 1
    return (item for item in items if item)                   #: 8 [next=3 done=1] [true=2 false=1]; raise=2


for items in Gives(), Refuses(), 3:                           #: 4 next=3 done=1
    try:                                                      #: 3
        print(list(make(items)))                              #: 3 raise=2
    except (TypeError, ValueError) as error:                  #: 2 caught=2 passed=0
        print(len(traceback.extract_tb(error.__traceback__)), error)  #: 2
never = make(Gives())                                         #: 1
