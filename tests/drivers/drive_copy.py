"""copy: shallow and deep copies of everything, cycles, hooks, errors."""

import collections
import decimal
import types
import weakref

from _fresh import attempt, fresh

MODULES = ("copyreg", "copy")


class Plain:
    def __init__(self, **state):
        self.__dict__.update(state)


class Hooked(Plain):
    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return ["deep", len(memo)]


class State(Plain):
    __slots__ = ("s",)

    def __getstate__(self):
        return ({"a": 1}, {"s": 2})


class Setter(Plain):
    def __setstate__(self, state):
        self.set = state


class Bad:
    def __reduce_ex__(self, protocol):
        return "global"


class Worse:
    __reduce_ex__ = None
    __reduce__ = None


class Lists(list):
    pass


class Dicts(dict):
    pass


class NewArgs(int):
    def __getnewargs_ex__(self):
        return (5,), {}


def main():
    with fresh(MODULES) as (copyreg, copy):
        loop = [1, (2, [3])]
        loop.append(loop)
        plain = Plain(a=[1], b={"k": loop})
        plain.me = plain
        values = [None, 1, "s", (), (1, 2), (1, [2]), [1, [2]], {"a": {1: [2]}}, {1, 2}, frozenset([1]), bytearray(b"x"), plain, Hooked(x=1), State(), Setter(q=1), Lists([1, [2]]), Dicts(a=[1]), NewArgs(3),
                  len, Plain, print, types.SimpleNamespace(a=[1]), collections.OrderedDict(a=[1]), collections.deque([[1]]), decimal.Decimal(1), range(3), slice(1, 2), Ellipsis, property(), plain.__init__, weakref.ref(plain), loop, Bad(), Worse(), (i for i in ()), 1j]
        for value in values:
            shallow, deep = attempt(copy.copy, value), attempt(copy.deepcopy, value)
            print(type(value).__name__, type(shallow).__name__, type(deep).__name__, shallow is value, deep is value)
        print(copy.deepcopy(loop)[2][1], copy.deepcopy([plain, plain])[0].me.a, copy.deepcopy([[]], {"x": 1}))
        copyreg.pickle(complex, lambda c: (complex, (c.real, 7)))
        copyreg.dispatch_table.pop(complex)
        print(attempt(copyreg.pickle, int, 3), attempt(copyreg.constructor, 3), attempt(copyreg.add_extension, "m", "n", 0), copyreg.add_extension("m", "n", 5), attempt(copyreg.add_extension, "m", "x", 5), copyreg.remove_extension("m", "n", 5), attempt(copyreg.remove_extension, "m", "n", 5))
        print(copyreg._slotnames(State), copyreg.__newobj__(int, 3), copyreg.__newobj_ex__(int, ("3",), {}), attempt(Plain().__reduce_ex__, 0), attempt(copyreg._reduce_ex, State(), 1))
        if hasattr(copy, "replace"):
            print(attempt(copy.replace, types.SimpleNamespace(a=1), a=2), attempt(copy.replace, 3))


if __name__ == "__main__":
    main()
