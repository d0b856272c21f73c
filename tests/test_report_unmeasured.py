"""Code that the rewriter refused is neither executed nor missing."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

import pytest

from blockcov.analysis import FileAnalysis, Source, analyse
from blockcov.autostart import unmeasured
from blockcov.unmeasured import leave_out_unmeasured

pytestmark = pytest.mark.once("run")

if TYPE_CHECKING:
    from blockcov._blockcov import Code

SOURCE = b"""\
import sys
def good(n):
    if n:
        return 1
    return 2
@property
def bad(n):
    if n:
        return [
            1, 2]
    else:
        x = 1

    def inner():
        return 3
    try:
        x = 2
    except ValueError:
        x = 3
    match x:
        case 1:
            x = 4
    return x
class Bad:
    y = 1
    def method(self):
        return y
z = 1
"""


def codes_of(refused: set[str], ran: bool) -> list[Code]:
    """Make the code objects of SOURCE as the extension gives them; `ran`: every line once, else never."""
    codes: list[Code] = []

    def add(code: CodeType, parent: int) -> None:
        is_refused = code.co_name in refused
        lines = {} if is_refused else {line: int(ran) for _, _, line in code.co_lines() if line}
        codes.append(
            {
                "name": code.co_name,
                "qualname": code.co_qualname,
                "first_line": code.co_firstlineno,
                "flags": code.co_flags,
                "parent": parent,
                "refused": "too odd" if is_refused else None,
                "calls": int(ran),
                "lines": lines,
                "raises": {},
                "sites": [],
            }
        )
        index = len(codes) - 1
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                add(constant, index)

    add(compile(SOURCE, "a.py", "exec"), -1)
    return codes


def analysed(codes: list[Code]) -> FileAnalysis:
    file = analyse("a.py", SOURCE, codes)
    leave_out_unmeasured(file, Source("a.py", SOURCE).tree, codes)
    return file


def test_nothing_refused_changes_nothing() -> None:
    codes = codes_of(set(), ran=False)
    assert analysed(codes) == analyse("a.py", SOURCE, codes)


def test_refused_function() -> None:
    file = analysed(codes_of({"bad"}, ran=False))
    own = {8, 9, 12, 14, 16, 17, 18, 19, 20, 21, 22, 23}
    assert not own & set(file.missing_lines)
    assert not own & file.statements
    assert not own & set(file.lines)
    assert {1, 2, 3, 4, 5, 6, 15, 24, 25, 26, 27, 28} <= set(file.missing_lines)
    assert not [arc for arc in file.missing_branches if arc[0] in own]
    assert file.unmeasured == [("bad", "too odd")]


def test_refused_class_body_and_module() -> None:
    file = analysed(codes_of({"Bad"}, ran=False))
    assert not {25, 26} & set(file.missing_lines)
    assert {24, 27} <= set(file.missing_lines)
    file = analysed(codes_of({"<module>"}, ran=False))
    assert not {1, 2, 6, 24, 28} & set(file.missing_lines)
    assert {3, 8, 25, 27} <= set(file.missing_lines)


def test_measured_in_another_unit() -> None:
    file = analysed(codes_of({"bad"}, ran=False) + codes_of(set(), ran=True))
    assert file.missing_lines == []
    assert {8, 9, 12, 23} <= set(file.executed_lines)


def test_warning_names_file_function_and_reason(capfd: pytest.CaptureFixture[str]) -> None:
    unmeasured("a.py", "C.f", "a jump into\nnowhere")
    assert capfd.readouterr() == ("", "blockcov: warning: a.py: C.f is not measured: a jump into nowhere\n")
