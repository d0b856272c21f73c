"""`%%blockcov` in IPython and in a Jupyter kernel."""

from __future__ import annotations

import json
import re
import sys
import sysconfig
from html import unescape
from typing import Any

import pytest

from tests.packages import directory
from tests.project import Project

pytestmark = pytest.mark.once("run")

IPYTHON = ("ipython==9.9.0", "ipykernel==7.1.0", "nbclient==0.10.4")
CELL = """\
%%blockcov
def price(n, vip=False):
    if n > 3 and vip:
        return "<many>"
    return n

for n in [1, 2, 5]:
    price(n)
if n > 100: print("much")
price(1)"""
SHOWN = """\
    1: def price(n, vip=False):
    4:     if n > 3 and vip:
                        ^^^ never true
>>>>>>         return "<many>"
    4:     return n

    4: for n in [1, 2, 5]:
    3:     price(n)
    1: if n > 100: print("much")
          ^^^^^^^ never true
    1: price(1)
"""


@pytest.fixture
def shell(project: Project) -> Project:
    site = sysconfig.get_path("purelib")
    project.environment["PYTHONPATH"] = f"{directory(*IPYTHON)}:{site}"
    project.environment["IPYTHONDIR"] = str(project.path / "ipython")
    project.environment["JUPYTER_PLATFORM_DIRS"] = "1"
    return project


def in_terminal(project: Project, *cells: str) -> list[str]:
    """Run cells in IPython; give what each printed, `+` or `-` in front for how it ended."""
    project.write(
        "cells.py",
        f"""
        from IPython.terminal.interactiveshell import TerminalInteractiveShell
        shell = TerminalInteractiveShell.instance(colors="nocolor")
        shell.run_cell("%load_ext blockcov").raise_error()
        for cell in {list(cells)!r}:
            print("\\0", end="")
            result = shell.run_cell(cell)
            print("\\1" + "-+"[result.success])
        """,
    )
    result = project.python("cells.py")
    assert result.status == 0, result.errors
    printed = [part.split("\1") for part in result.text.split("\0")[1:]]
    return [success.strip() + text for text, success in printed]


def test_cell_is_shown_with_its_counts(shell: Project) -> None:
    assert in_terminal(shell, CELL) == ["+Out[0]: 1\n" + SHOWN]


def test_cells_do_not_mix(shell: Project) -> None:
    first, second, third = in_terminal(
        shell, CELL, "%%blockcov\nx = price(9, True)\n", "%%blockcov\nassert x == '<many>'\n"
    )
    assert first.endswith(SHOWN)
    assert second == "+    1: x = price(9, True)\n"
    assert third == "+    1: assert x == '<many>'\n"


def test_cell_that_fails_is_shown_too(shell: Project) -> None:
    (shown,) = in_terminal(shell, "%%blockcov\nx = 1\ny = x / 0\nz = 2\n")
    assert shown.startswith("-")
    assert shown.count("ZeroDivisionError: division by zero") == 1
    assert shown.rstrip().endswith("    1: x = 1\n    1: y = x / 0\n>>>>>> z = 2")
    assert "blockcov/notebook.py" not in shown


def test_cell_that_cannot_run(shell: Project) -> None:
    wrong, argument, waiting, after = in_terminal(
        shell, "%%blockcov\nx = (\n", "%%blockcov fast\nx = 1\n", "%%blockcov\nawait f()\n", "%%blockcov\nx = 1\n"
    )
    assert wrong.startswith("-")
    assert "SyntaxError" in wrong or "IncompleteInputError" in wrong  # 3.13 and later with recent IPython
    assert argument.startswith("-")
    assert waiting.startswith("-")
    assert after == "+    1: x = 1\n"


def test_magics_in_the_cell(shell: Project) -> None:
    (shown,) = in_terminal(shell, "%%blockcov\n!echo from the shell\n[q for q in range(3) if q > 5]\n")
    assert "from the shell" in shown
    count = 5 if sys.version_info < (3, 12) else 4  # a call begins the line, too
    assert f"    {count}: [q for q in range(3) if q > 5]\n" + " " * 31 + "^^^^^ never true\n" in shown


def test_under_run(shell: Project) -> None:
    """What is measured besides is measured on."""
    shell.write("app.py", "def f(n):\n    return n\n")
    in_cells = "import app; app.f(1)", CELL, "import later; later.f(1)"
    shell.write("later.py", "def f(n):\n    return n\n")
    shell.write("start.py", "")
    in_terminal(shell, *in_cells)
    result = shell.blockcov("run", "cells.py")
    assert result.status == 0
    assert SHOWN in result.text
    assert shell.counts("app.py") == shell.counts("later.py") == {1: 1, 2: 1}
    assert shell.measured() == {"app.py", "later.py", "cells.py"}


def test_nothing_is_left(shell: Project) -> None:
    shell.environment["TMPDIR"] = str(shell.path / "tmp")
    shell.write("tmp/keep", "")
    in_terminal(shell, CELL)
    assert [path.name for path in (shell.path / "tmp").iterdir()] == ["keep"]


def test_kernel(shell: Project) -> None:
    """In a notebook the cell is HTML, and a cell that raises ends the notebook's run."""
    cells = ["%load_ext blockcov", CELL, "price(3)", "%%blockcov\n1 / 0", "print('not reached')"]
    shell.write(
        "notebook.py",
        f"""
        import json, nbclient, nbformat
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(text) for text in {cells!r}]
        try:
            nbclient.NotebookClient(notebook, timeout=60).execute()
        except nbclient.exceptions.CellExecutionError as error:
            print(error.ename)
        print(json.dumps([cell.outputs for cell in notebook.cells]))
        """,
    )
    result = shell.python("notebook.py")
    assert result.status == 0, result.errors
    error, text = result.text.strip().splitlines()
    assert error == "CellFailedError"
    outputs: list[list[dict[str, Any]]] = json.loads(text)
    value, shown = outputs[1]
    assert value["data"]["text/plain"] == "1"
    assert shown["data"]["text/plain"] + "\n" == SHOWN
    html = shown["data"]["text/html"]
    assert '<span style="background' in html
    assert 'title="never true">vip</span>' in html
    assert "<many>" not in html
    plain = unescape(re.sub("<[^>]*>", "", html))
    assert [line[3:] for line in plain.splitlines()] == CELL.splitlines()[1:]
    assert [line[:1] for line in plain.splitlines()] == list("1404 4311")
    assert outputs[2][0]["data"]["text/plain"] == "3"
    assert next(each["ename"] for each in outputs[3] if each["output_type"] == "error") == "ZeroDivisionError"
    assert not outputs[4]
