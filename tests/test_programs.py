"""Every annotated program under ``tests/programs``, measured by blockcov, finds exactly what its annotations say; in
mode hits, 1 where they say more.

The annotations themselves are checked against an independent judge: their line counts equal ``trace --count``'s.
``TestLanguage`` and the classes after it check the reader of the annotations (``tests/annotations``).
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.annotations import (
    AnnotationError,
    Branch,
    Expectation,
    check_file,
    parse_annotation,
    read_header,
    read_program,
)
from tests.project import needs_no_assertion

PROGRAMS = Path(__file__).parent / "programs"
VERSION = sys.version_info[:2]
TIMEOUT = 60  # seconds; a program takes well under one

#: What ``python -m trace --count FILE`` does, but the counts are kept when the program ends with an exception.
TRACE = """
import os, pickle, sys, trace
out, path = sys.argv[1:]
sys.argv, sys.path[0] = [path], os.path.dirname(os.path.abspath(path))
namespace = {"__file__": path, "__name__": "__main__", "__package__": None, "__cached__": None}
with open(path, "rb") as file:
    code = compile(file.read(), path, "exec")
tracer = trace.Trace(count=1, trace=0)
try:
    tracer.runctx(code, namespace, namespace)
finally:
    with open(out, "wb") as file:
        pickle.dump(tracer.results().counts, file)
