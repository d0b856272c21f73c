"""Comments that exclude one outcome of a branch, with the reason.

    if fd < 0 and retry:  # blockcov: never-true[fd < 0](the kernel hands out no negative descriptors)

A comment on a line of its own is about the next line of code. `coverage.py`'s own pragmas are regular expressions over
the text (exclusion.py); these are read from comments alone, so that a string that looks like one is none.
"""

from __future__ import annotations

import difflib
import io
import re
import tokenize
from collections.abc import Iterator

from .model import OUTCOMES, Pragma, Remark
from .source import Source

REACHED = "reached"
WORDS = (*(f"never-{name}" for pair in OUTCOMES.values() for name in pair), f"never-{REACHED}")

_INTRODUCED = re.compile(r"#\s*blockcov:\s*")
_WORD = re.compile(r"[\w-]+")


def find_pragmas(source: Source) -> tuple[list[Pragma], list[Remark]]:
    """Give all pragmas of a file, and what in such comments is none."""
    pragmas: list[Pragma] = []
    remarks: list[Remark] = []
    if "blockcov:" in source.text:
        for line, about, text in _comments(source):
            introduced = _INTRODUCED.search(text)
            if introduced:
                _parse(line, about, text[introduced.end() :].strip(), pragmas, remarks)
    return pragmas, remarks


def _comments(source: Source) -> Iterator[tuple[int, int, str]]:
    """Give the line of each comment, the line that it is about, and its text."""
    waiting: list[tuple[int, str]] = []
    try:
        for kind, text, (line, _), _, whole in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if kind == tokenize.COMMENT:
                if whole.lstrip().startswith("#"):
                    waiting.append((line, text))
                else:
                    yield line, line, text
            elif text.strip():
                for above, comment in waiting:
                    yield above, line, comment
                waiting.clear()
    except (tokenize.TokenError, SyntaxError):
        pass  # what cannot be split into tokens has been told of before
    for above, comment in waiting:
        yield above, above, comment


def _parse(line: int, about: int, text: str, pragmas: list[Pragma], remarks: list[Remark]) -> None:
    """Parse `never-false[x](why), never-true(why)`; what stands behind the last closing parenthesis is a comment."""
    position = 0
    while True:
        word = _WORD.match(text, position)
        if not word or word[0] not in WORDS:
            if position == 0 or (word and word[0].startswith("never")):
                remarks.append(Remark(line, _unknown(word[0] if word else text)))
            return
        position = word.end()
        selector, position = _enclosed(text, position, "[", "]")
        reason, position = _enclosed(text, position, "(", ")")
        if selector is None or reason is None:
            remarks.append(Remark(line, f"{word[0]}: a bracket is not closed"))
            return
        if not reason:
            remarks.append(Remark(line, f"{word[0]} excludes nothing without a reason: {word[0]}(why)"))
        else:
            pragmas.append(Pragma(line, about, word[0].removeprefix("never-"), selector, reason))
        while position < len(text) and text[position] in ", \t":
            position += 1
        if position == len(text):
            return


def _unknown(word: str) -> str:
    near = difflib.get_close_matches(word, WORDS, 1, 0.5)
    return f"unknown pragma {word!r}; " + (f"did you mean {near[0]!r}?" if near else f"known are {', '.join(WORDS)}")


def _enclosed(text: str, position: int, opening: str, closing: str) -> tuple[str | None, int]:
    """Give what stands between brackets at `position`, pairs of them included, and where it goes on.

    Empty where there is no bracket, None where it is not closed.
    """
    if text[position : position + 1] != opening:
        return "", position
    depth = 0
    for index in range(position, len(text)):
        depth += (text[index] == opening) - (text[index] == closing)
        if depth == 0:
            return text[position + 1 : index].strip(), index + 1
    return None, len(text)
