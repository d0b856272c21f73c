"""The table: Name, Stmts, Miss, Branch, BrPart, Cover, Missing; as text or as Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from blockcov.data import FileCoverage
from blockcov.errors import USAGE, Failure
from blockcov.report import markdown
from blockcov.report.missing import format_missing, missing_outcomes
from blockcov.report.numbers import Numbers, display_percent, natural_key
from blockcov.report.output import printable

COLUMNS = ("name", "stmts", "miss", "branch", "brpart", "cover")


@dataclass(frozen=True)
class Row:
    """One file, or the total."""

    name: str
    numbers: Numbers
    missing: str = ""

    def cells(self, show_missing: bool, branch: bool) -> list[str]:
        """Give the text of each column."""
        n = self.numbers
        figures = [n.statements, n.missing] + [n.branches, n.partial_branches] * branch
        cells = [printable(self.name), *map(str, figures), display_percent(n.percent_covered, n.precision) + "%"]
        return [*cells, self.missing] if show_missing else cells

    def sort_key(self, column: str) -> tuple[object, ...]:
        """Give the key for a column of COLUMNS; names sort with numbers in them as numbers."""
        n = self.numbers
        name = natural_key(self.name)
        if column == "name":
            return (name,)
        figures = (n.statements, n.missing, n.branches, n.partial_branches, n.percent_covered)
        return (figures[COLUMNS.index(column) - 1], name)


@dataclass(frozen=True)
class Table:
    """The rows to show, sorted; the total of all files, shown or not; and what to say below."""

    rows: list[Row]
    total: Numbers
    notes: list[str]
    show_missing: bool
    branch: bool = True

    def _grid(self) -> list[list[str]]:
        header = ["Name", "Stmts", "Miss"] + ["Branch", "BrPart"] * self.branch
        header += ["Cover"] + ["Missing"] * self.show_missing
        rows = [*self.rows, Row("TOTAL", self.total)]
        return [header, *(row.cells(self.show_missing, self.branch) for row in rows)]

    def text(self) -> str:
        """Lay the table out in columns."""
        grid = self._grid()
        cover = grid[0].index("Cover")
        name_width = max(len(cells[0]) for cells in grid) + 1
        cover_width = max(len(cells[cover]) for cells in grid) + 2
        lines = []
        for cells in grid:
            line = cells[0].ljust(name_width) + "".join(cell.rjust(7) for cell in cells[1:cover])
            line += cells[cover].rjust(cover_width)
            lines.append((line + "   " + cells[-1] if self.show_missing else line).rstrip())
        rule = "-" * len(lines[0])
        lines.insert(1, rule)
        if self.rows:
            lines.insert(len(lines) - 1, rule)
        return "\n".join([*lines, "", self.summary(), *_below(self.notes)]) + "\n"

    def markdown(self) -> str:
        """Give the table in Markdown, the total in bold, short enough for a comment."""
        header, *body, total = self._grid()
        missing = [
            (row.numbers.missing, row.numbers.missing_branches, row.numbers.missing_outcomes) for row in self.rows
        ]
        weights = list(map(sum, missing))
        text = markdown.render(header, list(zip(weights, body, strict=True)), total)
        notes = ["- " + markdown.escape(note) for note in self.notes]
        return text + "\n".join(["", self.summary(), *_below(notes)]) + "\n"

    def summary(self) -> str:
        """Give the totals in one line."""
        n = self.total
        parts = [("lines", n.percent_statements, n.missing, n.statements)]
        if self.branch:
            parts.append(("branches", n.percent_branches, n.missing_branches, n.branches))
            parts.append(("outcomes", n.percent_outcomes, n.missing_outcomes, n.outcomes))
        return ", ".join(
            f"{name} {display_percent(share, n.precision)}% ({whole - missing} of {whole})"
            for name, share, missing, whole in parts
        )


def build(
    files: list[FileCoverage],
    show_missing: bool,
    skip_covered: bool,
    sort: str,
    skip_empty: bool = False,
    branch: bool = True,
) -> Table:
    """Make the table; without `branch` there are no columns for branches.

    `sort` is a column, with `-` in front for descending. Raises Failure(USAGE) for another.
    """
    column = sort.lower().lstrip("+-")
    columns = [each for each in COLUMNS if branch or not each.startswith("br")]
    if column not in columns:
        raise Failure(USAGE, f"report: cannot sort by {sort!r}; columns are {', '.join(columns)}")
    rows: list[Row] = []
    total = Numbers(precision=files[0].numbers.precision if files else 0)
    skipped = empty = 0
    notes: list[str] = []
    for file in files:
        numbers = file.numbers
        total += numbers
        for qualname, reason in file.unmeasured:
            notes.append(f"{file.name}: {qualname} is not measured: {reason}")
        nothing_missing = skip_covered and not numbers.missing and not numbers.missing_branches
        if nothing_missing and not missing_outcomes(file.analysis):
            skipped += 1
        elif skip_empty and not numbers.statements:
            empty += 1
        else:
            rows.append(Row(file.name, numbers, format_missing(file.analysis) if show_missing else ""))
        file.forget()
    rows.sort(key=lambda row: row.sort_key(column), reverse=sort.startswith("-"))
    if empty:
        notes.insert(0, f"{empty} empty file{'s' * (empty > 1)} skipped.")
    if skipped:
        notes.insert(0, f"{skipped} file{'s' * (skipped > 1)} skipped due to complete coverage.")
    return Table(rows, total, notes, show_missing, branch)


def _below(notes: list[str]) -> list[str]:
    return ["", *notes] if notes else []
