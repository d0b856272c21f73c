"""pprint: nested containers, widths, depths, recursion."""

import collections
import dataclasses
import types

from _fresh import attempt, fresh

MODULES = ("pprint",)


@dataclasses.dataclass
class Data:
    name: str
    values: list
    hidden: int = dataclasses.field(default=1, repr=False)


class Odd:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def __lt__(self, other):
        return NotImplemented


def main():
    with fresh(MODULES) as (pprint,):
        loop = [1]
        loop.append({"loop": loop})
        values = [list(range(40)), {"k" * n: [n] * n for n in range(12)}, ("single",), (), [], {}, set(), {3, 1, 2}, frozenset(range(30)), "word " * 40, b"bytes " * 30, bytearray(b"array" * 30), "line\n" * 10, loop,
                  collections.OrderedDict([("b", [1] * 30), ("a", 2)]), collections.defaultdict(list, a=[1] * 30), collections.Counter("mississippi" * 3), collections.ChainMap({"a": 1}, {"b": list(range(30))}), collections.deque(range(40), maxlen=50),
                  collections.UserDict(a=list(range(30))), collections.UserList(range(40)), collections.UserString("u " * 60), types.MappingProxyType({"m": list(range(30))}), types.SimpleNamespace(a=list(range(30)), b="x" * 50), Data("n" * 30, [Data("inner", list(range(30)))]),
                  {Odd("b"): 1, 3: 4, "s": 5, None: 6}, [[[[["deep"]]]]], {(1, 2): {(3, 4): 5}}, 10**20, ["", "a" * 100]]
        for value in values:
            for width, depth, compact, sort in ((80, None, False, True), (20, 3, True, False), (1, None, False, True)):
                text = pprint.pformat(value, width=width, depth=depth, compact=compact, sort_dicts=sort, indent=2)
                print(text.count("\n"), pprint.isreadable(value), pprint.isrecursive(value), len(text) if loop is not value else "")
        print(pprint.saferepr({"a": [1]}), pprint.pformat(12345678, underscore_numbers=True), attempt(pprint.PrettyPrinter, indent=-1), attempt(pprint.PrettyPrinter, depth=0), attempt(pprint.PrettyPrinter, width=0))
        pprint.pp({"z": 1, "a": 2})


if __name__ == "__main__":
    main()
