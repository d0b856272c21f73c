"""Reports for the tests of HTML pages."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

from tests.project import Project

APP = """\
import sys


def judge(count, ready, label="x"):
    if count > 2 and ready:
        return "go"
    return "wait" if ready or count < 0 else label


def shop(items):
    for item in items:
        try:
            if 0 < item < 10 < item + 20:
                yield 10 // item
        except ZeroDivisionError:
            yield None
        match item:
            case 1:
                continue
            case str(_):
                print("a string")
    assert items


class Never:
    def called(self):
        return 1


judge(1, True)
judge(3, True)
list(shop([1, 2, 3]))
if sys.argv[1:] == ["--more"]:
    judge(5, False)
    Never().called()
"""
WHEN = 1_795_000_000
"""When the measurements of a picture were made."""


class Words(HTMLParser):
    """Collects the text of a page, and the tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def report(project: Project, *options: str) -> Path:
    """Write the report of what was measured and give its directory."""
    result = project.blockcov("html", *options)
    assert result.status == 0, result.errors
    return project.path / "htmlcov"


def example(project: Project) -> Path:
    """Measure APP, and give the directory of its report."""
    project.write("shop/app.py", APP)
    project.write("shop/__init__.py", "")
    project.write("shop/full.py", "def f():\n    return 1\n\n\nf()\n")
    project.write("main.py", "import runpy, shop.full\nrunpy.run_module('shop.app')\n")
    project.run("--source=.", "main.py")
    date(project)
    return report(project)


def date(project: Project, when: int = WHEN) -> None:
    """Give the measurements a date that is always the same."""
    for shard in (project.path / ".blockcov" / "shards").iterdir():
        os.utime(shard, (when, when))


def line_of(page: str, number: int) -> str:
    """Give the markup of one line of a file page."""
    match = re.search(rf"<div id=L{number}[ >].*", page)
    assert match is not None
    return match[0]