"""

#: Lines where ``trace --count`` of 3.12 counts one event too many: after a call of a Python function the interpreter
#: has forgotten the line that the frame was on, so a jump target of the same line right behind the call starts it anew.
SURPLUS_ON_312 = {("arguments.py", 28), ("recursion.py", 9), ("recursion.py", 13)}

#: Lines where ``trace --count`` of 3.14 sees nothing, though they run: what an exhausted loop goes on with, when the
#: compiler has copied it to a ``break`` in front of the loop's end.
LOST_ON_314 = {("loops_copied_exits.py", 11)}

#: And lines where it sees what the compiler asks of an annotation under an ``if`` that was not reached.
PHANTOM_ON_314 = {("annotations_deferred.py", 24), ("annotations_module.py", 12)}

#: Programs of which a part runs while the interpreter shuts down, when ``trace`` has stopped and blockcov has not.
SHUT_DOWN = {"shutdown.py"}

#: The same for single lines: 3.13 closes a frame that is suspended in an ``await`` or ``yield from`` with a line event.
SHUT_DOWN_ON_313 = {("left_suspended.py", 12), ("left_suspended.py", 18)}


def runs_here(path: Path) -> bool:
    try:
        return read_header(path).runs_on(VERSION)
    except AnnotationError:
        return True  # the program's own test reports the error


def parameters() -> list[Any]:
    """One parameter for each program; a program of another version is marked to be skipped, with the reason."""
    found = []
    for path in sorted(PROGRAMS.glob("*.py")):
        reason = "" if runs_here(path) else f"{path.name} requires Python {read_header(path).requires}"
        found.append(pytest.param(path, id=path.stem, marks=[pytest.mark.skip(reason=reason)] if reason else []))
    return found


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Runs this interpreter in the directory of the programs, with nothing of the surrounding test run in its way."""
    left_out = ("PYTHON", "PYTEST", "BLOCKCOV", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    environment.update(PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", PYTHONWARNINGS="ignore")
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROGRAMS, env=environment, capture_output=True, timeout=TIMEOUT, check=False
    )


def measure(path: Path, directory: Path, mode: str) -> tuple[subprocess.CompletedProcess[bytes], dict[str, Any]]:
    """Runs a program under blockcov; returns how it went and the ``blockcov`` object of the program in the report."""
    data, report = str(directory / mode), directory / f"{mode}.json"
    measured = run("-m", "blockcov", "run", "--mode", mode, "--data-dir", data, path.name)
    made = run("-m", "blockcov", "json", "--data-dir", data, "-o", str(report))
    assert made.returncode == 0, made.stderr.decode()
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    for name, found in files.items():
        if (PROGRAMS / name).resolve() == path.resolve():
            return measured, found["blockcov"]
    raise AssertionError(f"{path.name} is not in the report, which has {sorted(files)}: {measured.stderr.decode()}")


@pytest.mark.parametrize("path", parameters())
def test_program(path: Path, tmp_path: Path) -> None:
    program = read_program(path)
    plain = run(path.name)
    needs_no_assertion(plain.returncode, plain.stderr.decode())
    assert plain.returncode == program.exit_status, plain.stderr.decode()
    for mode in ("counts", "hits"):
        measured, report = measure(path, tmp_path, mode)
        assert (measured.returncode, measured.stdout, measured.stderr) == (plain.returncode, plain.stdout, plain.stderr)
        problems = check_file(program, report, VERSION, mode)
        assert not problems, f"in mode {mode}:\n" + "\n".join(problems)


@pytest.mark.parametrize("path", parameters())
def test_annotations_agree_with_trace(path: Path, tmp_path: Path) -> None:
    if path.name in SHUT_DOWN:
        pytest.skip("trace has stopped when the interpreter shuts down")
    program = read_program(path)
    counts = tmp_path / "counts"
    traced = run("-c", TRACE, str(counts), path.name)
    needs_no_assertion(traced.returncode, traced.stderr.decode())
    assert counts.exists(), traced.stderr.decode()
    found: dict[tuple[str, int], int] = pickle.loads(counts.read_bytes())
    events = {line: count for (name, line), count in found.items() if (PROGRAMS / name).resolve() == path.resolve()}
    problems = []
    for line in sorted({*events, *program.annotations}):
        annotation = program.annotations.get(line)
        expected = None if annotation is None else annotation.on(VERSION)
        if expected is None:
            if line in events:
                problems.append(f"{path}:{line}: {events[line]} line events without annotation")
        elif (
            (VERSION == (3, 12) and (path.name, line) in SURPLUS_ON_312)
            or (VERSION >= (3, 13) and (path.name, line) in SHUT_DOWN_ON_313)
            or (VERSION >= (3, 14) and (path.name, line) in LOST_ON_314 | PHANTOM_ON_314)
        ):
            continue
        elif expected.count not in (None, events.get(line, 0)):
            problems.append(f"{path}:{line}: line count {expected.count} annotated, {events.get(line, 0)} traced")
    assert not problems, "\n" + "\n".join(problems)


def test_there_are_enough_programs() -> None:
    assert len(list(PROGRAMS.glob("*.py"))) >= 80


class TestLanguage:
    """parse_annotation: what is in the language, and what is not."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3", Expectation(count=3)),
            ("never", Expectation(count=0, never=True)),
            ("next=3 done=1", Expectation(branches=(Branch("loop", (3, 1)),))),
            ("4 false=1 true=3", Expectation(count=4, branches=(Branch("condition", (3, 1)),))),
            (
                "4 [true=1 false=3] [match=never skip=1]",
                Expectation(4, (Branch("condition", (1, 3)), Branch("case", (0, 1)))),
            ),
            ("1 caught=0 passed=2 raise=1 calls=7", Expectation(1, (Branch("except", (0, 2)),), 1, 7)),
            ("2 @>=3.12; 1 @<3.12", Expectation(count=2)),
            (
                "true=1 false=0; 5 @<3.12; 4 @==3.12; 3 @>3.12; raise=2 @!=3.11",
                Expectation(4, (Branch("condition", (1, 0)),), 2),
            ),
            ("1 @<3.12", None),
        ],
    )
    def test_reads(self, text: str, expected: Expectation | None) -> None:
        assert parse_annotation(text).on((3, 12)) == expected

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "empty clause"),
            ("1;", "empty clause"),
            ("@>=3.12", "empty clause"),
            ("sometimes", "unknown word 'sometimes'"),
            ("times=3", "unknown word 'times'"),
            ("-1", "cannot read '-1'"),
            ("3x", "cannot read '3x'"),
            ("1 2", "count given twice"),
            ("1 raise=1 raise=1", "raises given twice"),
            ("1 raise=x", "not a count: 'raise=x'"),
            ("true=1", "has the outcomes true and false, not true"),
            ("true=1 done=1", "has the outcomes true and false, not true done"),
            ("true=1 false=1 next=1 done=1", "has the outcomes true and false"),
            ("true=1 true=1", "outcome 'true' given twice"),
            ("[true=1 false=1", "bracket not closed"),
            ("true=1 false=1]", "bracket closed that was not opened"),
            ("[[true=1 false=1]]", "bracket inside a bracket"),
            ("[]", "empty brackets"),
            ("[3]", "only outcomes may stand in brackets, not '3'"),
            ("[raise=3]", "only outcomes may stand in brackets, not 'raise=3'"),
            ("true=1 false=1 [true=1 false=1]", "both inside and outside brackets"),
            ("never 0", "never stands alone"),
            ("never [true=0 false=0]", "never stands alone"),
            ("1 @3.12", "not a version range: '3.12'"),
            ("1 @>=3", "not a version range: '>=3'"),
            ("1 @>=3.12 raise=1", "not a version range"),
            ("1 @>=3.12 @<3.13", "not a version range"),
        ],
    )
    def test_rejects(self, text: str, message: str) -> None:
        with pytest.raises(AnnotationError) as caught:
            parse_annotation(text)
        assert message in str(caught.value)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1; 2 @>=3.12", "count given twice"),
            ("true=1 false=0; true=1 false=0", "branches given twice"),
            ("never; 1 @>=3.11", "never stands alone"),
            ("raise=1", "neither a line count nor a branch"),
        ],
    )
    def test_rejects_clauses_that_clash(self, text: str, message: str) -> None:
        annotation = parse_annotation(text)
        with pytest.raises(AnnotationError) as caught:
            annotation.on((3, 12))
        assert message in str(caught.value)


class TestProgram:
    """read_program: where annotations and directives may stand; errors carry file:line."""

    def read(self, directory: Path, text: str | bytes) -> Any:
        path = directory / "p.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_program(path)

    def test_header_annotations_and_line_directives(self, tmp_path: Path) -> None:
        program = self.read(
            tmp_path,
            "#: requires >=3.11\n#: exit 3\nx = 1  #: 1\ny = '''#: 5\n''' \\\n  'z'\n#: line -3: 2\n"
            "if x:  #: 1 true=1 false=0\n    #: line +1: 1\n    pass\n",
        )
        assert program.runs_on((3, 11))
        assert not program.runs_on((3, 10))
        assert program.exit_status == 3
        counts = {line: found.on((3, 11)).count for line, found in program.annotations.items()}
        assert counts == {3: 1, 4: 2, 8: 1, 10: 1}

    @pytest.mark.parametrize(
        "prefix", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9\n", b"\x0c\n", b"#!/bin/sh\r\n"]
    )
    def test_reads_every_kind_of_source(self, tmp_path: Path, prefix: bytes) -> None:
        program = self.read(tmp_path, prefix + b"#: exit 2\nif 1:\n\tx = 1\t#: 1\n")
        assert program.exit_status == 2
        assert list(program.annotations) == [3 + prefix.count(b"\n")]

    @pytest.mark.parametrize(
        ("text", "place", "message"),
        [
            ("x = 1  #: sometimes\n", 1, "unknown word 'sometimes'"),
            ("x = 1  #: 1\ny = 2  #: [true=1\n", 2, "bracket not closed"),
            ("x = 1  # why #: 1\n", 1, "an annotation must begin its comment"),
            ("x = 1  #: 1\n#: line -1: 1\n", 2, "line 1 is annotated twice"),
            ("x = 1\n#: line -1: nonsense\n", 2, "unknown word 'nonsense'"),
            ("x = 1\n#: line 1: 1\n", 2, "unknown directive 'line' below the header"),
            ("x = 1\n#: exit 1\n", 2, "unknown directive 'exit' below the header"),
            ("f(\n    #: 3\n)\n", 2, "unknown directive '3' below the header"),
            ("#: needs 3.12\n", 1, "unknown directive 'needs'"),
            ("#: 3\n", 1, "unknown directive '3'"),
            ("# text\n#: requires 3.12\n", 2, "not a version range"),
            ("#: requires >=3.11\n#: requires >=3.12\n", 2, "requires given twice"),
            ("#: exit 1\n#: exit 1\n", 2, "exit given twice"),
            ("#: exit 0\n", 1, "not an exit status other than 0"),
            ("#: exit one\n", 1, "not an exit status other than 0"),
            ("x = (\n", 1, "cannot be tokenized"),
        ],
    )
    def test_rejects(self, tmp_path: Path, text: str, place: int, message: str) -> None:
        with pytest.raises(AnnotationError) as caught:
            self.read(tmp_path, text)
        assert str(caught.value).startswith(f"{tmp_path / 'p.py'}:{place}: ")
        assert message in str(caught.value)


class TestChecker:
    """check_file: every difference is reported with its place."""

    TEXT = (
        "def f(a):  #: 1 calls=2\n"
        "    for b in a and [a]:  #: 3 [true=1 false=1] [next=1 done=1]\n"
        "        g(b)  #: 1 raise=1\n"
        "    if a:  #: never\n"
        "        pass  #: 1 @<3.0\n"
    )

    def report(self) -> dict[str, Any]:
        return {
            "lines": {"1": 1, "2": 3, "3": 1, "4": 0},
            "branches": [
                {"kind": "loop", "span": [2, 13, 2, 22], "outcomes": {"next": 1, "done": 1}},
                {"kind": "condition", "span": [4, 7, 4, 8], "outcomes": {"true": 0, "false": 0}},
                {"kind": "condition", "span": [2, 13, 2, 14], "outcomes": {"true": 1, "false": 1}},
            ],
            "raises": {"3": 1, "2": 0},
            "functions": [{"name": "f", "line": 1, "calls": 2}],
        }

    def check(self, directory: Path, report: dict[str, Any], mode: str = "counts") -> list[str]:
        path = directory / "p.py"
        path.write_text(self.TEXT)
        return [problem.removeprefix(f"{path}:") for problem in check_file(read_program(path), report, VERSION, mode)]

    def test_agrees(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, self.report()) == []

    def test_hits(self, tmp_path: Path) -> None:
        report = self.report()
        assert self.check(tmp_path, report, "hits") == [
            "1: calls=1 expected, [2] measured",
            "2: line count 1 expected, 3 measured",
        ]
        report["lines"]["2"] = report["functions"][0]["calls"] = 1
        assert self.check(tmp_path, report, "hits") == []
        report["lines"]["3"] = report["branches"][0]["outcomes"]["done"] = report["raises"]["3"] = 0
        assert self.check(tmp_path, report, "hits") == [
            "2: [true=1 false=1] [next=1 done=1] expected, [true=1 false=1] [next=1 done=0] measured",
            "3: line count 1 expected, 0 measured",
            "3: raise=1 expected, raise=0 measured",
        ]

    def test_finds_each_difference(self, tmp_path: Path) -> None:
        report = self.report()
        report["lines"].update({"1": 2, "5": 0})
        report["lines"].pop("3")
        report["branches"][0]["outcomes"] = {"next": 2, "done": 1}
        report["branches"][1]["outcomes"] = {"true": 0, "false": 1}
        report["raises"] = {"4": 1}
        report["functions"] = []
        assert self.check(tmp_path, report) == [
            "1: line count 1 expected, 2 measured",
            "1: calls=2 expected, None measured",
            "2: [true=1 false=1] [next=1 done=1] expected, [true=1 false=1] [next=2 done=1] measured",
            "3: annotation on a line that has nothing",
            "4: never expected, [true=0 false=1] measured",
            "4: raise=0 expected, raise=1 measured",
            "5: executable line without annotation (count 0, no branch)",
        ]

    def test_missing_and_surplus_branches(self, tmp_path: Path) -> None:
        report = self.report()
        report["branches"].pop()
        report["branches"].append({"kind": "condition", "span": [3, 8, 3, 9], "outcomes": {"true": 0, "false": 0}})
        assert self.check(tmp_path, report) == [
            "2: [true=1 false=1] [next=1 done=1] expected, [next=1 done=1] measured",
            "3: no branch expected, [true=0 false=0] measured",
        ]
