"""dataclasses: every option of the decorator and of fields, inheritance, conversion, errors."""

from _fresh import attempt, fresh

MODULES = ("dataclasses",)


def main():
    with fresh(MODULES) as (dataclasses,):
        dataclass, field = dataclasses.dataclass, dataclasses.field

        @dataclass(order=True)
        class Point:
            x: int
            y: int = 0
            tags: list = field(default_factory=list, compare=False, repr=False)
            cached: int = field(init=False, default=5)
            scale: dataclasses.InitVar[int] = 1

            def __post_init__(self, scale):
                self.x *= scale

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Frozen:
            a: int
            b: "str" = "b"
            _: dataclasses.KW_ONLY = None

        @dataclass(unsafe_hash=True, match_args=False)
        class Child(Point):
            z: float = field(default=1.0, metadata={"unit": "m"}, hash=False)
            _k: dataclasses.KW_ONLY
            w: int = 3

        @dataclass(eq=False, repr=False, init=False)
        class Bare:
            v: int

        @dataclass(weakref_slot=True, slots=True)
        class Slotted(Frozen.__mro__[1]):
            q: int = 1
            r: list = field(default_factory=list)

        p = Point(1, 2, scale=3)
        print(p, p == Point(3, 2), p < Point(4), p >= Point(1), attempt(lambda: p < 3), Point.__match_args__, [f.name for f in dataclasses.fields(p)])
        f = Frozen(a=1)
        print(f, hash(f) == hash(Frozen(a=1)), attempt(setattr, f, "a", 2), attempt(delattr, f, "a"), attempt(Frozen, 1), dataclasses.replace(f, a=9), f.__getstate__())
        c = Child(1, 2, z=0.5, w=4)
        print(c, hash(c) is not None, dataclasses.asdict(c), dataclasses.astuple(c), dataclasses.asdict(Point(1, [Point(2), {"k": (Frozen(a=1),)}]), dict_factory=list))
        print(attempt(dataclasses.replace, c, cached=1), attempt(dataclasses.replace, p, x=1), dataclasses.is_dataclass(Point), dataclasses.is_dataclass(3), attempt(dataclasses.fields, 3), attempt(dataclasses.asdict, Point), Slotted(), Bare())
        made = dataclasses.make_dataclass("Made", ["a", ("b", int), ("c", int, field(default=3))], bases=(Bare,), namespace={"m": lambda self: self.a}, frozen=False)
        print(made(1, 2, 3), made(1, 2, 3).m())
        for bad in (["a", "a"], ["1"], ["class"], [("a", int, []), "b"], [("a", int, 1), "b"], [("a",) * 5]):
            print(attempt(dataclasses.make_dataclass, "Bad", bad))

        def failing(**options):
            class Target:
                a: int = 0
                __slots__ = ("zzz",)

                def __lt__(self, other):
                    return True

                def __setattr__(self, name, value):
                    pass
            return dataclass(**options)(Target)

        for options in ({"order": True}, {"eq": False, "order": True}, {"frozen": True}, {"slots": True}, {"weakref_slot": True}, {}):
            print(options, attempt(failing, **options).__class__)
        print(attempt(lambda: dataclass(frozen=True)(type("F", (Point,), {}))), attempt(field, default=1, default_factory=list), repr(field(default=3))[:40])

        @dataclass
        class Recursive:
            me: object = None

        r = Recursive()
        r.me = r
        print(r, attempt(dataclass, type("G", (), {"__annotations__": {"a": "dataclasses.InitVar[int]", "b": "typing.ClassVar[int]", "c": int}, "a": 1, "c": {}})))


if __name__ == "__main__":
    main()
