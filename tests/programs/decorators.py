"""Decorators: several, with arguments over several lines, on classes and methods, raising."""  #: 1

import functools                                              #: 1

log = []                                                      #: 1


def plain(function):                                          #: 1
    @functools.wraps(function)                                #: 8
    def wrapper(*args):                                       #: 8
        log.append(function.__name__)                         #: 5
        return function(*args) if args else None              #: 5 true=3 false=2

    return wrapper                                            #: 4


def arguments(*names, flag=False):                            #: 1
    def decorate(function):                                   #: 4
        if flag and callable(function):                       #: 3 [true=1 false=2] [true=1 false=0]
            log.extend(names)                                 #: 1
        return function                                       #: 3

    if not names:                                             #: 4 true=3 false=1
        raise ValueError("no names")                          #: 1 raise=1
    return decorate                                           #: 3


@plain                                                        #: 2
def one(x):                                                   #: 2
    return x                                                  #: 1


@plain                                                        #: 2
@arguments("a")                                               #: 2
@arguments(                                                   #: 3
    "b",                                                      #: 1
    "c",                                                      #: 1
    flag=True,                                                #: 1
)
def several(x=1):                                             #: 2
    return x * 2                                              #: 1


@arguments("class")                                           #: 3
class Decorated:                                              #: 2
    @plain                                                    #: 2
    def method(self):                                         #: 2
        return self                                           #: 1

    @staticmethod                                             #: 2
    @plain                                                    #: 2
    def static():                                             #: 2
        return 1                                              #: never


try:                                                          #: 1

    @plain                                                    #: 1
    @arguments()                                              #: 1 raise=1
    def failing():                                            #: never
        pass                                                  #: never

except ValueError:                                            #: 1 caught=1 passed=0
    print("failed")                                           #: 1

print(one(1), one(), several(2), Decorated().method() is not None, Decorated.static())  #: 1
print(log)                                                    #: 1
