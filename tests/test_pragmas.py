"""Comments that exclude one outcome: which branch they mean, what they change, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from blockcov.analysis import analyse
from blockcov.analysis.pragmas import find_pragmas
from blockcov.analysis.source import Source
from tests.analysis_reference import resolve
from tests.project import Project


def parsed(text: str) -> list[tuple[int, str, str]]:
    pragmas, remarks = find_pragmas(Source("a.py", text.encode()))
    assert not remarks
    return [(pragma.about, str(pragma), pragma.reason) for pragma in pragmas]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = a or b  # blockcov: never-false(why)\n", [(1, "never-false", "why")]),
        ("x = 1 #blockcov:never-false( why  so )\n", [(1, "never-false", "why  so")]),
        ("x = 1  # noqa: E1  # blockcov: never-next(a (b) c)  # more\n", [(1, "never-next", "a (b) c")]),
        (
            "x = 1  # blockcov: never-true[a](x), never-done[b[0]](y) never-reached(z)\n",
            [(1, "never-true[a]", "x"), (1, "never-done[b[0]]", "y"), (1, "never-reached", "z")],
        ),
        ("# blockcov: never-skip(why)\n\n# more\n\nx = (\n    1)\n", [(5, "never-skip", "why")]),
        ("x = (1,\n  # blockcov: never-skip(why)\n  2)\n", [(3, "never-skip", "why")]),
        ("x = 1\n# blockcov: never-caught(at the end)\n", [(2, "never-caught", "at the end")]),
        ("x = '# blockcov: never-true(a string)'\n", []),
        ('"""\n# blockcov: never-true(a string)\n"""\n', []),
        ("x = 1  # blockcov never-true(no colon)\n", []),
        ("x = 1  # blockcov: never-true(why) and then some words\n", [(1, "never-true", "why")]),
    ],
)
def test_parsing(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("comment", "remark"),
    [
        ("never-flase(why)", "unknown pragma 'never-flase'; did you mean 'never-false'?"),
        ("nothing", "unknown pragma 'nothing'; known are never-true, "),
        ("", "unknown pragma ''; known are never-true, never-false, "),
        ("never-false", "never-false excludes nothing without a reason: never-false(why)"),
        ("never-false()", "never-false excludes nothing without a reason: never-false(why)"),
        ("never-false[x]", "never-false excludes nothing without a reason: never-false(why)"),
        ("never-false(why", "never-false: a bracket is not closed"),
        ("never-false[x(why)", "never-false: a bracket is not closed"),
        ("never-true(a), never-tru(b)", "unknown pragma 'never-tru'; did you mean 'never-true'?"),
    ],
)
def test_wrong_comments(comment: str, remark: str) -> None:
    _, remarks = find_pragmas(Source("a.py", f"\nif x: pass  # blockcov: {comment}\n".encode()))
    assert len(remarks) == 1
    assert remarks[0].line == 2
    assert remarks[0].text.startswith(remark)


def excluded(source: str) -> tuple[dict[str, set[str]], list[str]]:
    """Give the excluded outcomes of each branch of a module that never ran, by its text; and the remarks."""
    codes: Any = resolve(compile(source, "a.py", "exec"))
    analysis = analyse("a.py", source.encode(), codes)
    lines = source.split("\n")
    found: dict[str, set[str]] = {}
    for branch in analysis.branches:
        line, column, end_line, end_column = branch.span
        assert line == end_line
        found[lines[line - 1][column:end_column]] = set(branch.excluded_outcomes)
    return found, [f"{remark.line}: {remark.text}" for remark in analysis.remarks]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a and b: x  # blockcov: never-false(y)\n", {"a": {"false"}, "b": {"false"}}),
        ("if a and b: x  # blockcov: never-false[b](y)\n", {"a": set(), "b": {"false"}}),
        ("if a and b: x  # blockcov: never-false[3](y)\n", {"a": {"false"}, "b": set()}),
        ("if a and b: x  # blockcov: never-false[9-10](y)\n", {"a": set(), "b": {"false"}}),
        ("if a and b: x  # blockcov: never-reached[b](y)\n", {"a": set(), "b": {"true", "false"}}),
        ("if f(a,  1) or b: x  # blockcov: never-true[f(a, 1)](y)\n", {"f(a,  1)": {"true"}, "b": set()}),
        ("if (\n    a  # blockcov: never-true(y)\n    and b\n): x\n", {"a": {"true"}, "b": set()}),
        ("if (\n    a\n    and b\n):  # blockcov: never-true[b](y)\n    x\n", {"a": set(), "b": {"true"}}),
        ("# blockcov: never-true(y)\nif a: x\n", {"a": {"true"}}),
        ("if a: x  # blockcov: never-true(y)\nif b: x\n", {"a": {"true"}, "b": set()}),
        ("for i in z: x  # blockcov: never-done(y)\n", {"z": {"done"}}),
        ("for i in z:  # blockcov: never-next(y), never-done(z)\n    pass\n", {"z": {"next", "done"}}),
        ("[i for i in z if i]  # blockcov: never-done(y) never-true(z)\n", {"z": {"done"}, "i": {"true"}}),
        ("match a:\n    case 1:  # blockcov: never-skip(y)\n        x\n", {"1": {"skip"}}),
        ("try: x\nexcept E:  # blockcov: never-passed(y)\n    z\n", {"E": {"passed"}}),
        ("try: x\nexcept E: z  # blockcov: never-caught(y)\n", {"E": {"caught"}}),
        ("x = a < b < c  # blockcov: never-false[a < b](y)\n", {"a < b": {"false"}}),
        ("if a: x  # pragma: no branch\n", {"a": {"true", "false"}}),
        ("é = 'ü' if ö else 2  # blockcov: never-true[ö](y)\n", {"ö": {"true"}}),
        ("é = 'ü' if ö else 2  # blockcov: never-true[11](y)\n", {"ö": {"true"}}),
    ],
)
def test_which_branch_is_meant(source: str, expected: dict[str, set[str]]) -> None:
    assert excluded(source) == (expected, [])


