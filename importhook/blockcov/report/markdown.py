"""The table in Markdown, for a comment on a pull request: short enough for GitHub and GitLab to take it."""

from __future__ import annotations

import string
from collections.abc import Sequence

LONGEST = 60_000
"""Characters of a comment; GitHub takes 65,536 with what a CI job may put around it."""
LONGEST_CELL = 1_000
_ESCAPES = str.maketrans({char: f"\\{char}" for char in string.punctuation if char not in ".,/-%:>"} | {">": "&gt;"})


def escape(text: str) -> str:
    """Escape what Markdown would take for markup; cut off what is too long for a cell."""
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 2].rpartition(", ")[0] + ", …"
    return text.translate(_ESCAPES)


def render(header: Sequence[str], body: Sequence[tuple[int, Sequence[str]]], total: Sequence[str]) -> str:
    """Lay out a table: the first column and the one named Missing to the left, the others to the right.

    `body` has for each row how much it matters. Where not all of them fit into a comment, those that matter least are
    left out, and a line below the table says how many.
    """
    aligned = ["---" if name in (header[0], "Missing") else "---:" for name in header]
    bold = [f"**{cell}**" if cell else "" for cell in total]
    top, bottom = [_line(header), _line(aligned)], _line(bold)
    lines = [_line([escape(cell) for cell in cells]) for _, cells in body]
    room = LONGEST - sum(map(len, top)) - len(bottom)
    kept: set[int] = set()
    for index in sorted(range(len(body)), key=lambda index: (-body[index][0], index)):
        room -= len(lines[index]) + 1
        if room < 0:
            break
        kept.add(index)
    shown = [*top, *(line for index, line in enumerate(lines) if index in kept), bottom]
    if left_out := len(body) - len(kept):
        shown += ["", f"{left_out} file{'s' * (left_out > 1)} that miss less not shown."]
    return "\n".join(shown) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
