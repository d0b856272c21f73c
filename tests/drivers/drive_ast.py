"""ast: unparse, walk, dump, transform, literal_eval; parts of the standard library as input."""

from _fresh import attempt, fresh

MODULES = ("ast",)

SOURCE = '''
@deco(1, *a, **k)
async def f(a, /, b: int = 1, *args, c, d=2, **kw) -> str:
    """doc"""
    async with a as b, c: await d
    async for x in y: yield x
    else: pass
    return [i async for i in z if i if not j]
class C(B, metaclass=M):
    x: int = 5
    (y): str
    def g(self): global q; nonlocal_ = 1; del self.a, self[1:2, ::3]
def h():
    x = y = (yield) or (yield from z)
    a, *b = c, = {1: 2, **d}, {1, 2}, {k: v for k, v in e}, {s for s in t}
    a += b ** -c @ d // ~e << 1 & (f | g) ^ h
    return lambda p, *q, r=1, **s: (p if q else r, not p is not q, 1 < 2 <= 3 != 4 in 5, (n := 10))
try: raise A from B
except (E, F) as e: raise
except G: ...
else: assert x, "y"
finally: import a.b as c, d; from . import e; from ..f import g as h, i; from j import *
try: pass
except* A: pass
while x and (y or z):
    if a: continue
    elif b: break
    else: pass
else: pass
for i, in j: pass
match x:
    case 1 | -2 | 3+4j | "a" | None: pass
    case [a, *_, b] if c: pass
    case {"k": v, **rest}: pass
    case C(1, x=y) as z: pass
    case _: pass
with (a as b, c): pass
f"{x!r:>{w}} {{}} {y=} 'q'" "tail" f'{"n"}'
b"bytes" + 1e400 + 1j + ...
print("a\\nb", 'it\\'s "q"', """t
t""")
'''


def main():
    with fresh(MODULES) as (ast,):
        tree = ast.parse(SOURCE, type_comments=False)
        text = ast.unparse(tree)
        print(text, ast.dump(ast.parse(text)) == ast.dump(tree), len(ast.dump(tree, indent=1, include_attributes=True)))
        print(sum(1 for _ in ast.walk(tree)), ast.get_docstring(tree.body[0]), ast.get_source_segment(SOURCE, tree.body[1]))

        class Rename(ast.NodeTransformer):
            def visit_Name(self, node):
                return ast.copy_location(ast.Name(node.id + "_", node.ctx), node) if node.id != "x" else node

            def visit_Pass(self, node):
                return None

            def visit_Global(self, node):
                return [node, node]

        print(len(ast.unparse(ast.fix_missing_locations(Rename().visit(ast.parse("x = a\nif x: pass\nglobal g\n"))))))
        ast.increment_lineno(tree, 3)
        for literal in ("[1, -2, {'a': (b'', None, True)}, {1}, 3+4j, set()]", "f()", "1+2", "{**a}", "-'x'", "1 +"):
            print(attempt(ast.literal_eval, literal))
        with open(ast.__file__, encoding="utf-8") as file:
            print(len(ast.unparse(ast.parse(file.read(16000).rpartition("\n\n\n")[0]))))
        print(attempt(ast.get_docstring, ast.parse("1", mode="eval")), attempt(ast.unparse, ast.Dict([None], [ast.Name("x")])))


if __name__ == "__main__":
    main()
