"""Code objects and functions are written, copied, replaced and compared as in the plain program."""

from __future__ import annotations

import pytest

from tests.alike import alike
from tests.odd_functions import MODULE
from tests.project import Project

COPIES = {
    "marshal": """
        import marshal
        for version in range(5):
            for code in codes:
                data = marshal.dumps(code, version)
                again = marshal.loads(data)
                print(again == code, hash(again) == hash(code), again.co_consts == code.co_consts, len(data))
                nested = {"a": [code, (code,)], code: frozenset([code])}
                print(marshal.loads(marshal.dumps(nested)) == nested)
        endless = [codes[0]]
        endless.append(endless)
        around = []
        itself = codes[0].replace(co_consts=(*codes[0].co_consts, around))
        around.append(itself)
        for version in range(marshal.version + 1):
            values = [slice(codes[0], None, codes[1]), [slice(None, codes[0])]]
            for value in values + [endless, itself] * (version < 3):
                try:
                    print(len(marshal.dumps(value, version)))
                except ValueError as error:
                    print(error)
        with open("dump", "wb") as file: marshal.dump(codes, file)
        with open("dump", "rb") as file: print(marshal.load(file) == codes)
        import hashlib
        print([hashlib.sha256(marshal.dumps(code)).hexdigest() for code in codes if not code.co_freevars][:1] != [])
    """,
    "pickle": """
        import pickle, copyreg
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for function in mod.run, mod.matches, mod.numbers, mod.later:
                print(pickle.loads(pickle.dumps(function, protocol)) is function)
            print(pickle.loads(pickle.dumps(mod.Manager(3), protocol)).quiet)
            for wrong in mod.run.__code__, lambda: 1, mod.numbers(3):
                try:
                    pickle.dumps(wrong, protocol)
                except (TypeError, pickle.PicklingError, AttributeError) as error:
                    print(type(error).__name__)
    """,
    "copy": """
        import copy
        for code in codes:
            print(copy.copy(code) is code, copy.deepcopy(code) is code)
        for function in functions:
            print(copy.copy(function) is function, copy.deepcopy([function])[0] is function)
        if hasattr(copy, "replace"):
            other = copy.replace(mod.matches.__code__, co_name="other")
            print(other.co_name, other.co_consts == mod.matches.__code__.co_consts)
    """,
    "replace": """
        import inspect
        names = {name for name in dir(mod.run.__code__) if name.startswith("co_")}
        names = sorted(names - {"co_lnotab", "co_lines", "co_positions", "co_branches"})
        for code in codes:
            print(code.replace() == code, code.replace(co_name="x") == code)
            print(code.replace(co_firstlineno=7).co_firstlineno)
            same = code.replace(**{name: getattr(code, name) for name in names})
            print(same == code, hash(same) == hash(code), {code: 1}[same])
            for name in names:
                if name not in ("co_code", "co_exceptiontable"):
                    changed = code.replace(**{name: getattr(code, name)})
                    assert changed == code, name
        made = type(mod.run.__code__)(*[getattr(mod.matches.__code__, "co_" + name) for name in (
            "argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name "
            "qualname firstlineno linetable exceptiontable freevars cellvars".split())])
        print(made == mod.matches.__code__, types.FunctionType(made, vars(mod))([1, 2, 3]))
    """,
    "function_type": """
        for function in functions:
            own = function.__defaults__, function.__closure__
            other = types.FunctionType(function.__code__, vars(mod), "other", *own)
            print(other.__name__, other.__code__ == function.__code__, other.__code__ is function.__code__)
        other = types.FunctionType(mod.branches.__code__, vars(mod), argdefs=(1,))
        print(other(7), types.FunctionType(mod.raises.__code__, vars(mod))(2))
        bare = types.FunctionType(mod.matches.__code__, {})
        print(bare((1, 2)), sorted(bare.__globals__))
        def outer(x):
            def inner(): return x
            return inner
        one, two = outer(1), outer(2)
        print(one.__code__ is two.__code__, types.FunctionType(one.__code__, {}, closure=two.__closure__)())
        one.__code__ = two.__code__
        print(one(), one.__code__ == two.__code__)
        try:
            mod.matches.__code__ = one.__code__
        except ValueError as error:
            print(error)
        mod.matches.__code__, kept = mod.numbers.__code__, mod.matches.__code__
        print(list(mod.matches(3))); mod.matches.__code__ = kept; print(mod.matches("s"))
        class Thing: pass
        Thing.method = types.FunctionType((lambda self, n: n + 1).__code__, {}); print(Thing().method(1))
    """,
    "coroutine": """
        import asyncio, inspect
        @types.coroutine
        def old(n):
            got = yield from asyncio.sleep(0, n).__await__()
            return got + 1
        async def uses(): return await old(3)
        print(asyncio.run(uses()), inspect.iscoroutinefunction(uses), inspect.isgeneratorfunction(old))
        print(old.__code__.co_flags & 0x100)
        wrapped = types.coroutine(mod.numbers)
        print(wrapped is mod.numbers, wrapped.__code__.co_flags & 0x100, list(mod.numbers(3)))
        async def through():
            return [each async for each in mod.ticks(2)], await old(1)
        print(asyncio.run(through()))
        task = through()
        print(task.cr_frame.f_lineno, task.cr_code == through.__code__, task.cr_code is through.__code__)
        task.close()
    """,
    "equality": """
        fresh = compile(open(mod.__file__).read(), mod.__file__, "exec")
        def walk(code):
            yield code
            for each in code.co_consts:
                if isinstance(each, types.CodeType): yield from walk(each)
        by_name = {}
        for each in walk(fresh): by_name.setdefault(each.co_qualname, []).append(each)
        for code in codes:
            (other,) = by_name[code.co_qualname]
            print(code == other, other == code, hash(code) == hash(other))
            print(len({code, other}), [code].index(other), code in {other: 1})
            for different in codes:
                assert (different == code) == (different is code)
            print(code != 1, code == None, code.__eq__(3), code.__lt__(other))
    """,
}
HEAD = """
import mod, types
functions = [each for each in vars(mod).values() if isinstance(each, types.FunctionType)]
codes = [each.__code__ for each in functions]
mod.run()
"""


@pytest.mark.parametrize("name", COPIES)
def test_copies(project: Project, name: str) -> None:
    project.write("mod.py", MODULE)
    path = project.write("app.py", COPIES[name])
    path.write_text(HEAD + path.read_text())
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    assert plain.out
