"""What a shard takes on the disk."""

from __future__ import annotations

import shutil
import struct
import sysconfig
from pathlib import Path

import pytest

from tests.project import FREE_THREADED, Project

HEADER, RECORD = 128, struct.Struct("<4sIII")
CONSTANT = 64 << 10


def counters(shard: Path) -> int:
    """Count the counters of a shard, record by record."""
    data, at, found = shard.read_bytes(), HEADER, 0
    while at + RECORD.size <= len(data):
        kind, _, size, count = RECORD.unpack_from(data, at)
        if kind == bytes(4):
            break
        found += count if kind == b"CNTR" else 0
        at += size
    return found


def on_disk(shard: Path) -> int:
    status = shard.stat()
    return max(status.st_size, 512 * status.st_blocks)


def only_shard(project: Project) -> Path:
    (shard,) = (project.path / ".blockcov/shards").iterdir()
    return shard


@pytest.mark.skipif(FREE_THREADED, reason="each thread has cells of its own")
def test_bytes_of_a_counter(project: Project) -> None:
    """Of the standard library's modules: at most 16 for each counter, loss cells and all, and a constant."""
    names = "argparse ast calendar configparser dataclasses difflib fractions inspect pdb pickle pydoc tarfile textwrap"
    for name in names.split():
        shutil.copy(Path(sysconfig.get_path("stdlib")) / f"{name}.py", project.write(f"lib/{name}.py", ""))
    project.write(
        "app.py", f"import importlib\nfor name in {names!r}.split(): importlib.import_module('lib.' + name)\n"
    )
    project.run("app.py")
    shard = only_shard(project)
    many = counters(shard)
    print(f"{many} counters, {on_disk(shard)} bytes")
    assert many > 5000
    assert on_disk(shard) <= 16 * many + CONSTANT
    assert on_disk(shard) <= 9 * many + CONSTANT


def test_constant(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    assert on_disk(only_shard(project)) <= 4096


def test_room_to_grow_is_bounded(project: Project) -> None:
    """Files grow in steps: what is not in use yet stays below the constant, however large they are."""
    text = "".join(f"def f{n}(a):\n    return a and {n}\n" for n in range(3000))
    project.write("large.py", text)
    project.write("app.py", "import large\n")
    project.run("app.py")
    shard = only_shard(project)
    assert on_disk(shard) <= 8 * counters(shard) + CONSTANT
