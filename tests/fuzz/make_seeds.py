"""Writes the first inputs of the fuzzers: data files of small programs, and small code objects of every CPython.

    build/release/cpython-3.12.1/venv/bin/python -m tests.fuzz.make_seeds DIRECTORY

`tools/fuzz.py --keep` reduces what the fuzzers have made of them to the committed corpus.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.project import Project

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
MODES = {"counts": 0, "hits": 1}
PROGRAM = """\
import os, blockcov
def work(n):
    for i in range(n):
        try:
            1 // (i % 2)
        except ZeroDivisionError:
            pass
with blockcov.context("a"):
    work(3)
    with blockcov.context("b"):
        work(2)
work(1)
"""
ENDS = {"normal": "", "killed": "os.kill(os.getpid(), 9)", "snapshot": "blockcov.snapshot()\nwork(1)"}


def number(value: int) -> bytes:
    """ULEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: bytes) -> bytes:
    """A length and the bytes."""
    return number(len(value)) + value


def unit(minor: int, mode: int, code: dict[str, object]) -> bytes:
    """A unit of one code object, as encodeUnit() writes it."""
    strings = [bytes.fromhex(str(code[name])) for name in ("co_code", "co_linetable", "co_exceptiontable")]
    fields = [int(str(code[name])) for name in ("co_firstlineno", "co_flags", "co_stacksize", "co_consts")]
    name = str(code["co_qualname"]).encode()
    head = bytes([minor, mode]) + bytes(16) + text(b"a.py") + number(1)
    numbers = b"".join(number(value) for value in (0, *fields))
    return head + number(0) + text(name) + text(name) + text(b"") + numbers + b"".join(text(each) for each in strings)


def data_files(directory: Path) -> None:
    """Shards, contexts, maps and compiled code, of one process and merged."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as top:
        project = Project(Path(top))
        for name, end in ENDS.items():
            project.write("app.py", PROGRAM + end + "\n")
            for mode in MODES:
                data = f"{name}-{mode}"
                project.blockcov("run", "--data-dir", data, "--mode", mode, "app.py")
                project.blockcov("combine", "--keep", "--data-dir", data + "-merged", data)
                for file in sorted(project.path.glob(f"{data}*/*/*")):
                    if file.suffix in (".shard", ".contexts", ".map", ".code"):
                        (directory / f"{file.parents[1].name}-{file.stem[:6]}{file.suffix}").write_bytes(
                            file.read_bytes()
                        )


def code_objects(directory: Path) -> None:
    """A unit for each of the code objects that the unit tests have."""
    directory.mkdir(parents=True, exist_ok=True)
    for path in sorted(FIXTURES.glob("code_objects_3*.json")):
        minor = int(path.stem[-2:])
        for index, code in enumerate(json.loads(path.read_text())["codes"]):
            (directory / f"3{minor}-{index}").write_bytes(unit(minor, 0, code))


if __name__ == "__main__":
    data_files(Path(sys.argv[1]) / "data_files")
    code_objects(Path(sys.argv[1]) / "compiler")
