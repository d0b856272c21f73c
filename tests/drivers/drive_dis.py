"""opcode and dis: disassembly of functions, classes, source, code with exception tables."""

import contextlib
import io

from _fresh import attempt, fresh

MODULES = ("opcode", "dis")

SOURCE = """
def f(a, *b, c=1):
    try:
        with open(a) as x, b:
            return [i for i in x if i > c and not a or b]
    except (OSError, ValueError) as e:
        raise RuntimeError(f"{e!r:>10}") from e
    finally:
        print(lambda: a)
class C:
    async def g(self):
        async for i in self: await i
        global z; z = yield
x = {**{1: 2}, 'a': (1, 2)}; del x['a']; x.y = x[1:2]
"""


def main():
    with fresh(MODULES) as (opcode, dis):
        code = compile(SOURCE, "<sample>", "exec")
        for options in ({}, {"show_caches": True}, {"depth": 1}, {"adaptive": True}):
            out = io.StringIO()
            dis.dis(code, file=out, **options)
            print(out.getvalue().count("\n"))
        namespace = {}
        exec("def f(a):\n    while a:\n        a -= 1\n    return a\nclass C:\n    def m(self): pass\n    s = staticmethod(m)\n", namespace)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            for thing in (namespace["f"], namespace["C"], "x = 1", b"\x97\0\x64\0\x53\0", namespace["C"]().m, eval("(i for i in ())")):
                dis.dis(thing)
            attempt(dis.disco, code, lasti=4)
            dis.show_code(code)
            dis.show_code("a.b")
        print(out.getvalue().count("\n") > 20, attempt(dis.dis, 3), attempt(dis.distb), attempt(dis.show_code, 3))
        print([each.opname for each in dis.get_instructions(namespace["f"])], dis.code_info(namespace["f"]).count("\n"), list(dis.findlinestarts(code))[:3], sorted(dis.findlabels(namespace["f"].__code__.co_code)))
        bytecode = dis.Bytecode(namespace["f"], current_offset=4)
        print(len(bytecode.dis().splitlines()), len(bytecode.info()) > 10, len(list(bytecode)), len(repr(bytecode)) > 5)
        try:
            exec("1 / 0")
        except ZeroDivisionError as error:
            print(len(dis.Bytecode.from_traceback(error.__traceback__).dis()) > 0)
        print([attempt(dis.stack_effect, opcode.opmap[name], 0 if opcode.opmap[name] >= opcode.HAVE_ARGUMENT else None) for name in ("POP_TOP", "LOAD_CONST", "BUILD_LIST")], attempt(dis.stack_effect, 999), dis.pretty_flags(0x63), opcode.opname[opcode.opmap["NOP"]])


if __name__ == "__main__":
    main()
