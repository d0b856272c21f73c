"""The index: figures of the whole, and all files as a tree of directories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from blockcov import _blockcov
from blockcov.report.html import frame, history
from blockcov.report.html.entry import Entry
from blockcov.report.html.history import Run
from blockcov.report.html.markup import Html, escape, grouped, plural
from blockcov.report.html.places import INDEX
from blockcov.report.numbers import Numbers, display_percent

_DEEPEST = 12
"""Levels of indentation that the style sheet knows."""


@dataclass
class Folder:
    """A directory; `name` has several parts where those before the last have nothing else in them."""

    name: str
    folders: dict[str, Folder] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def all_entries(self) -> Iterator[Entry]:
        """Give the files in it and below it."""
        yield from self.entries
        for folder in self.folders.values():
            yield from folder.all_entries()

    def total(self, path: str) -> Entry:
        """Add up what is in it; `path` is its name from the top."""
        numbers, changed = Numbers(), 0
        for entry in self.all_entries():
            numbers = entry.numbers + numbers
            changed += entry.changed > 0
        return Entry(path, "", numbers, changed)

    def shortened(self) -> Folder:
        """Join it with its only folder, if it has nothing else."""
        folder = self
        while not folder.entries and len(folder.folders) == 1:
            (only,) = folder.folders.values()
            folder = Folder(f"{folder.name}/{only.name}", only.folders, only.entries)
        return folder


def tree_of(entries: list[Entry]) -> Folder:
    """Sort files into directories."""
    top = Folder("")
    for entry in entries:
        folder = top
        for part in entry.name.split("/")[:-1]:
            folder = folder.folders.setdefault(part, Folder(part))
        folder.entries.append(entry)
    return top


@dataclass(frozen=True)
class Report:
    """All that the index shows. The figures are those of all files, also of those that are left out of the table."""

    title: str
    entries: list[Entry]
    numbers: Numbers
    runs: list[Run]
    notes: list[str]
    since: str
    extra_css: bool
    branch: bool


def render(report: Report) -> str:
    """Give the index page."""
    when = report.runs[-1].when
    rows = "".join(_rows(tree_of(report.entries), 0, "", report.branch))
    since = f' data-since="{escape(report.since)}"' if report.since else ""
    body = "".join(
        [
            '<body class=index>\n<a class=skip href="#files">Skip to the files</a>\n<header>',
            f"<h1>{escape(report.title)}</h1>{frame.figures(report.numbers, report.branch)}",
            f"{history.picture(report.runs)}</header>\n<main>\n",
            *(f"<p class=note>{escape(note)}</p>\n" for note in report.notes),
            f"<table id=files{since}>\n<caption class=hidden>Coverage of each file</caption>\n{_head(report)}",
            f"<tbody>\n{rows}</tbody>\n<tfoot>{_total(report)}</tfoot></table>\n</main>\n",
            f"<footer><p>{plural(len(report.entries), 'file')}, measured {escape(when)} UTC. "
            f"blockcov {_blockcov.VERSION}</p></footer>\n",
            "</body>\n",
        ]
    )
    percent = display_percent(report.numbers.percent_covered, report.numbers.precision)
    return frame.page(INDEX, f"{percent}% · {report.title}", "index.js", Html(body), report.extra_css)


_GROUPS = (("Lines", "lines", "missing"), ("Branches", "branches", "partial"), ("Outcomes", "outcomes", "never"))


def _head(report: Report) -> Html:
    groups, columns = "", ""
    for group, what, gap in _GROUPS:
        if group == "Lines" or report.branch:
            groups += f"<th scope=colgroup colspan=2>{group}</th>"
            columns += f"<th scope=col class=w data-sort={what}>all</th>"
            columns += f"<th scope=col class={gap} data-sort={gap}>{gap}</th>"
    return Html(
        f"<thead><tr class=groups><td></td>{groups}<td></td></tr>\n"
        f"<tr><th scope=col data-sort=name>File</th>{columns}<th scope=col data-sort=cover>Cover</th></tr></thead>\n"
    )


def _rows(folder: Folder, level: int, path: str, branch: bool) -> Iterator[str]:
    """Give the rows of what is in a folder, folders first. `path` ends with a slash, or is empty for the top."""
    for name in sorted(folder.folders):
        inner = folder.folders[name].shortened()
        inner_path = f"{path}{inner.name}/"
        yield _row("d", level, Html(f"<span>{escape(inner.name)}/</span>"), inner.total(inner_path), branch)
        yield from _rows(inner, level + 1, inner_path, branch)
    for entry in sorted(folder.entries, key=lambda entry: entry.name):
        name = entry.name.rpartition("/")[2]
        yield _row("f", level, Html(f'<a href="{escape(entry.place)}">{escape(name)}</a>'), entry, branch)


def _row(kind: str, level: int, head: Html, entry: Entry, branch: bool) -> str:
    attributes = f' data-path="{escape(entry.name)}" data-level={level}'
    if entry.changed:
        attributes += f" data-changed={entry.changed}"
    cells = _cells(entry.numbers, branch)
    return f"<tr class={kind}{attributes}><th scope=row class=i{min(level, _DEEPEST)}>{head}</th>{cells}</tr>\n"


def _cells(n: Numbers, branch: bool) -> str:
    def gap(number: int, kind: str = "") -> str:
        words = " ".join(filter(None, ["gap" if number else "", kind]))
        return f'<td class="{words}">{grouped(number)}</td>' if words else f"<td>{number}</td>"

    cells = f"<td class=w>{grouped(n.statements)}</td>{gap(n.missing)}"
    if branch:
        cells += f"<td class=w>{grouped(n.branches)}</td>{gap(n.partial_branches, 'partial')}"
        cells += f"<td class=w>{grouped(n.outcomes)}</td>{gap(n.missing_outcomes)}"
    return (
        f"{cells}<td class=cover data-v={n.percent_covered:.4f} data-of={n.statements + n.branches}>"
        f"{frame.bar(n)}<b>{display_percent(n.percent_covered, n.precision)}%</b></td>"
    )


def _total(report: Report) -> str:
    return f"<tr><th scope=row>All files</th>{_cells(report.numbers, report.branch)}</tr>"
