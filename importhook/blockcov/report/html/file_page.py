"""The page of one source file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from blockcov import _blockcov
from blockcov.data import FileCoverage
from blockcov.report.html import frame
from blockcov.report.html.contexts import LineContexts
from blockcov.report.html.entry import Entry
from blockcov.report.html.functions import FunctionRow, functions
from blockcov.report.html.listing import Listing
from blockcov.report.html.markup import Html, escape, grouped, plural
from blockcov.report.html.places import INDEX, relative
from blockcov.report.numbers import display_percent, percent

_LEGEND = Html(
    "<ul class=legend>"
    '<li><span class="o ok">both ways</span></li>'
    '<li><span class="o g1">never true</span></li>'
    '<li><span class="o g2">never false</span></li>'
    '<li><span class="o g0">never evaluated</span></li>'
    "<li><span class=never>never ran</span></li>"
    "<li><span class=heat><i class=h1></i><i class=h2></i><i class=h3></i><i class=h4></i><i class=h5></i>"
    "<i class=h6></i></span> once to most often</li></ul>"
)
_TOGETHER = 250
"""Rows of the functions that the browser lays out together, when they come into view."""


@dataclass(frozen=True)
class Surroundings:
    """What a page says that is not about its file: where it is, its neighbours, the report that it belongs to."""

    place: str
    title: str
    before: tuple[str, str] | None
    """Place and name of the page before this one."""
    after: tuple[str, str] | None
    changed: Collection[int]
    since: str
    """The revision that `changed` lines differ from; empty if none was asked for."""
    extra_css: bool
    branch: bool


def render(file: FileCoverage, entry: Entry, around: Surroundings, contexts: LineContexts) -> str:
    """Give the page of a file."""
    rows = functions(file)
    calls = {row.line: row.calls for row in rows if row.calls is not None}
    exact = "hits" not in file.modes
    listing = Listing(file.analysis, file.text_lines(), calls, exact, around.changed, contexts)
    body = "".join(
        [
            f'<body class="file{" aside" if rows else ""}">\n<a class=skip href="#source">Skip to the source</a>\n',
            f"{_header(entry, around)}<main>\n",
            _notes(file, exact, around),
            _LEGEND,
            f"\n<div class=source id=source>\n{listing.render() or _EMPTY}</div>\n</main>\n",
            _functions(rows, exact),
            _footer(around),
            "</body>\n",
        ]
    )
    name = entry.name.rpartition("/")[2]
    title = f"{name} {entry.percent} · {around.title}"
    return frame.page(around.place, title, "file.js", Html(body), around.extra_css)


_EMPTY = Html("<p class=none>The file is empty.</p>")


def _header(entry: Entry, around: Surroundings) -> Html:
    folder, _, name = entry.name.rpartition("/")
    crumbs = f'<a href="{relative(INDEX, around.place)}" accesskey=i>{escape(around.title)}</a>'
    if folder:
        crumbs += f" <span>{escape(folder)}/</span>"
    figures = frame.figures(entry.numbers, around.branch)
    return Html(f"<header><nav aria-label=Breadcrumb>{crumbs}</nav><h1>{escape(name)}</h1>{figures}</header>\n")


def _notes(file: FileCoverage, exact: bool, around: Surroundings) -> Html:
    notes = [f"<code>{escape(name)}</code> is not measured: {escape(reason)}" for name, reason in file.unmeasured]
    if not exact:
        notes.append("Measured with <code>--mode hits</code>: what ran has a ✓, not a count.")
    if around.changed:
        notes.append(f"{plural(len(around.changed), 'line')} changed since <code>{escape(around.since)}</code>.")
    return Html("".join(f"<p class=note>{note}</p>\n" for note in notes))


def _functions(rows: list[FunctionRow], exact: bool) -> Html:
    if not rows:
        return Html("")
    lines = []
    for row in rows:
        called = "?" if row.calls is None else grouped(row.calls) if exact or not row.calls else "✓"
        ran = display_percent(percent(row.statements - row.missing, row.statements)) + "%"
        word = " class=zero" if row.calls == 0 else " class=part" if row.missing else ""
        link = f'<a href="#L{row.line}">{escape(row.name)}</a>'
        lines.append(f"<tr{word}><th scope=row>{link}</th><td>{called}</td><td>{ran}</td></tr>\n")
    groups = [
        f"<tbody>\n{''.join(lines[first : first + _TOGETHER])}</tbody>\n" for first in range(0, len(lines), _TOGETHER)
    ]
    return Html(
        "<aside id=functions aria-labelledby=functions-title><h2 id=functions-title>Functions</h2>\n<table>\n"
        "<thead><tr><th scope=col>Name</th><th scope=col>Calls</th><th scope=col>Lines</th></tr></thead>\n"
        f"{''.join(groups)}</table></aside>\n"
    )


def _footer(around: Surroundings) -> Html:
    links = ""
    for word, mark, neighbour in (("prev", "← ", around.before), ("next", "", around.after)):
        if neighbour is not None:
            place, name = neighbour
            behind = " →" if word == "next" else ""
            links += f'<a rel={word} href="{escape(relative(place, around.place))}">{mark}{escape(name)}{behind}</a> '
    return Html(f"<footer><nav aria-label=Files>{links}</nav><p>blockcov {_blockcov.VERSION}</p></footer>\n")
