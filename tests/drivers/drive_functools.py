"""functools: the pure halves of partial, reduce, lru_cache, cmp_to_key; dispatch, ordering, wrapping."""

from _fresh import attempt, fresh

MODULES = ("functools",)


def main():
    with fresh(MODULES, block=["_functools"]) as (functools,):
        partial, calls = functools.partial, []
        p = partial(partial(pow, 2), 5, mod=7)
        print(p(), p.args, p.keywords, partial(dict, a=1)(b=2), attempt(partial), attempt(partial, 3), repr(p), type(p.__reduce__()))
        p.__setstate__((pow, (2,), {}, {"x": 1}))
        print(p(3), p.x, attempt(p.__setstate__, 5), attempt(p.__setstate__, (1, 2, 3, 4)))
        print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.reduce(max, [], 5), attempt(functools.reduce, max, []))

        def cached(size, typed):
            @functools.lru_cache(size, typed)
            def double(*args, **kwargs):
                calls.append(args)
                if args == (0,):
                    raise ValueError
                return args * 2
            return double

        for size in (None, 0, 1, 3, -5):
            for typed in (False, True):
                double = cached(size, typed)
                for value in (1, 2, 1.0, 1, 3, 4, 2, "a", 1, 5, 5):
                    double(value)
                double(1, k=2), attempt(double, 0), attempt(double, [])
                print(size, typed, double.cache_info(), double.cache_parameters(), double.cache_clear(), len(calls))
        print(attempt(functools.lru_cache, "x"), functools.lru_cache(len)("abc"), functools.cache(ord)("a"))
        print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), functools.cmp_to_key(lambda a, b: 0)(1) == functools.cmp_to_key(lambda a, b: 0)(2))

        @functools.total_ordering
        class Version:
            def __init__(self, n):
                self.n = n

            def __eq__(self, other):
                return self.n == other.n

            def __lt__(self, other):
                return self.n < other.n if isinstance(other, Version) else NotImplemented

        print(Version(1) <= Version(1), Version(2) > Version(1), Version(2) >= Version(3), attempt(lambda: Version(1) > 3), attempt(functools.total_ordering, type("X", (), {})))
        for root in ("__le__", "__gt__", "__ge__"):
            other = functools.total_ordering(type("O", (), {root: lambda self, o: True, "__eq__": lambda self, o: self is o, "__hash__": None}))
            print([getattr(other(), name)(other()) for name in ("__lt__", "__le__", "__gt__", "__ge__")])

        @functools.singledispatch
        def show(value, *rest):
            return "object"

        @show.register(int)
        @show.register(float)
        def _(value):
            return "number"

        @show.register
        def _(value: list | tuple):
            return "sequence"

        import collections.abc
        show.register(collections.abc.Mapping, lambda value: "mapping")
        print(show(1), show("s"), show([]), show(()), show({}), show(True), attempt(show), attempt(show.register, 3), attempt(show.register, lambda x: x), show.dispatch(dict)({}), len(show.registry))

        class Host:
            @functools.singledispatchmethod
            def go(self, value):
                return "any"

            @go.register
            def _(self, value: int):
                return "int"

            @functools.cached_property
            def once(self):
                calls.append("once")
                return 5

            part = functools.partialmethod(go, 3)

        h = Host()
        print(h.go("x"), h.go(1), h.once, h.once, h.part(), repr(Host.__dict__["part"])[:20], Host.once.__class__.__name__, attempt(functools.cached_property(len).__get__, h), attempt(functools.partialmethod, 3))

        @functools.wraps(show)
        def wrapper(*args):
            return show(*args)

        print(wrapper.__name__, wrapper.__wrapped__ is show)


if __name__ == "__main__":
    main()
