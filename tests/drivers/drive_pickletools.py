"""pickletools: disassembly, optimisation, broken streams."""

import io
import pickle

from _fresh import attempt, fresh

MODULES = ("pickletools",)


class Thing:
    def __init__(self):
        self.x = [1, (2, 3), {"k": b"v" * 3}]


def main():
    with fresh(MODULES) as (pickletools,):
        shared = ["a", "b"]
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            text = pickle.dumps([shared, shared, {"k": shared}, 1.5, None, True, 10**20, Thing(), "ü", frozenset([1])], protocol)
            out = io.StringIO()
            pickletools.dis(text, out, annotate=30)
            print(out.getvalue().count("\n"), len(pickletools.optimize(text)) <= len(text), sum(1 for _ in pickletools.genops(text)))
        for broken in (b"", b"(", b"N0.", b"\xfe", b"h\x01.", b"q\x00.", b"(t(t.", b"I1", b"S'a\n.", b"X\x05\0\0\0a", b"e.", b"1.", b"Np0\nNp0\n.", b"\x80\x63.", b"Iz\n.", b"F1.5\n.", b"V\\u00e4\n."):
            print(broken, attempt(lambda broken=broken: pickletools.dis(broken, io.StringIO())), attempt(pickletools.optimize, broken))
        memo = {}
        pickletools.dis(pickle.dumps([1, "x"], 2), io.StringIO(), memo, indentlevel=2)
        print(sorted(memo), len(pickletools.opcodes), pickletools.read_decimalnl_short(io.BytesIO(b"1234\n56")), attempt(pickletools.read_stringnl, io.BytesIO(b"abc")))


if __name__ == "__main__":
    main()
