"""enum: members, flags and their boundaries, unique, verify, the functional interface, errors."""

from _fresh import attempt, fresh

MODULES = ("enum",)


def main():
    with fresh(MODULES) as (enum,):
        Enum, Flag, auto = enum.Enum, enum.Flag, enum.auto

        class Color(Enum):
            RED = 1
            GREEN = auto()
            ALIAS = 1
            _ignore_ = ["unused"]
            unused = 5

            @enum.property
            def pretty(self):
                return self.name.title()

            @classmethod
            def _missing_(cls, value):
                return cls.RED if value == "r" else 7 if value == "bad" else None

        class Perm(Flag):
            R = 4
            W = 2
            X = 1
            RWX = 7

        class Loose(enum.IntFlag, boundary=enum.KEEP):
            A = auto()
            B = auto()

        class Conform(Flag, boundary=enum.CONFORM):
            A = 1
            C = 4

        class Level(enum.IntEnum):
            LOW = 1
            HIGH = 10

        class Text(enum.StrEnum):
            ONE = auto()
            TWO = "zwei"

        class Planet(Enum):
            EARTH = (5.97, 6.37)
            MARS = (0.64, 3.39)

            def __init__(self, mass, radius):
                self.mass = mass

            def _generate_next_value_(name, start, count, last):
                return name.lower()

        print(list(Color), Color(1), Color["GREEN"], Color("r"), attempt(Color, 9), attempt(Color, "bad"), Color.RED.pretty, Color.__members__, len(Color), 1 in Color if hasattr(Color, "x") else "", Color.ALIAS is Color.RED)
        print(repr(Color), repr(Color.RED), str(Color.RED), f"{Level.LOW:>5} {Text.ONE} {Perm.R}", dir(Color.RED)[:3], hash(Color.RED) == hash("RED"), bool(Color), list(reversed(Color)))
        print(attempt(setattr, Color, "RED", 2), attempt(delattr, Color, "RED"), attempt(lambda: Color.NOPE), attempt(lambda: Color["NOPE"]), attempt(lambda: Color.RED < Color.GREEN), attempt(setattr, Color.RED, "value", 2))
        print(Perm.R | Perm.W, Perm.RWX & ~Perm.X, Perm(0), bool(Perm(0)), attempt(Perm, 8), Perm.R in Perm.RWX, list(Perm.RWX), Perm.R ^ Perm.RWX, len(Perm.RWX), ~Perm.R, attempt(lambda: Perm.R | 1), attempt(lambda: 3 in Perm.R), attempt(lambda: Perm.R.name))
        print(Loose(9), Loose.A | 16, ~Loose.A, Loose(-1), Conform(15), Conform(2), Level.LOW + 1, Level(10), Text("zwei"), Text.ONE.upper(), Planet.EARTH.mass, Planet((0.64, 3.39)))
        print(enum.unique(Level), attempt(enum.unique, Color), enum.Enum("Dyn", "a b c"), list(enum.Enum("Dyn", {"x": 1})), list(enum.Flag("F", ["p", "q"], start=4)), enum.IntEnum("I", [("a", 1)], module=__name__, qualname="Q.I")(1))

        def checked(*checks, **members):
            return enum.verify(*checks)(Flag("V", members))

        print(attempt(checked, enum.UNIQUE, a=1, b=1), attempt(checked, enum.CONTINUOUS, a=1, b=4), attempt(checked, enum.NAMED_FLAGS, a=1, b=6), attempt(checked, enum.UNIQUE, a=1))
        for body in ("class B(Color): pass", "class B(Enum):\n a = 1\n a = 2", "class B(Enum):\n mro = 1", "class B(enum.StrEnum):\n a = 1", "class B(Flag):\n a = 'x'", "class B(Enum):\n _x_ = 1", "class B(int, str, Enum):\n a = 1", "class B(enum.IntEnum):\n a = 'x'",
                     "class B(Enum):\n _order_ = 'b a'\n a = 1\n b = 2", "class B(Enum):\n @enum.nonmember\n def x(self): pass\n @enum.member\n def y(self): pass", "class B(Flag, boundary=enum.STRICT):\n a = auto()\n b = 8\n c = auto()"):
            print(attempt(exec, body, {"enum": enum, "Enum": Enum, "Flag": Flag, "Color": Color, "auto": auto}))
        print(enum.global_enum_repr(Color.RED), enum.global_flag_repr(Loose.A), enum.global_str(Color.RED), enum.show_flag_values(7), enum.bin(10), attempt(enum._simple_enum(Enum), type("S", (), {"A": 1})), Color.RED.__reduce_ex__(2), Color.RED.__deepcopy__({}) is Color.RED)


if __name__ == "__main__":
    main()