@pytest.mark.parametrize(
    ("source", "remark"),
    [
        ("x = 1  # blockcov: never-true(y)\n", "1: never-true excludes nothing: there is no branch on line 1"),
        (
            "if a: x  # blockcov: never-done(y)\n",
            "1: never-done excludes nothing: the outcomes on line 1 are true and false",
        ),
        (
            "if a and b: x  # blockcov: never-true[c](y)\n",
            "1: never-true[c] excludes nothing: the branches of line 1 are 1:3-4, 1:9-10",
        ),
        (
            "if a: x  # blockcov: never-true[4](y)\n",
            "1: never-true[4] excludes nothing: the branches of line 1 are 1:3-4",
        ),
        (
            "if a: x  # pragma: no cover # blockcov: never-true(y)\n",
            "1: never-true excludes nothing: line 1 is excluded as a whole",
        ),
        (
            "while True:  # blockcov: never-false(y)\n    break\n",
            "1: never-false excludes nothing: there is no branch on line 1",
        ),
    ],
)
def test_pragmas_that_exclude_nothing(source: str, remark: str) -> None:
    assert excluded(source)[1] == [remark]


def test_no_remarks_about_a_file_that_never_ran() -> None:
    assert analyse("a.py", b"if x: y  # blockcov: never-true(z)\n", []).remarks == []


ARCS = [
    ("if a:  # blockcov: never-true(y)\n    x\n", {(1, 2)}),
    ("if a:  # blockcov: never-false(y)\n    x\nz\n", {(1, 3)}),
    ("if not a:  # blockcov: never-false(y)\n    x\nz\n", {(1, 2)}),
    ("if a and b:  # blockcov: never-false[a](y)\n    x\nz\n", set()),
    ("if a and b:  # blockcov: never-false(y)\n    x\nz\n", {(1, 3)}),
    ("if a and b:  # blockcov: never-true[b](y)\n    x\nz\n", {(1, 2)}),
    ("if a or b:  # blockcov: never-true[b](y)\n    x\nz\n", set()),
    ("if a or b:  # blockcov: never-true(y)\n    x\nelse:\n    z\n", {(1, 2)}),
    ("if a or not b:  # blockcov: never-true[b](y), never-false[a](z)\n    x\nelse:\n    z\n", {(1, 4)}),
    ("if a < b < c:  # blockcov: never-false(y)\n    x\nz\n", {(1, 3)}),
    ("if a < b < c:  # blockcov: never-true[b<c](y)\n    x\nz\n", {(1, 2)}),
    ("while a:  # blockcov: never-false(y)\n    x\nz\n", {(1, 3)}),
    ("for i in a:  # blockcov: never-done(y)\n    x\n", {(1, -1)}),
    ("for i in a:  # blockcov: never-next(y)\n    x\n", {(1, 2)}),
    ("try:\n    x\nexcept E:  # blockcov: never-passed(y)\n    z\nexcept F:\n    z\n", set()),
    ("match a:\n    case 1:  # blockcov: never-match(y)\n        x\n    case 2:\n        x\n", {(2, 3)}),
    ("match a:\n    case 1 if b:  # blockcov: never-skip(y) never-false(z)\n        x\n", {(2, -1)}),
    ("match a:\n    case 1 if b:  # blockcov: never-skip(y)\n        x\n", set()),
    ("if a:  # blockcov: never-reached(y)\n    x\nz\n", {(1, 2), (1, 3)}),
    ("x = a and b  # blockcov: never-false(y)\n", set()),
    ("if a:\n    x\nelif b:  # blockcov: never-true(y)\n    z\nelse:\n    v\n", {(3, 4)}),
]


