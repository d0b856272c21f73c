"""What all pages have around them."""

from __future__ import annotations

from blockcov import _blockcov
from blockcov.report.html.markup import Html, escape, grouped
from blockcov.report.html.places import relative
from blockcov.report.numbers import Numbers, display_percent

ASSETS = ("report.css", "theme.js", "report.js", "file.js", "index.js")
EXTRA_CSS = "extra.css"
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%230b6e6e'/%3E%3Cg stroke-width='2.5'%3E"
    "%3Cpath d='M3 12h4' stroke='%23fff'/%3E%3Cpath d='M9 12h1m1.5 0h1' stroke='%23ffc46b'/%3E%3C/g%3E"
    "%3Cpath d='M3 4.5h10M3 8h7' stroke='%23fff' stroke-opacity='.7'/%3E%3C/svg%3E"
)
GENERATOR = f'<meta name=generator content="blockcov {_blockcov.VERSION}">'


def page(place: str, title: str, script: str, body: Html, extra_css: bool) -> str:
    """Give a whole page. `place` is relative to the report's directory, `script` the one of its kind."""

    def link(name: str) -> Html:
        return escape(relative(name, place))

    extra = f'<link rel=stylesheet href="{link(EXTRA_CSS)}">\n' if extra_css else ""
    return (
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        f'<meta name=viewport content="width=device-width, initial-scale=1">\n{GENERATOR}\n'
        f'<meta name=color-scheme content="light dark">\n<title>{escape(title)}</title>\n'
        f'<link rel=icon href="{_ICON}">\n<link rel=stylesheet href="{link("report.css")}">\n{extra}'
        f'<script src="{link("theme.js")}"></script>\n<script src="{link("report.js")}" defer></script>\n'
        f'<script src="{link(script)}" defer></script>\n</head>\n{body}</html>\n'
    )


def bar(numbers: Numbers) -> Html:
    """Give a bar that says in a picture what the figure beside it says."""
    width = numbers.percent_covered
    return Html(
        '<svg class=bar viewBox="0 0 100 1" preserveAspectRatio=none aria-hidden=true focusable=false>'
        f"<rect width={width:.2f} height=1 /></svg>"
    )


def figures(numbers: Numbers, branch: bool) -> Html:
    """Give the figures of a file or of the whole as a list; without `branch` there are only lines."""
    n = numbers
    items = [("Cover", n.percent_covered, ""), ("Lines", n.percent_statements, _of(n.missing, n.statements))]
    if branch:
        items.append(("Branches", n.percent_branches, _of(n.missing_branches, n.branches)))
        items.append(("Outcomes", n.percent_outcomes, _of(n.missing_outcomes, n.outcomes)))
    cells = (
        f"<div><dt>{name}</dt><dd>{display_percent(value, n.precision)}% <small>{of}</small></dd></div>"
        for name, value, of in items
    )
    return Html(f"<dl class=figures>{''.join(cells)}</dl>")


def _of(missing: int, total: int) -> str:
    return f"{grouped(total - missing)} of {grouped(total)}"
