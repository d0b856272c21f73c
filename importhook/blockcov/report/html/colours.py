"""Syntax colours: which characters of a Python source are a keyword, a string, a comment.

Classes are named as Pygments names them in HTML. One regular expression finds the tokens, many times as fast as
Pygments' lexer; the tests compare the two. It steps over what has no colour by itself, so that Python code runs only
for what has one. It never fails: source that no Python accepts has some colours too.
"""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass, field
from itertools import chain, groupby

from blockcov.report.html.markup import Html, has_hidden, visible

Token = tuple[int, int, str]
"""Characters `start` to `end` (exclusive) of the text, and their class."""

_WORDS = {
    **{name: "nb" for name in dir(builtins) if not name.startswith("_")},
    **dict.fromkeys(keyword.kwlist, "k"),
    **dict.fromkeys(("and", "or", "not", "in", "is"), "ow"),
    **dict.fromkeys(("None", "True", "False"), "kc"),
    **dict.fromkeys(("self", "cls"), "bp"),
}
_SOFT_WORDS = ("match", "case", "type")


def _any_of(words: set[str]) -> str:
    """Give an expression for these words that decides by the first character."""
    groups = groupby(sorted(words, reverse=True), key=lambda word: word[0])
    return "|".join(f"{first}(?:{'|'.join(word[1:] for word in group)})" for first, group in groups)


def _expression(plain: str, more: str) -> re.Pattern[str]:
    """Give the expression that matches what has no colour, and then a token, or any one character.

    `plain` are the characters (those of a class) of which there may be any number before a token.
    """
    return re.compile(
        rf"""
  (?: (?!^[ \t]*+@) [{plain}]++ | \n
    | (?!(?:{_any_of({*_WORDS, *_SOFT_WORDS})})(?!\w)) [^\W\d]\w*+ (?!["'])
    | \.[^\W\d]\w*+ (?!["']) | \.(?!\w) )*
  (?:
    (?P<name> [^\W\d]\w*+ (?!["']))
  | (?P<comment> \#[^\n]*)
  | (?P<format> (?:[rR][fFtT]|[fFtT][rR]?) (?P<quote>'{{3}}|"{{3}}|'|"))
  | (?P<string> [rRbBuU]{{0,2}} (?:
        '{{3}} [^'\\]* (?: (?: \\. | '(?!'') ) [^'\\]* )* (?:'{{3}}|\Z)
      | "{{3}} [^"\\]* (?: (?: \\. | "(?!"") ) [^"\\]* )* (?:"{{3}}|\Z)
      | ' [^'\\\n]* (?: \\. [^'\\\n]* )* '?
      | " [^"\\\n]* (?: \\. [^"\\\n]* )* "? ))
  | (?P<number> 0[xXoObB][\da-fA-F_]+ | (?:\d[\d_]*\.?[\d_]* | \.\d[\d_]*) (?:[eE][+-]?\d[\d_]*)? [jJ]?)
  | (?P<decorator> ^[ \t]*@[ \t]*[\w.]+)
  {more}
  | . | \Z )
""",
        re.VERBOSE | re.DOTALL | re.MULTILINE,
    )


_OUTER = _expression(r"""^\w"'\#.\n""", "")
_INNER = _expression(r"""^\w"'\#.\n{}()[\]:""", r"| (?P<open> [{(\[]) | (?P<close> [})\]]) | (?P<spec> :)")
_DEFINED = re.compile(r"\s+([^\W\d]\w*+)(?![\"'])")
_FORMAT_PART = re.compile(r"""\\N\{|\\.|\{\{|[{'"\n]""", re.DOTALL)
_SPEC_PART = re.compile(r"[{}\n]")
_SUBJECT = r"[ \t]+(?!(?:and|or|is|in|if|else)\b)[^=\s.,)\]:]"
_SOFT = {
    "match": re.compile(rf"match{_SUBJECT}.*:[ \t]*(?:\#.*)?$", re.M),
    "case": re.compile(rf"case{_SUBJECT}.*:"),
    "type": re.compile(r"type[ \t]+[^\W\d]\w*[ \t]*(?:\[.*\])?[ \t]*="),
}
_DEFINITIONS = {"def": "nf", "class": "nc"}
_COLOURS = {"comment": "c1", "string": "s", "number": "mi", "decorator": "nd"}


