"""How far a long piece of work is: one changing line on a terminal, from two seconds on."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

AFTER_S = 2.0
"""What takes less than this needs no line."""
EVERY_S = 0.1
_WIPE = "\r\x1b[K"


class Progress:
    """Counts steps; `text` says what is done, `total` how many steps there are.

    Nothing is written where stderr is not a terminal that can wipe a line.
    """

    def __init__(self, text: str, total: int) -> None:
        self._text = text
        self._total = total
        self._done = 0
        self._stream = _terminal()
        self._next = time.monotonic() + AFTER_S
        self._shown = False

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._stream is None:
            return
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY_S
            self._shown = True
            self._write(self._stream, f"{_WIPE}blockcov: {self._text}, {self._done} of {self._total} ")

    def end(self) -> None:
        """Wipe the line."""
        if self._stream is not None and self._shown:
            self._write(self._stream, _WIPE)
            self._shown = False

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            self._stream = None  # the terminal went away


def _terminal() -> TextIO | None:
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    return sys.stderr
