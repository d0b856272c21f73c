"""Syntax colours: which characters of a Python source are a keyword, a string, a comment.

Classes are named as Pygments names them in HTML. One regular expression finds the tokens, ten times as fast as
Pygments' lexer, which is the larger part of the time that pages take; the tests compare the two. It never fails: source
that no Python accepts has some colours too.
"""

from __future__ import annotations

import builtins
import keyword
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from blockcov.report.html.markup import Html, escape


class Token(NamedTuple):
    """Characters `start` to `end` (exclusive) of the text, and their class."""

    start: int
    end: int
    colour: str


_WORDS = {
    **{name: "nb" for name in dir(builtins) if not name.startswith("_")},
    **dict.fromkeys(keyword.kwlist, "k"),
    **dict.fromkeys(("and", "or", "not", "in", "is"), "ow"),
    **dict.fromkeys(("None", "True", "False"), "kc"),
    **dict.fromkeys(("self", "cls"), "bp"),
}
_TOKEN = r"""
  (?P<name> \.?[^\W\d]\w* (?!\w*["']))
| (?P<comment> \#[^\n]*)
| (?P<format> (?:[rR][fFtT]|[fFtT][rR]?) (?P<quote>'{3}|"{3}|'|"))
| (?P<string> [rRbBuU]{0,2} (?:
      '{3} [^'\\]* (?: (?: \\. | '(?!'') ) [^'\\]* )* (?:'{3}|\Z)
    | "{3} [^"\\]* (?: (?: \\. | "(?!"") ) [^"\\]* )* (?:"{3}|\Z)
    | ' [^'\\\n]* (?: \\. [^'\\\n]* )* '?
    | " [^"\\\n]* (?: \\. [^"\\\n]* )* "? ))
| (?P<number> 0[xXoObB][\da-fA-F_]+ | (?:\d[\d_]*\.?[\d_]* | \.\d[\d_]*) (?:[eE][+-]?\d[\d_]*)? [jJ]?)
| (?P<decorator> ^[ \t]*@[ \t]*[\w.]+)
"""
_FLAGS = re.VERBOSE | re.DOTALL | re.MULTILINE
_OUTER = re.compile(_TOKEN, _FLAGS)
_INNER = re.compile(_TOKEN + r"| (?P<open> [{(\[]) | (?P<close> [})\]]) | (?P<spec> :)", _FLAGS)
_FORMAT_PART = re.compile(r"""\\N\{|\\.|\{\{|[{'"\n]""", re.DOTALL)
_SPEC_PART = re.compile(r"[{}\n]")
_SUBJECT = r"[ \t]+(?!(?:and|or|is|in|if|else)\b)[^=\s.,)\]:]"
_SOFT = {
    "match": re.compile(rf"match{_SUBJECT}.*:[ \t]*(?:\#.*)?$", re.M),
    "case": re.compile(rf"case{_SUBJECT}.*:"),
    "type": re.compile(r"type[ \t]+[^\W\d]\w*[ \t]*(?:\[.*\])?[ \t]*="),
}
_DEFINITIONS = {"def": "nf", "class": "nc"}


def tokens(text: str) -> list[Token]:
    """Find the tokens that have a colour, in order; they do not overlap."""
    found: list[Token] = []
    _scan(text, 0, _OUTER, found)
    return found


def _scan(text: str, position: int, pattern: re.Pattern[str], found: list[Token]) -> int:
    """Scan to the end, or with _INNER behind the `}` that ends the expression in a format string."""
    search, add, words, depth = pattern.search, found.append, _WORDS, 0
    defined = ""
    while match := search(text, position):
        start, position = match.span()
        kind = match.lastgroup
        if kind == "name":
            word = match[0]
            if defined:
                add(Token(start, position, defined))
                defined = ""
            elif word in _SOFT and _SOFT[word].match(text, start) and _begins_line(text, start):
                add(Token(start, position, "k"))
            elif (colour := words.get(word)) is not None:
                add(Token(start, position, colour))
                defined = _DEFINITIONS.get(word, "")
        elif kind == "comment":
            add(Token(start, position, "c1"))
        elif kind == "string":
            add(Token(start, position, "s"))
        elif kind == "number":
            add(Token(start, position, "mi"))
        elif kind == "decorator":
            add(Token(start, position, "nd"))
        elif kind == "open":
            depth += 1
        elif kind == "close":
            if not depth:
                return position
            depth -= 1
        elif kind == "spec":
            if not depth:
                return _format_spec(text, position, found)
        else:
            position = _format_string(text, start, position, match["quote"], found)
    return len(text)


def _begins_line(text: str, start: int) -> bool:
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def _format_spec(text: str, position: int, found: list[Token]) -> int:
    """Scan what stands between `:` and `}`; give the end."""
    start = position
    while match := _SPEC_PART.search(text, position):
        position = match.end() if match[0] != "\n" else match.start()
        if match[0] != "{":
            break
        if start < position:
            found.append(Token(start, position, "s"))
        start = position = _scan(text, position, _INNER, found)
    if start < position - 1:
        found.append(Token(start, position - 1, "s"))
    return position


def _format_string(text: str, start: int, position: int, quote: str, found: list[Token]) -> int:
    """Add the tokens of a format string whose first character after `quote` is at `position`; give its end."""
    while match := _FORMAT_PART.search(text, position):
        part, position = match[0], match.end()
        if part in ("'", '"'):
            if text.startswith(quote, match.start()):
                position = match.start() + len(quote)
                break
        elif part == "\n":
            if len(quote) == 1:
                position -= 1
                break
        elif part == "\\N{":
            end = text.find("}", position)
            position = position if end < 0 else end
        elif part == "{":
            found.append(Token(start, position, "s"))
            start = position = _scan(text, position, _INNER, found)
            if text[position - 1 : position] == "}":
                start -= 1
    else:
        position = len(text)
    if start < position:
        found.append(Token(start, position, "s"))
    return position


class Coloured:
    """A text with its colours, as markup: whole lines at once, or parts of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)

    def lines(self) -> list[str]:
        """Give the markup of each line; elements never span lines."""
        return self._between(0, len(self.text), 0).split("\n")

    def part(self, start: int, end: int) -> Html:
        """Give the markup of the characters from `start` to `end` of the text."""
        return self._between(start, end, max(0, bisect_right(self.tokens, (start,)) - 1))

    def _between(self, start: int, end: int, first: int) -> Html:
        text, pieces, position = self.text, [], start
        clean: Callable[[str], str] = escape
        for index in range(first, len(self.tokens)):
            begin, stop, colour = self.tokens[index]
            if begin >= end:
                break
            if stop <= position:
                continue
            if begin > position:
                pieces.append(clean(text[position:begin]))
                position = begin
            stop = min(stop, end)
            token = clean(text[position:stop])
            if "\n" in token:
                token = token.replace("\n", f"</span>\n<span class={colour}>")
            pieces.append(f"<span class={colour}>{token}</span>")
            position = stop
        pieces.append(clean(text[position:end]))
        return Html("".join(pieces))
