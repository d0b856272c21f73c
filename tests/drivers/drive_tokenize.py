"""tokenize: source to tokens and back, its own file and broken ones."""

import io

from _fresh import attempt, fresh

MODULES = ("token", "tokenize")

SOURCES = [
    "def f(a, *, b: int = 0x1F, **k) -> None:\n    '''doc'''\n    return (a +\n  b) @ 1e5j\n",
    "if x:\n\ty = [1,\n 2]  # c\nelse:\n\tpass\n\n\nz = b'' rb'x' f'{x!r:>{w}}' \"a\\\nb\"\n",
    "async def g():\n    async for i in x: await i\nλ = 'ä'; x = 1_000.5 if y else ...\n",
    "class C: x: int; y = lambda: (yield)\n\f\nwhile 1: break\\\n\n",
]
BROKEN = ["(\n", "x = '''abc\n", "if x:\n    a\n  b\n", "x = 'abc\n", "$ ?\n", "\\\n", "0x\n", "1__0\n"]


def tokens(tokenize, text):
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def main():
    with fresh(MODULES) as (token, tokenize):
        for source in SOURCES:
            found = tokens(tokenize, source)
            print(len(found), [token.tok_name[each.exact_type] for each in found if each.type == token.OP])
            print(tokenize.untokenize(found))
            print(tokenize.untokenize(each[:2] for each in found))
        for source in BROKEN:
            print(source, attempt(lambda source=source: len(tokens(tokenize, source))))
        for head in (b"# -*- coding: latin-1 -*-\n", b"\xef\xbb\xbfx\n", b"#!x\n# vim: set fileencoding=utf-8 :\n",
                     b"# coding: nonsense\n", b"\xef\xbb\xbf# coding: latin-1\n", b"\xff\n", b""):
            print(attempt(tokenize.detect_encoding, io.BytesIO(head).readline))
        with open(tokenize.__file__, "rb") as file:
            print(sum(1 for _ in tokenize.tokenize(iter(file.readlines()[:220]).__next__)))
        print(tokenize.TokenInfo(1, "x", (1, 0), (1, 1), "x"), attempt(tokenize.untokenize, [(1, "a", (2, 0), (1, 1), "")]))


if __name__ == "__main__":
    main()
