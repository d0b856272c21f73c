"""Markdown: tables, numbers, machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table; the first column to the left, the others to the right."""
    listed = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in listed)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = "|".join(
        "-" * (width + 2) if column == 0 else "-" * (width + 1) + ":" for column, width in enumerate(widths)
    )
    return "\n".join([line(listed[0]), f"|{rule}|", *(line(row) for row in listed[1:])])


def number(value: float | None) -> str:
    """Format a ratio with three to four figures; a dash without one."""
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def machines(described: Iterable[Mapping[str, str]]) -> str:
    """Name the machines, each once."""
    shown = {", ".join(each[key] for key in ("cpu", "cores", "system") if key in each): None for each in described}
    return f"Measured on {'; '.join(shown)}." if shown else ""
