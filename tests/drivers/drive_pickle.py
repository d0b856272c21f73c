"""pickle: the pure pickler and unpickler, all protocols, odd objects, broken streams."""

import collections
import io

from _fresh import attempt, fresh

MODULES = ("copyreg", "_compat_pickle", "pickle")


class Plain:
    def __init__(self, value):
        self.value = value


class Slots:
    __slots__ = ("a", "b")


class State(Plain):
    def __getstate__(self):
        return {"value": self.value, "seen": 1}

    def __setstate__(self, state):
        self.__dict__.update(state)


class NewArgs(tuple):
    def __new__(cls, *args, key=None):
        return super().__new__(cls, args)

    def __getnewargs_ex__(self):
        return tuple(self), {"key": 1}


class Reduce:
    def __reduce__(self):
        return collections.OrderedDict, ([("a", 1)],)


class Bad:
    def __reduce__(self):
        return 5


class ListLike(list):
    pass


def data():
    loop = [1]
    loop.append(loop)
    knot = {"a": loop}
    knot["self"] = knot
    shared = ("x" * 300, b"y" * 300, bytearray(b"z" * 10))
    slots = Slots()
    slots.a = 1
    return [None, True, -1, 255, 256, 70000, -2**31, 2**70, -2**2100, 1.5, "ü\ud800", "", b"", (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], {}, set(), {1, 2}, frozenset("a"), loop, knot, [shared, shared], Plain([1]), State(2),
            NewArgs(1, 2), Reduce(), ListLike([1, 2]), slots, collections.Counter("aab"), range(3), slice(1), int, len, "a".join, Ellipsis, NotImplemented, type(None), collections.deque([1]), list(range(1100)), {n: n for n in range(1010)}, complex(1, 2), Plain]


def main():
    with fresh(MODULES) as (copyreg, compat, pickle):
        for protocol in (0, 2, 5):
            for value in data():
                text = attempt(pickle._dumps, value, protocol)
                if isinstance(text, bytes):
                    print(protocol, len(text), type(attempt(pickle._loads, text)).__name__)
                else:
                    print(protocol, type(value).__name__, text)
            for value in (Bad(), lambda: 0, io.StringIO, open(__file__), (i for i in ())):
                print(attempt(pickle._dumps, value, protocol).__class__)
        buffers = []
        text = pickle._dumps([pickle.PickleBuffer(b"abc" * 10)], 5, buffer_callback=buffers.append)
        print(pickle._loads(text, buffers=buffers), attempt(pickle._loads, text), attempt(pickle._dumps, pickle.PickleBuffer(b""), 4))

        class Persistent(pickle._Pickler):
            dispatch_table = {Slots: lambda each: (Slots, ())}

            def persistent_id(self, value):
                return "pid" if value is Plain else None

            def reducer_override(self, value):
                return (str, ("over",)) if isinstance(value, Reduce) else NotImplemented

        out = io.BytesIO()
        pickler = Persistent(out, 4)
        pickler.fast = False
        pickler.dump([Plain, Reduce(), Slots()])
        pickler.clear_memo()
        print(attempt(pickle._loads, out.getvalue()))
        for broken in (b"", b".", b"(", b"I1", b"}.", b"\x80\x09.", b"cos\nnope\n.", b"X\xff\xff\xff\x7f", b"(lp0\n0", b"\x95\x01\0\0\0\0\0\0\0.", b"h\x01.", b"S'a\n.", b"S'a'\n.", b"I01\n.", b"L5L\n.", b"F1\n.", b"N0.", b"(I1\nd.", b"\xff", b"(ics\nx\n.", b"V\\u00e9\n.", b"jabcd.", b"P1\n.", b"\x82\x01.", b"b.", b"R.", b"(ccollections\nCounter\no.", b"\x8b\xff\xff\xff\xff."):
            print(broken, attempt(pickle._loads, broken))
        print(pickle.encode_long(-255), pickle.decode_long(b"\xff\0"), pickle.encode_long(0), attempt(pickle._Pickler, object()), attempt(pickle._dumps, 1, 99), attempt(pickle._loads, "str"))


if __name__ == "__main__":
    main()
