"""A source file as text and syntax tree."""

from __future__ import annotations

import ast
import io
import sys
import token
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import NamedTuple

from blockcov import _blockcov

_DEEP = 50_000


class SourceError(ValueError):
    """A file that is not Python source for this interpreter; the message names the file, the place and the reason."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for the nesting that the compiler accepts: an `elif` nests one deeper than the one before it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Source:
    """Text, lines (without their ends; element 0 is line 1) and AST of one file.

    Line ends become ``\\n``, as the compiler reads them.
    """

    def __init__(self, filename: str, data: bytes, ran: bool = True) -> None:
        """Decode and parse `data`. Raises SourceError.

        Of code that `ran`, what its encoding does not have is replaced: whoever loaded it had another one in mind.
        """
        self.filename = filename
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(encoding, "replace" if ran else "strict")
            if text and not text.endswith("\n"):
                text += "\n"
            self.text = text
            self.lines = text.split("\n")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise self._error(error) from None

    def _error(self, error: Exception) -> SourceError:
        line = getattr(error, "lineno", None)
        place = self.filename if line is None else f"{self.filename}:{line}"
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        return SourceError(f"{place}: cannot be parsed: {reason}")

    def compile(self) -> CodeType:
        """The module's code object. Raises SourceError."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return compile(self.tree, self.filename, "exec", dont_inherit=True)
            except RecursionError:  # nested more deeply than a tree may be, but not the text
                pass
            except (SyntaxError, ValueError, MemoryError) as error:
                raise self._error(error) from None
            try:
                return compile(self.text, self.filename, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise self._error(error) from None

    def logical_lines(self) -> list[LogicalLine]:
        """All logical lines. Raises SourceError."""
        try:
            lines = _blockcov.logical_lines(self.text)
        except UnicodeError:
            lines = None
        return self._from_tokens() if lines is None else [LogicalLine(*line) for line in lines]

    def _from_tokens(self) -> list[LogicalLine]:
        try:
            return logical_lines(tokenize.generate_tokens(io.StringIO(self.text).readline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise self._error(error) from None


class LogicalLine(NamedTuple):
    """A statement, or the head of one, from its first token to its end of line."""

    first: int
    last: int
    first_token_end: int
    """The line on which its first token ends."""
    indent: int
    colons: tuple[int, ...]
    """The line of each ``:`` outside of brackets."""


def logical_lines(tokens: Iterable[tokenize.TokenInfo]) -> list[LogicalLine]:
    """The logical lines by the tokens: slow, and always right."""
    found: list[LogicalLine] = []
    colons: list[int] = []
    indent = nesting = first = first_token_end = 0
    for kind, text, (line, _), (end_line, _), _ in tokens:
        if kind == token.INDENT:
            indent += 1
        elif kind == token.DEDENT:
            indent -= 1
        elif kind == token.NEWLINE:
            if first:
                found.append(LogicalLine(first, end_line, first_token_end, indent, tuple(colons)))
            first = 0
            colons = []
        elif kind == token.OP:
            if text == ":" and nesting == 0:
                colons.append(end_line)
            elif text in ("(", "[", "{"):
                nesting += 1
            elif text in (")", "]", "}"):
                nesting -= 1
        if not first and kind != tokenize.COMMENT and text.strip():
            first, first_token_end = line, end_line
    return found
