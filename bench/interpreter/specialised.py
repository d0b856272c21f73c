"""Compares how a program's code specialises as it is and instrumented.

    python specialised.py MODE DATA_DIR PROGRAM.py SIZE

The program is a module with a function run(SIZE), which is called first plain, then with the module and all that it
imports from its own directory instrumented. For each instruction of the original the specialised form that the
interpreter has chosen (dis with adaptive=True) is looked for at the same instruction of the instrumented code.
Superinstructions, two instructions in one, are counted for themselves. A JSON object is written:

    {"specialised": 120, "lost": [["f", 3, "FOR_ITER_LIST", ["FOR_ITER"]]], "pairs": 30, "pairs_lost": [...]}
"""

from __future__ import annotations

import dis
import json
import sys
from collections import defaultdict
from pathlib import Path
from types import CodeType
from typing import Any

import blockcov._blockcov as engine

Key = tuple[Any, ...]  # what names an instruction of the original, in both codes: opcode, argument, source span
JUMPS = {*dis.hasjrel, *dis.hasjabs}
# Superinstructions that the compiler makes itself (3.13 and later); those that the interpreter makes have __ in their
# names.
COMPILED_PAIRS = {
    "LOAD_FAST_LOAD_FAST",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
}


def in_pre_order(code: CodeType) -> list[CodeType]:
    """Give `code` and all that nest in it."""
    nested = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(inner for each in nested for inner in in_pre_order(each))]


def forms(code: CodeType) -> dict[Key, set[str]]:
    """Give the forms of each instruction, as the interpreter has them now; without one, that is its plain name."""
    found: dict[Key, set[str]] = defaultdict(set)
    adaptive = {each.offset: each.opname for each in dis.get_instructions(code, adaptive=True)}
    for each in dis.get_instructions(code):
        argument = None if each.opcode in JUMPS else each.arg
        name = adaptive.get(each.offset, each.opname)
        if name.endswith(("_ADAPTIVE", "_QUICK")):  # 3.11: not specialised, or not yet
            name = each.opname
        found[each.opname, argument, each.positions].add(name)
    return found


def is_pair(name: str) -> bool:
    """Say if it is a superinstruction."""
    return "__" in name or name in COMPILED_PAIRS


def compare(plain: CodeType, instrumented: CodeType) -> dict[str, Any]:
    """Compare all code objects of a module."""
    result: dict[str, Any] = {"specialised": 0, "lost": [], "pairs": 0, "pairs_lost": [], "names": set()}
    for old, new in zip(in_pre_order(plain), in_pre_order(instrumented), strict=True):
        there = forms(new)
        for key, names in forms(old).items():
            for name in sorted(names):
                kind = "pairs" if is_pair(name) else "specialised" if name != key[0] else None
                if kind is None:
                    continue
                result[kind] += 1
                result["names"].add(name)
                if name not in there.get(key, ()):
                    line = key[2].lineno if key[2] else None
                    lost = "pairs_lost" if kind == "pairs" else "lost"
                    result[lost].append([old.co_qualname, line, name, sorted(there.get(key, ()))])
    result["names"] = sorted(result["names"])
    return result


def execute(code: CodeType, size: int) -> None:
    """Run a program that was compiled."""
    namespace: dict[str, Any] = {"__name__": "program"}
    sys.modules["program"] = type(sys)("program")  # dataclasses look for their module
    exec(code, namespace)
    namespace["run"](size)


def main() -> None:
    """Run twice and compare."""
    mode, data_dir, file, size = sys.argv[1:]
    path = Path(file).resolve()
    sys.path.insert(0, str(path.parent))
    before = set(sys.modules)
    plain = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    execute(plain, int(size))
    beside = [name for name in set(sys.modules) - before if is_beside(path.parent, sys.modules[name])]
    for name in beside:
        del sys.modules[name]
    engine.start(data_dir, mode, lambda name: is_imported(path, Path(name)), lambda *text: None)
    instrumented = engine.instrument(compile(path.read_bytes(), str(path), "exec", dont_inherit=True))
    execute(instrumented, int(size))
    json.dump(compare(plain, instrumented), sys.stdout)


def is_imported(program: Path, file: Path) -> bool:
    """Say if a file is one that the program imports from its directory; the program itself is instrumented below."""
    return file.parent == program.parent and file != program


def is_beside(directory: Path, module: Any) -> bool:
    """Say if a module's file is in `directory`."""
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).parent == directory


if __name__ == "__main__":
    main()
