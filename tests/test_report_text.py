"""The table and the other text outputs."""

from __future__ import annotations

import ast
import re

import pytest

from blockcov.analysis import Branch, FileAnalysis
from blockcov.data import FileCoverage
from blockcov.report import markdown, table
from blockcov.report.missing import describe, format_missing, line_ranges
from blockcov.report.numbers import display_percent, numbers_of
from tests.project import Project

pytestmark = pytest.mark.once("run")

APP = """\
def classify(n):
    if n < 0 or n > 100:
        kind = "outside"
    elif n == 50:
        kind = "middle"
    else:
        kind = "inside"
    return kind

for n in range(3):
    classify(n)
assert n == 2, "message"
"""


def file(name: str, executed: list[int], missing: list[int], **rest: object) -> FileCoverage:
    analysis = FileAnalysis(name, statements={*executed, *missing}, executed_lines=executed, missing_lines=missing)
    for key, value in rest.items():
        setattr(analysis, key, value)
    return FileCoverage(name, "/x/" + name, b"", ast.parse(""), analysis, frozenset({"counts"}))


def branch(span: tuple[int, int, int, int], true: int, false: int, **rest: object) -> Branch:
    return Branch("condition", span, span, {"true": true, "false": false}, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (0.001, "1"), (0.6, "1"), (50.4, "50"), (99.4, "99"), (99.999, "99"), (100, "100")]
)
def test_percent_is_never_rounded_to_all_or_nothing(value: float, shown: str) -> None:
    assert display_percent(value) == shown


@pytest.mark.parametrize(
    ("statements", "missing", "ranges"),
    [
        ([], [], []),
        ([1, 2, 5, 9], [2, 5], [(2, 5)]),
        ([1, 2, 3, 4, 5, 10, 11, 12, 13, 14], [1, 2, 5, 10, 11, 13, 14], [(1, 2), (5, 11), (13, 14)]),
        ([7], [7], [(7, 7)]),
    ],
)
def test_line_ranges(statements: list[int], missing: list[int], ranges: list[tuple[int, int]]) -> None:
    assert line_ranges(statements, missing) == ranges


def test_missing_outcomes_by_column() -> None:
    assert describe(branch((12, 8, 12, 14), 3, 0), ["false"]) == "12:8-14 never false"
    assert describe(branch((12, 8, 13, 4), 0, 3), ["true"]) == "12:8-13:4 never true"
    assert describe(branch((12, 8, 12, 14), 0, 0), ["true", "false"]) == "12:8-14 never reached"


def test_missing_column_in_source_order() -> None:
    coverage = file(
        "a.py",
        [1, 2, 6, 8],
        [3, 4, 7],
        branches=[
            branch((2, 9, 2, 14), 1, 0),
            branch((2, 3, 2, 5), 0, 2),
            branch((3, 3, 3, 5), 0, 0),  # on a line that never ran: the line says it
            branch((6, 7, 6, 8), 1, 0, optional=frozenset({"false"})),
            branch((8, 7, 8, 8), 1, 0, excluded=True),
        ],
        missing_branches=[(1, 2), (1, -1), (2, 6), (6, 7), (3, 4)],
    )
    assert format_missing(coverage.analysis) == "1->2, 1->exit, 2:3-5 never true, 2:9-14 never false, 3-4, 7"


def test_numbers_add_up() -> None:
    one = numbers_of(file("a", [1, 2], [3], executed_branches=[(1, 2)], missing_branches=[(1, 3), (3, 4)]).analysis)
    assert (one.statements, one.missing, one.branches, one.partial_branches, one.missing_branches) == (3, 1, 3, 1, 2)
    assert one.percent_covered == 50
    assert (one + one).branches == 6
    assert numbers_of(FileAnalysis("empty")).percent_covered == 100


