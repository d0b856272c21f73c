"""Syntax colours: against Pygments' lexer, and odd sources."""

from __future__ import annotations

import sysconfig
from itertools import pairwise
from pathlib import Path

import pytest
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from blockcov.report.html.colours import Marks, coloured_lines, tokens
from blockcov.report.html.markup import Html

pytestmark = pytest.mark.once("run")

LIBRARY = Path(sysconfig.get_path("stdlib"))
MODULES = ("ast", "argparse", "dataclasses", "enum", "inspect", "json/decoder", "re/_parser", "typing", "tokenize")
OURS = {"c1": "comment", "s": "string", "k": "word", "kc": "word", "ow": "word", "mi": "number", "nf": "def"}
OURS |= {"nc": "def", "nd": "decorator", "nb": "builtin", "bp": "builtin"}
THEIRS = (
    (Comment, "comment"),
    (String, "string"),
    (Operator.Word, "word"),
    (Keyword, "word"),
    (Number, "number"),
    (Name.Function, "def"),
    (Name.Class, "def"),
    (Name.Decorator, "decorator"),
    (Name.Builtin, "builtin"),
    (Name.Exception, "builtin"),
)


def theirs(kind: _TokenType) -> str:
    return next((name for parent, name in THEIRS if kind in parent), "")


def spans(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], colour) for start, end, colour in tokens(text)]


@pytest.mark.parametrize("module", MODULES)
def test_colours_are_those_of_pygments(module: str) -> None:
    text = (LIBRARY / f"{module}.py").read_text(encoding="utf-8")
    own = [""] * len(text)
    for start, end, colour in tokens(text):
        own[start:end] = [OURS[colour]] * (end - start)
    compared = different = 0
    for start, kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        if kind in String.Interpol or kind in String.Escape or kind in Name.Function.Magic:
            continue  # ours have no class of their own for these
        for place in range(start, start + len(value)):
            if not text[place].isspace():
                compared += 1
                different += own[place] != theirs(kind)
    assert compared > 5_000
    assert different < compared * 0.01


def test_format_strings() -> None:
    text = 'x = f"{d["key"]} {{no}} {1 + len(y):#x}" # end'
    coloured = dict(spans(text))
    assert coloured["# end"] == "c1"
    assert coloured['"key"'] == "s"
    assert coloured["1"] == "mi"
    assert coloured["len"] == "nb"
    assert "no" not in coloured


@pytest.mark.parametrize(
    "text",
    [
        'f"',
        'f"{',
        "'''",
        'f"""{x',
        '"\\',
        "f'{a:{b",
        "b'\\\n",
        "def",
        "\x00\x0c",
        "",
        "f'\\N{DASH}'",
        "rf'{x}\\'",
        "0x",
    ],
)
def test_odd_sources_lose_nothing(text: str) -> None:
    found = tokens(text)
    assert all(start < end <= len(text) for start, end, _ in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))


def test_soft_keywords() -> None:
    text = "match x:\n    case y if z:\n        match = case\nmatch(1)\ntype X = int\ntype(x)\ncase = 1\n"
    words = [word for word, colour in spans(text) if colour == "k"]
    assert words == ["match", "case", "if", "type"]


def test_no_element_spans_lines() -> None:
    lines = coloured_lines('a = """one\n\ntwo <b>\n""" # &\n', Marks())
    assert lines == [
        'a = <span class=s>"""one</span>',
        "",
        "<span class=s>two &lt;b&gt;</span>",
        '<span class=s>"""</span> <span class=c1># &amp;</span>',
        "",
    ]


def test_marks_divide_what_has_a_colour() -> None:
    marks = Marks()
    marks.begin(0, Html("<b>"))
    marks.begin(1, Html("<i>"))
    marks.end(4)
    marks.end(6)
    marks.begin(6, Html("<u>"))
    marks.end(9)
    (line,) = coloured_lines("'a<c' \x01 9", marks)
    assert line == (
        "<b><span class=s>'</span><i><span class=s>a&lt;c</span></span><span class=s>'</span> </span>"
        "<u>␁ <span class=mi>9</span></span>"
    )
