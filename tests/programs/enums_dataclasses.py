"""Enums, dataclasses, named tuples and abstract classes: generated code and hooks that call back into this file."""  #: 1

import abc                                                    #: 1
import enum                                                   #: 1
from dataclasses import dataclass, field                      #: 1
from typing import NamedTuple                                 #: 1


class Level(enum.Enum):                                       #: 2
    LOW = 1 if __name__ else 0                                #: 1 true=1 false=0
    HIGH = 2                                                  #: 1
    ALIAS = LOW or HIGH                                       #: 1 true=1 false=0

    @classmethod                                              #: 2
    def _missing_(cls, value):                                #: 2
        return cls.HIGH if value == "high" else None          #: 2 true=1 false=1

    def next(self):                                           #: 1
        return Level.HIGH if self is Level.LOW else Level.LOW  #: 1 true=1 false=0


class Flags(enum.Flag):                                       #: 2
    A = enum.auto()                                           #: 1
    B = enum.auto()                                           #: 1
    AB = A | B                                                #: 1


@dataclass(order=True)                                        #: 3 @<3.14; 8 @>=3.14
class Item:                                                   #: 2
    name: str                                                 #: 1
    size: int = field(default_factory=lambda: len("x" or ""))  #: 2 @<3.14; 3 @>=3.14
    tags: list = field(default_factory=list, compare=False)   #: 1 @<3.14; 2 @>=3.14

    def __post_init__(self):                                  #: 1
        if self.size < 0:                                     #: 3 true=1 false=2
            raise ValueError(self.size)                       #: 1 raise=1
        self.tags.append("big" if self.size > 5 else "small")  #: 2 true=1 false=1


class Pair(NamedTuple):                                       #: 2 @<3.14; 7 @>=3.14
    left: int                                                 #: 1
    right: int = 0                                            #: 1 @<3.14; 2 @>=3.14

    def total(self):                                          #: 1
        return self.left + (self.right or 1)                  #: 2 true=1 false=1


class Base(abc.ABC):                                          #: 2
    @abc.abstractmethod                                       #: 2
    def run(self):                                            #: 2
        return "base"                                         #: 1


class Derived(Base):                                          #: 2
    def run(self):                                            #: 1
        return super().run() and "derived"                    #: 1 true=1 false=0


print(Level("high"), Level.ALIAS is Level.LOW, Level.LOW.next(), Flags.AB, Flags.A in Flags.AB)  #: 1
print(Item("a") < Item("b", 9), Pair(1).total(), Pair(1, 2).total(), Derived().run())  #: 1
for call in (lambda: Level("low"), lambda: Item("c", -1), Base, lambda: Pair()):  #: 8 next=4 done=1 raise=3
    try:                                                      #: 4
        call()                                                #: 4 raise=4
    except (ValueError, TypeError) as error:                  #: 4 caught=4 passed=0
        print(type(error).__name__)                           #: 4
