"""_py_abc, _weakrefset and abc: virtual subclasses, caches, weak sets."""

import gc

from _fresh import attempt, fresh

MODULES = ("_weakrefset", "_py_abc", "abc")


class Thing:
    pass


def main():
    gc.disable()
    with fresh(MODULES, block=["_abc"]) as (weakrefset, py_abc, abc):
        class Base(metaclass=py_abc.ABCMeta):
            @abc.abstractmethod
            def go(self):
                return 1

            @property
            @abc.abstractmethod
            def p(self):
                return 2

            @classmethod
            def __subclasshook__(cls, other):
                return True if "hooked" in other.__dict__ else False if "refused" in other.__dict__ else NotImplemented

        class Real(Base):
            def go(self):
                return super().go()

            p = 3

        hooked, refused = type("Hooked", (), {"hooked": 1}), type("Refused", (), {"refused": 1})
        print(attempt(Base), Real().go(), isinstance(Real(), Base), isinstance(3, Base), issubclass(hooked, Base), issubclass(refused, Base), issubclass(int, Base), issubclass(int, Base))
        print(Base.register(int), issubclass(bool, Base), isinstance(True, Base), Base.register(int), attempt(Base.register, 3), attempt(issubclass, 3, Base), attempt(Real.register, Base))
        sub = type("Sub", (Base,), {})
        other = type("Other", (), {})
        sub.register(other)
        print(issubclass(other, Base), attempt(sub), sorted(Base.__abstractmethods__), abc.get_cache_token() if hasattr(abc, "get_cache_token") else "")
        sub.go = lambda self: 1
        abc.update_abstractmethods(sub)
        print(sorted(sub.__abstractmethods__), attempt(abc.update_abstractmethods, int))
        Base._abc_registry_clear()
        Base._abc_caches_clear()
        print(issubclass(int, Base))
        things = [Thing() for _ in range(6)]
        a, b = weakrefset.WeakSet(things[:4]), weakrefset.WeakSet(things[2:])
        print(len(a), len(a & b), len(a | b), len(a - b), len(a ^ b), a <= b, a < a | b, a >= a, a == b, a.isdisjoint(b), things[0] in a, 3 in a, repr(type(a.copy())), a.issubset(b), a.issuperset(a), a > b)
        a.add(things[5])
        a.discard(things[5])
        a.discard(things[5])
        print(attempt(a.remove, things[5]), a.remove(things[0]), len(a), a.update(b), len(a))
        a &= b
        a |= b
        a ^= weakrefset.WeakSet(things[:1])
        a -= weakrefset.WeakSet(things[1:2])
        del things[3:]
        print(len(a), len(b), a.clear(), attempt(a.pop), len(a.union(b)), len(b.intersection(things)), len(b.difference([])), len(b.symmetric_difference(b)))
        a -= a
        a ^= a
        with weakrefset._IterationGuard(b):
            del things[2]
        print(len(b), type(b.__reduce__()))


if __name__ == "__main__":
    main()
