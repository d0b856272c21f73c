"""Frames, locals(), line numbers and copies of functions as the program sees them."""  #: 1

import functools                                              #: 1
import sys                                                    #: 1
import types                                                  #: 1


def line():                                                   #: 1
    return sys._getframe(1).f_lineno                          #: 3


def values(a, *rest, b=2):                                    #: 1
    if a:                                                     #: 2 true=1 false=1
        c = a or b                                            #: 1 true=1 false=0
    return sorted(locals()), line()                           #: 2


@functools.lru_cache                                          #: 2
def cached(n):                                                #: 2
    return n and cached(n - 1)                                #: 3 true=2 false=1


def original(x):                                              #: 1
    return "yes" if x else "no"                               #: 3 true=2 false=1


copied = types.FunctionType(original.__code__, {"__file__": __file__}, "copied")  #: 1
renamed = types.FunctionType(original.__code__.replace(co_name="renamed"), {})  #: 1
partial = functools.partial(original, 1)                      #: 1


class Method:                                                 #: 2
    def method(self, x=None):                                 #: 1
        return x is None or self                              #: 2 true=1 false=1

    alias = method                                            #: 1


method = Method()                                             #: 1
print(values(1), values(0), line())                           #: 1
print(cached(2), cached(1), cached.cache_info().hits)         #: 1
print(copied(0), partial(), Method.method(method), method.alias(1) is method)  #: 1
print(renamed.__name__, original(2), original.__code__.co_varnames, original.__code__.co_firstlineno)  #: 1
print([*map(lambda x: x and -x, (0, 1))], original.__defaults__)  #: 3 true=1 false=1
try:                                                          #: 1
    values()                                                  #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error, error.__traceback__.tb_lineno, error.__traceback__.tb_next)  #: 1
