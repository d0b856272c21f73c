"""A file as a notebook shows it below a cell: counts in the margin, what never happened marked where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from blockcov.data import FileCoverage
from blockcov.report.missing import missing_outcomes

_STYLE = {
    "pre": "line-height:1.35;overflow-x:auto",
    "ran": "opacity:.65",
    "never": "background:rgba(220,50,47,.22)",
    "mark": "background:rgba(203,150,0,.30);text-decoration:underline wavy rgb(203,120,0)",
}


@dataclass(frozen=True)
class Line:
    """A source line: how often it ran (None: there is nothing to run), and marks as (column, end column, text)."""

    text: str
    count: int | None
    marks: list[tuple[int, int, str]] = field(default_factory=list)


class MarkedCell:
    """What a notebook displays; a terminal shows `str()` of it."""

    def __init__(self, file: FileCoverage) -> None:
        analysis = file.analysis
        excluded = set(analysis.excluded_lines)
        self.lines = [
            Line(text.rstrip("\n"), None if number in excluded else analysis.lines.get(number))
            for number, text in enumerate(file.text_lines(), start=1)
        ]
        for branch, absent in missing_outcomes(analysis):
            first, column, last, end = branch.span
            reached = any(branch.outcomes.values())
            text = f"never {' or '.join(absent)}" if reached else "never reached"
            for number in range(first, last + 1):
                line = self.lines[number - 1]
                start = column if number == first else len(line.text) - len(line.text.lstrip())
                line.marks.append((start, end if number == last else len(line.text), text))

    def __repr__(self) -> str:
        return "\n".join(text for line in self.lines for text in _as_text(line))

    def _repr_html_(self) -> str:
        width = max((len(str(line.count)) for line in self.lines if line.count is not None), default=1)
        body = "\n".join(_as_html(line, width) for line in self.lines)
        return f'<pre class="blockcov" style="{_STYLE["pre"]}">{body}</pre>'


def _as_text(line: Line) -> list[str]:
    margin = " " * 7 if line.count is None else f"{line.count:5d}: " if line.count else ">>>>>> "
    rows = [(margin + line.text).rstrip()]
    for column, end, text in line.marks:
        rows.append(" " * (7 + column) + "^" * max(1, end - column) + " " + text)
    return rows


def _as_html(line: Line, width: int) -> str:
    margin = " " * width if line.count is None else f"{line.count:{width}d}"
    kind = "never" if line.count == 0 else "ran"
    return f'<span style="{_STYLE[kind]}">{margin}  </span>{_marked(line)}'


def _marked(line: Line) -> str:
    """Give the text with its marks; where several overlap, a stretch has the texts of all."""
    if line.count == 0:
        return f'<span style="{_STYLE["never"]}" title="never ran">{escape(line.text)}</span>'
    cuts = sorted({0, len(line.text), *(cut for column, end, _ in line.marks for cut in (column, end))})
    parts = []
    for start, end in pairwise(cuts):
        titles = [text for column, last, text in line.marks if column <= start and end <= last]
        part = escape(line.text[start:end])
        parts.append(f'<span style="{_STYLE["mark"]}" title="{"; ".join(titles)}">{part}</span>' if titles else part)
    return "".join(parts)
