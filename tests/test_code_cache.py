"""Compiled code is kept in the data directory from process to process, and changes nothing but the time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from blockcov import code_cache
from tests.project import Project

APP = """\
import sys

def f(a, b):
    try:
        return a and not b or 1 / a
    except ZeroDivisionError:
        return [x for x in (a, b) if x]

for n in range(4):
    f(n % 2, n // 2)
"""


def code_files(project: Project) -> list[Path]:
    return sorted((project.path / ".blockcov/code").glob("*.code"))


def measured(project: Project) -> dict[str, Any]:
    done = project.blockcov("json", "-o", "-")
    assert done.status == 0, done.err
    return {name: file["blockcov"] for name, file in json.loads(done.out)["files"].items()}


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_the_second_run_compiles_nothing_and_counts_the_same(project: Project, mode: str) -> None:
    project.write("app.py", APP)
    assert project.blockcov("run", "--mode", mode, "app.py").status == 0
    first = measured(project)
    (kept,) = code_files(project)
    content = kept.read_bytes()
    assert project.blockcov("run", "--mode", mode, "app.py").status == 0
    assert code_files(project) == [kept]
    assert kept.read_bytes() == content
    assert measured(project) == first


def test_another_mode_and_another_source_are_other_code(project: Project) -> None:
    project.write("app.py", APP)
    for count, options in ((1, []), (2, ["--mode", "hits"]), (2, [])):
        assert project.blockcov("run", *options, "app.py").status == 0
        assert len(code_files(project)) == count
    project.write("app.py", APP.replace("range(4)", "range(8)"))
    assert project.blockcov("run", "app.py").status == 0
    assert len(code_files(project)) == 3
    lines = measured(project)["app.py"]["lines"]
    assert lines["10"] == 8


def test_damaged_code_is_compiled_again(project: Project) -> None:
    project.write("app.py", APP)
    assert project.blockcov("run", "app.py").status == 0
    first = measured(project)
    (kept,) = code_files(project)
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    done = project.blockcov("run", "app.py")
    assert (done.status, done.err) == (0, b"")
    assert measured(project) == first
    assert len(code_files(project)) == 2


def test_a_child_takes_what_its_parent_compiled(project: Project) -> None:
    project.write("lib.py", APP)
    project.write("app.py", "import os, lib, subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import lib'])\n")
    assert project.blockcov("run", "app.py").status == 0
    (kept,) = code_files(project)
    assert re.match(r"\d+-[0-9a-f]{16}\.code$", kept.name)
    assert measured(project)["lib.py"]["lines"]["10"] == 8


def test_the_next_run_has_the_same_maps(project: Project) -> None:
    """They are not written again: the file has a second name, which outlives the first one."""
    project.write("app.py", APP)
    inodes = []
    for _ in range(2):
        assert project.blockcov("run", "app.py").status == 0
        inodes.append([path.stat().st_ino for path in (project.path / ".blockcov/maps").iterdir()])
        assert measured(project)["app.py"]["lines"]["10"] == 4
    assert inodes[0] == inodes[1]
    assert len(inodes[0]) == 1


def test_erase_removes_it(project: Project) -> None:
    project.write("app.py", APP)
    assert project.blockcov("run", "app.py").status == 0
    assert project.blockcov("erase").status == 0
    assert not (project.path / ".blockcov").exists()


def test_what_is_too_much_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "code"
    directory.mkdir()
    for number in range(code_cache.MOST_FILES):
        (directory / f"{number}-a.code").write_bytes(b"x" * (number + 1))
    (directory / "other.txt").write_text("not ours")
    code_cache.trim(str(tmp_path))
    assert len(list(directory.glob("*.code"))) == code_cache.MOST_FILES
    (directory / "last-a.code").write_bytes(b"")
    code_cache.trim(str(tmp_path))
    assert [path.name for path in directory.glob("*.code")] == [f"{code_cache.MOST_FILES - 1}-a.code"]
    for number in range(code_cache.MOST_FILES):
        (directory / f"{number}-b.map").write_bytes(b"x" * number)
    code_cache.trim(str(tmp_path))
    assert sorted(path.name for path in directory.iterdir()) == [
        f"{code_cache.MOST_FILES - 1}-a.code",
        f"{code_cache.MOST_FILES - 1}-b.map",
        "other.txt",
    ]
    monkeypatch.setattr(code_cache, "MOST_BYTES", 10)
    code_cache.trim(str(tmp_path))
    assert [path.name for path in directory.iterdir()] == ["other.txt"]
    code_cache.forget(str(tmp_path))
    assert directory.exists()
