"""A source file as text and syntax tree."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType

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

    def __init__(self, filename: str, data: bytes) -> None:
        """Decode and parse `data`. Raises SourceError."""
        self.filename = filename
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(encoding, "replace")
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
                return compile(self.text, self.filename, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise self._error(error) from None

    def tokens(self) -> list[tokenize.TokenInfo]:
        """All tokens. Raises SourceError."""
        try:
            return list(tokenize.generate_tokens(io.StringIO(self.text).readline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise self._error(error) from None