def test_sorting() -> None:
    files = [file("m10.py", [1, 2, 3], []), file("m9.py", [1], [2, 3, 4]), file("M.py", [], [1])]

    def names(sort: str) -> list[str]:
        return [row.name for row in table.build(files, False, False, sort).rows]

    assert names("name") == ["M.py", "m9.py", "m10.py"]
    assert names("-name") == ["m10.py", "m9.py", "M.py"]
    assert names("stmts") == ["M.py", "m10.py", "m9.py"]
    assert names("-Miss") == ["m9.py", "M.py", "m10.py"]
    assert names("cover") == ["M.py", "m9.py", "m10.py"]


def test_skip_covered_keeps_files_with_missing_outcomes() -> None:
    files = [
        file("full.py", [1], []),
        file("outcome.py", [1], [], branches=[branch((1, 0, 1, 1), 1, 0)]),
        file("line.py", [1], [2]),
    ]
    built = table.build(files, True, True, "name")
    assert [row.name for row in built.rows] == ["line.py", "outcome.py"]
    assert built.total.statements == 4
    assert "1 file skipped due to complete coverage." in built.text()


def test_unmeasured_code_is_named() -> None:
    text = table.build([file("a.py", [1], [], unmeasured=[("f", "too odd")])], False, False, "name").text()
    assert text.endswith("\n\na.py: f is not measured: too odd\n")


def test_control_characters_in_names_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in table.build([file("a\x1b[2J.py", [1], [])], False, False, "name").text()


def test_table(project: Project) -> None:
    project.write("app.py", APP)
    project.run("app.py")
    assert project.blockcov("report", "-m").text == (
        "Name     Stmts   Miss Branch BrPart  Cover   Missing\n"
        "----------------------------------------------------\n"
        "app.py      10      2      6      2    75%   2:7-12 never true, 2:16-23 never true, 3, 4:9-16 never true, 5\n"
        "----------------------------------------------------\n"
        "TOTAL       10      2      6      2    75%\n"
        "\n"
        "lines 80% (8 of 10), branches 67% (4 of 6), outcomes 67% (6 of 9)\n"
    )


def test_markdown_and_total(project: Project) -> None:
    project.write("my_app.py", APP)
    project.run("my_app.py")
    assert project.blockcov("report", "--format", "markdown").text == (
        "| Name | Stmts | Miss | Branch | BrPart | Cover |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |\n"
        "| my\\_app.py | 10 | 2 | 6 | 2 | 75% |\n"
        "| **TOTAL** | **10** | **2** | **6** | **2** | **75%** |\n"
        "\n"
        "lines 80% (8 of 10), branches 67% (4 of 6), outcomes 67% (6 of 9)\n"
    )
    assert project.blockcov("report", "--format", "total").text == "75\n"


def test_markdown_fits_a_comment() -> None:
    missing = list(range(2, 4000, 2))
    files = [file(f"part_{index}/x.py", list(range(1, 4000, 2)), missing[: index % 7 * 300]) for index in range(300)]
    text = table.build(files, True, False, "name").markdown()
    assert 30_000 < len(text) < 65_000
    lines = text.splitlines()
    shown = [line for line in lines if line.startswith("| part")]
    assert lines[-3] == f"{300 - len(shown)} rows of less weight not shown."
    assert lines[-1].startswith("lines 69% (600000 of ")
    figures = [int(line.split("|")[2]) for line in shown]
    assert min(figures) >= 1500
    names = [line.split("|")[1].replace("\\", "") for line in shown]
    assert names == sorted(names, key=lambda name: int(name.split("_")[1].split("/")[0]))
    assert all(line.count("|") == 8 for line in shown), "no cell has a bar of its own"


def test_long_cells_are_cut_between_items() -> None:
    cell = markdown.escape(", ".join(str(line) for line in range(1000)))
    assert len(cell) <= 1000
    assert re.search(r"\d, …$", cell)


def test_markdown_in_names() -> None:
    text = table.build([file("a|b_*[x](y)<i>`.py", [1], [2])], True, False, "name").markdown()
    assert r"| a\|b\_\*\[x\]\(y\)\<i&gt;\`.py | 2 |" in text