@pytest.mark.parametrize(("source", "accepted"), ARCS)
def test_line_branches_that_need_an_excluded_outcome(source: str, accepted: set[tuple[int, int]]) -> None:
    codes: Any = resolve(compile(source, "a.py", "exec"))
    analysis = analyse("a.py", source.encode(), codes)
    assert set(analysis.accepted_branches) == accepted
    plain = analyse("a.py", source.replace("blockcov:", "").encode(), codes)
    assert set(analysis.missing_branches) == set(plain.missing_branches) - accepted


PROGRAM = """\
def f(a, b):
    if a and b:  # blockcov: never-false[b](set together), never-reached[a](wrong)
        x = 1
    for i in (a, b):  # blockcov: never-done(wrong)
        x = i
    if a:  # blockcov: never-false(always set)
        x = 2
    if b:  # blockcov: never-false(always set)
        x = 3
    if b:  # pragma: no branch
        x = 4
    try:
        x = [][b]
    except IndexError:  # blockcov: never-passed(nothing else is raised)
        x = 5
    return x  # blockcov: never-true(no branch)
f(1, 2)
f(0, 2)
"""
REMARKS = [
    "app.py:2: never-reached[a]: 2:7-8 was reached",
    "app.py:4: never-done: 4:13-19 was done 2 times",
    "app.py:6: never-false: 6:7-8 came out false",
    "app.py:16: never-true excludes nothing: there is no branch on line 16",
]


@pytest.mark.parametrize("command", [["report"], ["report", "-m"], ["json", "-o", "-"], ["annotate"]])
def test_warnings(project: Project, command: list[str]) -> None:
    project.write("app.py", PROGRAM)
    project.run("app.py")
    for _ in range(2):  # the second finds a kept analysis
        result = project.blockcov(*command)
        assert result.status == 0
        assert result.errors.splitlines() == ["blockcov: warning: " + remark for remark in REMARKS]


def test_warnings_say_how_often_only_if_that_was_counted(project: Project) -> None:
    project.write("app.py", PROGRAM)
    for _ in range(2):
        project.run("--mode", "hits", "--append", "app.py")
    expected = ["blockcov: warning: " + remark.removesuffix(" 2 times") for remark in REMARKS]
    assert project.blockcov("report").errors.splitlines() == expected


def test_reports(project: Project) -> None:
    project.write("app.py", PROGRAM)
    project.run("app.py")
    file = project.json()["files"]["app.py"]
    assert file["missing_branches"] == []
    assert file["summary"]["percent_covered"] == 100
    branches = {tuple(branch["span"][:2]): branch for branch in file["blockcov"]["branches"]}
    assert branches[2, 13]["excluded_outcomes"] == {"false": "set together"}
    assert branches[2, 7]["excluded_outcomes"] == {"true": "wrong", "false": "wrong"}
    assert branches[14, 11]["excluded_outcomes"] == {"passed": "nothing else is raised"}
    assert branches[10, 7]["excluded_outcomes"] == dict.fromkeys(("true", "false"), "pragma: no branch")
    rows = project.blockcov("report", "-m").text.splitlines()
    assert rows[2].split() == ["app.py", "18", "0", "10", "0", "100%"]
    project.write("app.py", PROGRAM.replace("blockcov:", "not ours:"))
    project.run("app.py")
    assert "excluded_outcomes" not in project.json()["files"]["app.py"]["blockcov"]["branches"][0]
    assert "2:13-14 never false" in project.blockcov("report", "-m").text


def test_settings_are_part_of_what_is_kept(project: Project) -> None:
    project.write("app.py", "if print():\n    x = 1  # nocov\n")
    project.run("app.py")
    assert project.json()["files"]["app.py"]["excluded_lines"] == []
    project.write("blockcov.toml", "exclude_also = ['# nocov']\n")
    assert project.json()["files"]["app.py"]["excluded_lines"] == [2]
    project.write("blockcov.toml", "partial_also = ['if print']\n")
    file = project.json()["files"]["app.py"]
    assert (file["excluded_lines"], file["missing_branches"]) == ([], [])
    assert file["summary"]["num_branches"] == 2
