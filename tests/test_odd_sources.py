"""Sources of odd encodings and of odd names: reported like any other, or named with the reason."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.project import Project

DRIVER = """\
import os, runpy
for top, _, names in os.walk(b"src"):
    for name in sorted(names):
        try:
            runpy.run_path(os.fsdecode(os.path.join(top, name)))
        except (SyntaxError, ValueError):
            pass
"""
TEXTS = {
    "declared_latin.py": b'# coding: latin-1\nx = "\xe9"\nif x == "\xe8":\n    y = 1 if x else 2\n',
    "declared_cp1252.py": b'# -*- coding: cp1252 -*-\nx = "\x80"\nif x:\n    y = 1\n',
    "declared_utf8_sig.py": b"# coding: utf-8-sig\nx = 1\nif x:\n    y = 1\n",
    "declared_on_line_2.py": b'#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\nif "\xe9":\n    y = 1\n',
    "declared_too_late.py": b"x = 1\nif x:\n    y = 1\n# coding: klingon\n",
    "mark.py": b"\xef\xbb\xbfx = 1\nif x:\n    y = 2\n",
    "mark_and_declaration.py": b"\xef\xbb\xbf# coding: utf-8\nx = 1\nif x:\n    y = 2\n",
    "no_final_newline.py": b"x = 1\nif x:\n    y = 2",
    "no_final_newline_in_comment.py": b"x = 1\nif x:\n    y = 2 # z",
    "form_feeds.py": b"x = 1\n\x0cdef f():\n\x0c    return 1\n\x0c\nf()\nif x:\x0c y = 2\n",
    "form_feed_in_string.py": b'x = """\x0c\n\x0c"""\nif x:\n    y = 2\n',
    "carriage_returns.py": b"x = 1\r\nif x:\r\n    y = 2\r\n",
    "old_carriage_returns.py": b"x = 1\rif x:\r    y = 2\r",
    "mixed_ends.py": b"x = 1\r\nif x:\r    y = 2\n\rz = 3\n",
    "line_separators.py": "x = 'a\u2028b\u0085c'\nif x:\n    y = 1 if x else 2\n".encode(),
    "tabs.py": b"if 1 + 1:\n\tx = 1\n\tif x:\n\t\ty = 2\n",
    "names.py": "ﬁ = 1\nif fi: µ = 2\n".encode(),
    "blank.py": b"\n\n",
    "empty.py": b"",
}
BROKEN = {
    "unknown_encoding.py": (b"# coding: klingon\nx = 1\n", "unknown encoding: klingon"),
    "wrong_declaration.py": (b'# coding: ascii\nx = "\xc3\xa9"\n', "'ascii' codec can't decode byte 0xc3"),
    "undeclared_latin.py": (b'x = 1\n\n\ny = "\xe9"\n', "'utf-8' codec can't decode byte 0xe9"),
    "undeclared_on_line_1.py": (b'x = "\xff"\n', "invalid or missing encoding declaration"),
    "mark_against_declaration.py": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "encoding problem"),
    "utf16.py": (
        "x = 1\n".encode("utf-16"),
        "invalid or missing encoding declaration" if sys.version_info < (3, 14) else "cannot contain null bytes",
    ),
    "null.py": (b"x = 1\0\n", "cannot contain null bytes"),
    "control_z.py": (b"x = 1\n\x1a", ":2: cannot be parsed: invalid non-printable character"),
    "not_python.py": (b"x = (\n", ":1: cannot be parsed: '(' was never closed"),
}


def test_encodings(project: Project) -> None:
    for name, text in TEXTS.items():
        project.write(f"src/{name}", text)
    project.write("driver.py", DRIVER)
    project.run("--source=src", "driver.py")
    result = project.blockcov("json", "-o", "-")
    assert (result.status, result.errors) == (0, "")
    files = json.loads(result.out)["files"]
    assert set(files) == {f"src/{name}" for name in TEXTS}
    assert [name for name, file in files.items() if not file["executed_lines"]] == ["src/blank.py", "src/empty.py"]
    spans = {name: file["blockcov"]["branches"] for name, file in files.items()}
    assert [branch["span"] for branch in spans["src/mark.py"]] == [[2, 3, 2, 4]]
    assert [branch["span"] for branch in spans["src/line_separators.py"]] == [[2, 3, 2, 4], [3, 13, 3, 14]]
    assert [branch["span"] for branch in spans["src/form_feeds.py"]] == [[6, 3, 6, 4]]
    assert files["src/form_feeds.py"]["blockcov"]["lines"] == {"1": 1, "2": 1, "3": 1, "5": 1, "6": 1}
    assert files["src/old_carriage_returns.py"]["executed_lines"] == [1, 2, 3]
    assert project.blockcov("report", "-m").status == 0
    assert project.blockcov("annotate").status == 0
    for name, text in TEXTS.items():
        cover = (project.path / "src" / f"{name}.cover").read_bytes()
        ends = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert cover.count(b"\n") == ends.count(b"\n") + (ends[-1:] not in (b"", b"\n")), name


def test_sources_that_are_no_python_are_named(project: Project) -> None:
    for name, (text, _) in BROKEN.items():
        project.write(f"src/{name}", text)
    project.write("src/fine.py", "x = 1\n")
    project.write("driver.py", DRIVER)
    project.run("--source=src", "driver.py")
    result = project.blockcov("json", "-o", "-")
    assert result.status == 65
    assert set(json.loads(result.out)["files"]) == {"src/fine.py"}
    lines = result.errors.splitlines()
    assert len(lines) == len(BROKEN)
    for line, name in zip(lines, sorted(BROKEN), strict=True):
        assert line.startswith(f"blockcov: warning: src/{name}:")
        assert "cannot be parsed: " in line
        assert BROKEN[name][1] in line
        assert str(project.path) not in line


NAMES = [
    b"with space.py", b"trailing .py", b"new\nline.py", b"tab\t.py", b"caf\xe9.py", "\u00fcn\u00ef.py".encode(),
    b"quo'te\".py", b"back\\slash.py", b"<b>&amp;.py", b"-dash.py", b"--source=x.py", b"per%cent.py", b"com,ma.py",
    b"pkg [x]/a*b.py", b"\x1b[31mred.py", b"semi;colon.py", b"dollar$HOME.py", b"dir\nnl/b.py", b"C:\\x\\y.py", b"#.py",
    b"|pipe|.py", "\u202eright to left.py".encode(),
]  # fmt: skip


def test_names(project: Project) -> None:
    top = os.fsencode(project.path)
    for name in NAMES:
        path = os.path.join(top, b"src", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x = 1\nif x == 2:\n    y = 3\n")
    project.write("driver.py", DRIVER)
    project.run("--include=src/*", "driver.py")
    files = project.json()["files"]
    assert {os.fsencode(name) for name in files} == {b"src/" + name for name in NAMES}
    assert all(file["missing_lines"] == [3] for file in files.values())
    table = project.blockcov("report", "-m")
    assert (table.status, table.errors) == (0, "")
    assert sum(line.startswith("src/") for line in table.text.splitlines()) == len(NAMES)
    assert "\x1b" not in table.text
    markdown = project.blockcov("report", "--format", "markdown").text
    assert sum(line.startswith("| src/") for line in markdown.splitlines()) == len(NAMES)
    assert "<b>" not in markdown
    assert project.blockcov("annotate").status == 0
    assert all(os.path.exists(os.path.join(top, b"src", name + b".cover")) for name in NAMES)


@pytest.mark.parametrize("name", ["com,ma.py", "pkg [x]", "dollar$$HOME.py"])
def test_names_in_settings(project: Project, name: str) -> None:
    real = name.replace("$$", "$")
    project.write(real if real.endswith(".py") else f"{real}/a.py", "x = 1\n")
    project.write("blockcov.toml", f"source = ['{name}']\n")
    project.write("app.py", f"import runpy\nrunpy.run_path({(real if real.endswith('.py') else real + '/a.py')!r})\n")
    project.run("app.py")
    assert project.measured() == {real if real.endswith(".py") else f"{real}/a.py"}


def test_report_that_includes_nothing(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    result = project.blockcov("report", "--include", "other/*", "--fail-under", "90")
    assert (result.status, result.out) == (66, b"")
    assert "files that a report may include" in result.errors
