"""Pieces of source text, in one line."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 60


def excerpt(lines: Sequence[str], span: tuple[int, int, int, int]) -> str:
    """Give the text of a span (columns in characters), blanks joined, cut off with `…` where it is long."""
    line, column, end_line, end_column = span
    taken = list(lines[line - 1 : end_line])
    if not taken:
        return ""
    taken[-1] = taken[-1][:end_column]
    taken[0] = taken[0][column:]
    return shorten(" ".join(taken))


def line_excerpt(lines: Sequence[str], line: int) -> str:
    """Give the text of one line."""
    return shorten(lines[line - 1]) if 0 < line <= len(lines) else ""


def shorten(text: str) -> str:
    """Join blanks and cut off."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
