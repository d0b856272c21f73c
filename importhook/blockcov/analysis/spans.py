"""Spans: of AST nodes, inside one another, and from utf-8 byte columns to characters."""

from __future__ import annotations

import ast
from typing import Any

from .model import Span


def span_of(node: ast.AST) -> Span:
    """The span of a node that has a position; columns in utf-8 bytes."""
    n: Any = node
    return (n.lineno, n.col_offset, n.end_lineno, n.end_col_offset)


def within(inner: Span, outer: Span) -> bool:
    """Whether `inner` lies in `outer` (or is equal to it)."""
    return inner[:2] >= outer[:2] and inner[2:] <= outer[2:]


class CharacterColumns:
    """Turns byte columns of one source text into character columns."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._ascii = [line.isascii() for line in lines]

    def column(self, line: int, byte: int) -> int:
        """The character at utf-8 byte offset `byte` of `line`; an offset past the end gives the line's length."""
        if not 0 < line <= len(self._lines) or self._ascii[line - 1]:
            return byte
        return len(self._lines[line - 1].encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))

    def span(self, span: Span) -> Span:
        """`span` with both columns in characters."""
        line, col, end_line, end_col = span
        return (line, self.column(line, col), end_line, self.column(end_line, end_col))