def tokens(text: str) -> list[Token]:
    """Find the tokens that have a colour, in order; they do not overlap."""
    found: list[Token] = []
    _scan(text, 0, _OUTER, found)
    return found


def _scan(text: str, position: int, pattern: re.Pattern[str], found: list[Token]) -> int:
    """Scan to the end, or with _INNER behind the `}` that ends the expression in a format string."""
    add, words, depth = found.append, _WORDS, 0
    while position < len(text):
        for match in pattern.finditer(text, position):
            kind = match.lastgroup
            if kind is None:
                continue
            start, position = match.span(kind)
            if kind == "name":
                word = match[kind]
                if word in _SOFT and _SOFT[word].match(text, start) and _begins_line(text, start):
                    add((start, position, "k"))
                elif word in words:
                    add((start, position, words[word]))
                    if word in _DEFINITIONS and (name := _DEFINED.match(text, position)):
                        add((*name.span(1), _DEFINITIONS[word]))
                        position = name.end()
                        break
            elif (colour := _COLOURS.get(kind)) is not None:
                add((start, position, colour))
            elif kind == "open":
                depth += 1
            elif kind == "close":
                if not depth:
                    return position
                depth -= 1
            elif kind == "format":
                position = _format_string(text, start, position, match["quote"], found)
                break
            elif not depth:  # spec
                return _format_spec(text, position, found)
        else:
            break
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
            found.append((start, position, "s"))
        start = position = _scan(text, position, _INNER, found)
    if start < position - 1:
        found.append((start, position - 1, "s"))
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
            found.append((start, position, "s"))
            start = position = _scan(text, position, _INNER, found)
            if text[position - 1 : position] == "}":
                start -= 1
    else:
        position = len(text)
    if start < position:
        found.append((start, position, "s"))
    return position


_CLASSES = sorted({*_WORDS.values(), *_COLOURS.values(), *_DEFINITIONS.values()})
# While a text is put together, one character stands for each tag. The text has none of them: there they are made
# visible.
_END, _MARK = "\x00", "\x01"
_BEGIN = {colour: chr(0x0E + number) for number, colour in enumerate(_CLASSES)}
_MARKUP = [
    *(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), (_END, "</span>")),
    *((begin, f"<span class={colour}>") for colour, begin in _BEGIN.items()),
]


@dataclass
class Marks:
    """Spans around parts of a text, none over the end of a line. They are begun and ended in the order of the text."""

    places: list[tuple[int, bool]] = field(default_factory=list)
    """Where one begins (True), or the one that was begun last ends."""
    tags: list[Html] = field(default_factory=list)
    """What begins them, in the same order."""

    def begin(self, place: int, tag: Html) -> None:
        """Begin a span."""
        self.places.append((place, True))
        self.tags.append(tag)

    def end(self, place: int) -> None:
        """End the innermost one."""
        self.places.append((place, False))


def coloured_lines(text: str, marks: Marks) -> list[str]:
    """Give the markup of each line, to stand in an element; no span goes over the end of a line."""
    hidden = has_hidden(text)
    pieces: list[str] = []
    add, position, after = pieces.append, 0, len(text)
    places = iter([*marks.places, (after + 1, False)])
    place, begins = next(places)
    for start, stop, colour in [*tokens(text), (after, after, "")]:
        while place <= start:
            add(visible(text[position:place]) if hidden else text[position:place])
            add(_MARK if begins else _END)
            position = place
            place, begins = next(places)
        if position < start:
            add(visible(text[position:start]) if hidden else text[position:start])
        if start == after:
            break
        begin = _BEGIN[colour]
        while place < stop:  # a format string has operands, too
            if start < place:
                pieces += (begin, visible(text[start:place]).replace("\n", f"{_END}\n{begin}"), _END)
            add(_MARK if begins else _END)
            start = place
            place, begins = next(places)
        token = visible(text[start:stop]) if hidden else text[start:stop]
        if "\n" in token:
            token = token.replace("\n", f"{_END}\n{begin}")
        pieces += (begin, token, _END)
        position = stop
    markup = "".join(pieces).replace(f"{_BEGIN['s']}{_END}", "")  # of empty lines
    for character, tag in _MARKUP:
        markup = markup.replace(character, tag)
    first, *others = markup.split(_MARK)
    return "".join([first, *chain.from_iterable(zip(marks.tags, others, strict=True))]).split("\n")