def test_fail_under(project: Project) -> None:
    project.write("app.py", APP)
    project.run("app.py")
    assert project.blockcov("report", "--fail-under", "75").status == 0
    result = project.blockcov("report", "--fail-under", "75.1")
    assert result.status == 2
    assert "75.1" in result.errors
    assert result.errors.count("\n") == 1
    assert result.text.startswith("Name")


def test_source_changed_since_the_run(project: Project) -> None:
    project.write("app.py", "import other\n")
    project.write("other.py", "x = 1\n")
    project.run("app.py")
    project.write("other.py", "x = 1\ny = 2\n")
    result = project.blockcov("report")
    assert result.status == 65
    assert "other.py" not in result.text
    assert "app.py" in result.text
    assert result.errors == (
        "blockcov: warning: other.py: the source file changed since it ran: its counts are left out\n"
    )
    assert project.blockcov("report", "-i").status == 0
    project.run("--append", "app.py")
    assert "the counts of the older version are left out" in project.blockcov("report").errors
    assert project.blockcov("report").text.count("other.py") == 1


def test_source_missing(project: Project) -> None:
    project.write("app.py", "import other\n")
    other = project.write("other.py", "x = 1\n")
    project.run("app.py")
    other.unlink()
    result = project.blockcov("report")
    assert result.status == 65
    assert result.errors == "blockcov: warning: other.py: the source file is missing\n"
    assert "app.py" in result.text


def test_damaged_shard(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    (shard,) = (project.path / ".blockcov/shards").iterdir()
    (shard.parent / "1-0123456789abcdef.shard").write_bytes(b"not a shard" * 100)
    result = project.blockcov("report")
    assert result.status == 65
    assert "app.py" in result.text
    assert result.errors.count("\n") == 1
    assert "1-0123456789abcdef.shard" in result.errors
    shard.unlink()
    result = project.blockcov("report")
    assert (result.status, result.out) == (65, b"")


def test_annotate(project: Project) -> None:
    project.write("app.py", "def f(n):\n    if n:\n        return 1\n\n    return 2  # comment\n\nf(1); f(2)\n")
    project.run("app.py")
    assert project.blockcov("annotate").out == b""
    expected = (
        "    1: def f(n):\n"
        "    2:     if n:\n"
        "    2:         return 1\n"
        "       \n"
        ">>>>>>     return 2  # comment\n"
        "       \n"
        "    1: f(1); f(2)\n"
    )
    assert (project.path / "app.py.cover").read_text() == expected
    project.blockcov("annotate", "-d", "out/dir")
    assert (project.path / "out/dir/app.py.cover").read_text() == expected


def test_annotate_agrees_with_trace(project: Project) -> None:
    project.write("app.py", APP)
    project.python("-m", "trace", "--count", "--coverdir=.", "--missing", "app.py")
    expected = (project.path / "app.cover").read_text()
    project.run("app.py")
    project.blockcov("annotate")
    assert (project.path / "app.py.cover").read_text() == expected


def test_combine(project: Project) -> None:
    project.write("app.py", "for i in range(3):\n    x = i\n")
    project.run("--data-dir=one", "app.py")
    project.run("--data-dir=two", "app.py")
    assert project.blockcov("combine", "one", "two", "--keep").status == 0
    assert project.counts("app.py") == {1: 8, 2: 6}
    assert project.blockcov("report", "--data-dir=one").status == 0
    assert project.blockcov("combine", "--data-dir=three", "one", "two").status == 0
    assert project.blockcov("report", "--data-dir=one").status == 66
    assert project.blockcov("report", "--data-dir=three").status == 0
    project.run("--append", "app.py")
    assert project.blockcov("combine").status == 0
    assert len(list((project.path / ".blockcov/shards").glob("*.shard"))) == 1
    assert project.counts("app.py") == {1: 12, 2: 9}
