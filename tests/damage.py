"""Damaged data files: cut off at every length, and with every bit flipped, one at a time; and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blockcov import _blockcov
from tests.project import Project

APP = """\
import blockcov, os
def f(n):
    for i in range(n):
        try:
            1 // (i % 2)
        except ZeroDivisionError:
            pass
with blockcov.context("a"):
    f(5)
f(2)
"""
KILLED = APP + "os.kill(os.getpid(), 9)\n"

Counts = dict[str, dict[int, int]]
"""By the name of a file, its lines' counts."""


@dataclass
class Outcomes:
    """What came of so many damaged files of one kind."""

    tried: int = 0
    named: int = 0
    """An error names file and offset, nothing of it counts, and all others do; or it says that counts are missing."""
    same: int = 0
    """All counts are as they were."""
    differs: int = 0
    """A count of a process that was killed: no hash can guard it while it changes."""


def damaged(whole: bytes, step: int = 1) -> Iterator[bytes]:
    """Give the bytes truncated at every length, then with every bit flipped; of them, each `step`-th."""
    for length in range(0, len(whole), step):
        yield whole[:length]
    for bit in range(0, 8 * len(whole), step):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def counts(directory: Path) -> tuple[Counts, list[str]]:
    """Read a data directory: counts, and errors."""
    units, errors = _blockcov.read([str(directory)])
    found: Counts = {}
    for unit in units:
        lines = found.setdefault(Path(unit["filename"]).name, {})
        for code in unit["codes"]:
            for line, count in code["lines"].items():
                lines[line] = lines.get(line, 0) + count
    return found, errors


def counts_of_contexts(directory: Path) -> tuple[Counts, list[str]]:
    """The same of what was counted in the first context."""
    handle, names, errors = _blockcov.contexts([str(directory)])
    if not names:
        return {}, errors
    gathered, heads, more = _blockcov.gather_contexts(handle, [0], False)
    found: Counts = {}
    for index, head in enumerate(heads):
        lines = found.setdefault(Path(head[0]).name, {})
        for code in _blockcov.unit(gathered, index)["codes"]:
            for line, count in code["lines"].items():
                lines[line] = lines.get(line, 0) + count
    return found, errors + more


def attempt(file: Path, read: Callable[[Path], tuple[Counts, list[str]]], live: bool, step: int) -> Outcomes:
    """Damage one file of a data directory in every way. AssertionError where anything else comes of it."""
    directory = file.parent.parent
    whole = file.read_bytes()
    expected, errors = read(directory)
    assert not errors, errors
    assert {"app.py", "other.py"} <= set(expected)
    outcomes = Outcomes()
    try:
        for changed in damaged(whole, step):
            file.write_bytes(changed)
            found, errors = read(directory)
            outcomes.tried += 1
            assert found.get("other.py") == expected["other.py"], "another file's counts are not what they were"
            if errors:
                outcomes.named += 1
                assert all(file.stem in error for error in errors), errors
                if all(" offset " in error for error in errors):
                    assert not any(found.get("app.py", {}).values()), "something of a damaged file counts"
                else:  # the word that says that there was no room for a count
                    assert live
                    assert all("cannot hold every" in error for error in errors), errors
            elif found == expected:
                outcomes.same += 1
            else:
                outcomes.differs += 1
                assert live, "a count has changed and nobody says so"
                assert found.get("app.py", {}).keys() == expected["app.py"].keys()
    finally:
        file.write_bytes(whole)
    return outcomes


def attempts(project: Project, step: int = 1) -> Iterator[tuple[str, Outcomes]]:
    """Damage each kind of file, and give its name and what came of it."""
    project.write("other.py", APP)
    for kind, program in (("of a process that ended", APP), ("of a process that was killed", KILLED)):
        project.write("app.py", program)
        name = kind.rsplit(maxsplit=1)[1]
        project.blockcov("run", "--data-dir", name, "app.py")
        (shard,) = (project.path / name / "shards").iterdir()
        project.blockcov("run", "--append", "--data-dir", name, "other.py")
        yield f"shard {kind}", attempt(shard, counts, name == "killed", step)
        if name == "ended":
            (file,) = (project.path / name / "maps").glob(shard.stem.split("-")[0] + "-*")
            yield "map", attempt(file, counts, False, step)
        contexts = project.path / name / "contexts" / (shard.stem + ".contexts")
        yield f"contexts {kind}", attempt(contexts, counts_of_contexts, False, step)
    project.blockcov("run", "--data-dir", "one", "app.py")
    project.blockcov("combine", "--data-dir", "sum", "one")
    (merged,) = (project.path / "sum" / "shards").iterdir()
    project.blockcov("run", "--append", "--data-dir", "sum", "other.py")
    yield "merged shard", attempt(merged, counts, False, step)


def table(project: Project) -> str:
    """Show how many damaged files were tried, and what came of them."""
    rows = [
        f"| {kind} | {each.tried:,} | {each.named:,} | {each.same:,} | {each.differs:,} |\n"
        for kind, each in attempts(project)
    ]
    return (
        "\n## Damaged files\n\n"
        "A file of each kind, truncated at every length and with every bit flipped, one at a time, beside the whole\n"
        "files of another process. *Named*: an error names the file and the offset, nothing of it counts, and all of\n"
        "the other process does. *Same*: every count is as it was, for what was damaged is not in use. *Differs*: a\n"
        "count has another value. That is so in the counters of a process that was killed alone: no hash can guard\n"
        "what changes all the time.\n\n"
        "| | tried | named | same | differs |\n|---|---|---|---|---|\n" + "".join(rows)
    )
