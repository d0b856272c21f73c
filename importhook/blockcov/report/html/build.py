"""Writing a whole report: deciding which pages are as they were, rendering the others in several processes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from blockcov import _blockcov, processes
from blockcov.changes import Lines, changed_lines
from blockcov.contexts import Contexts
from blockcov.data import FileCoverage, Measurements
from blockcov.errors import NO_INPUT, Failure
from blockcov.report.html import file_page, frame, index_page
from blockcov.report.html.contexts import by_line
from blockcov.report.html.entry import Entry
from blockcov.report.html.file_page import Surroundings
from blockcov.report.html.history import Run, extended
from blockcov.report.html.markup import plural
from blockcov.report.html.places import INDEX, page_of
from blockcov.report.html.site import IGNORE, Manifest, Site
from blockcov.report.numbers import Numbers

_HERE = Path(__file__).parent
_ALSO_OWN = ("missing.py", "numbers.py", "regions.py")
"""What pages follow from besides this package; the analysis is in the hash of each file."""


@dataclass(frozen=True)
class Settings:
    """What the user chose. `since` is a git revision, or empty; `extra_css` a file, or empty."""

    directory: str
    title: str = "Coverage report"
    since: str = ""
    extra_css: str = ""
    skip_covered: bool = False
    skip_empty: bool = False


@dataclass(frozen=True)
class _Page:
    """A page to be: its file, what is around it, and a hash of everything that it is made from."""

    file: FileCoverage
    around: Surroundings
    key: str


def write(measured: Measurements, settings: Settings, data_dir: str, contexts: Contexts | None = None) -> str:
    """Write the report and give the path of its index. Raises Failure; then the directory is as it was.

    With `contexts`, pages say which of them ran each line.
    """
    changed = changed_lines(settings.since) if settings.since else {}
    assets = {name: (_HERE / "static" / name).read_text(encoding="utf-8") for name in frame.ASSETS}
    if settings.extra_css:
        assets[frame.EXTRA_CSS] = f"/* blockcov: a copy of the user's style sheet */\n{_read(settings.extra_css)}"
    shown, left_out, notes = _choose(measured.files, settings)
    pages = _pages(shown, settings, changed, measured.branch, contexts)
    with Site(settings.directory) as site:
        site.check([INDEX, *assets, *(page.around.place for page in pages)])
        entries = _render(pages, site, contexts)
        numbers = _total([*entries, *left_out])
        runs = extended(site.before.runs, Run(_measured_at(data_dir), numbers))
        notes += [*measured.stale, *measured.damaged, *measured.remarks]
        extra_css = bool(settings.extra_css)
        report = index_page.Report(
            settings.title, entries, numbers, runs, notes, settings.since, extra_css, measured.branch
        )
        site.stage(INDEX, index_page.render(report))
        for name, text in assets.items():
            site.stage(name, text)
        known = {entry.place: (page.key, entry) for page, entry in zip(pages, entries, strict=True)}
        site.commit(Manifest(known, {INDEX, *assets, *known, *site.kept(IGNORE)}, runs))
    return os.path.join(settings.directory, INDEX)


def _choose(files: Sequence[FileCoverage], settings: Settings) -> tuple[list[FileCoverage], list[Entry], list[str]]:
    """Give the files to show, the others as entries without a page, and how many of these there are, in words."""
    shown: list[FileCoverage] = []
    empty: list[Entry] = []
    covered: list[Entry] = []
    for file in files:
        numbers = file.numbers
        if settings.skip_empty and not numbers.statements:
            empty.append(Entry(file.name, "", numbers))
        elif settings.skip_covered and not (numbers.missing or numbers.missing_branches or numbers.missing_outcomes):
            covered.append(Entry(file.name, "", numbers))
        else:
            shown.append(file)
    notes = []
    if covered:
        notes.append(f"{plural(len(covered), 'file')} skipped due to complete coverage.")
    if empty:
        notes.append(f"{plural(len(empty), 'empty file')} skipped.")
    return shown, covered + empty, notes


def _pages(
    files: Sequence[FileCoverage],
    settings: Settings,
    changed: dict[str, Lines],
    branch: bool,
    contexts: Contexts | None,
) -> list[_Page]:
    """Give the pages, in the order in which one leads to the next."""
    places = [(page_of(file.name), file.name) for file in files]
    pages = []
    for index, file in enumerate(files):
        new = changed.get(file.path, set())
        lines: Collection[int] = range(1, len(file.text_lines()) + 1) if new is None else new
        before = places[index - 1] if index else None
        after = places[index + 1] if index + 1 < len(places) else None
        around = Surroundings(
            places[index][0], settings.title, before, after, lines, settings.since, bool(settings.extra_css), branch
        )
        made_from = [_own_code(), file.fingerprint(), repr(replace(around, changed=sorted(lines)))]
        made_from.append(repr(sorted(by_line(contexts, file).items())))
        key = _blockcov.source_hash("\n".join(made_from).encode("utf-8", "surrogatepass"))
        pages.append(_Page(file, around, key))
    return pages


def _render(pages: Sequence[_Page], site: Site, contexts: Contexts | None) -> list[Entry]:
    """Write those pages that are not there as they shall be, and give the entries of all."""
    entries = [site.has(page.around.place, page.key) for page in pages]
    todo = [index for index, entry in enumerate(entries) if entry is None]

    def task(number: int) -> Entry:
        page = pages[todo[number]]
        entry = Entry(page.file.name, page.around.place, page.file.numbers)
        site.write(page.around.place, file_page.render(page.file, entry, page.around, by_line(contexts, page.file)))
        page.file.forget()
        return entry

    for number, entry in processes.for_each(task, len(todo), "writing pages"):
        entries[todo[number]] = entry
        site.add_written(entry.place)
    whole = [(page, entry) for page, entry in zip(pages, entries, strict=True) if entry is not None]
    return [replace(entry, changed=len(page.around.changed)) for page, entry in whole]


def _total(entries: Sequence[Entry]) -> Numbers:
    total = Numbers()
    for entry in entries:
        total = entry.numbers + total  # in this order it keeps the files' precision
    return total


def _measured_at(data_dir: str) -> str:
    """Give when the newest shard was written, in UTC."""
    newest = 0.0
    try:
        with os.scandir(os.path.join(data_dir, "shards")) as shards:
            newest = max((shard.stat().st_mtime for shard in shards), default=0.0)
    except OSError:
        pass
    return datetime.datetime.fromtimestamp(newest, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _read(path: str) -> str:
    """Read the user's style sheet."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(NO_INPUT, f"html: cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Failure(NO_INPUT, f"html: {path} is not UTF-8 at byte {error.start}") from None


@cache
def _own_code() -> str:
    """Give a hash of the code that makes pages."""
    own = [*sorted(_HERE.glob("*.py")), *(_HERE.parent / name for name in _ALSO_OWN)]
    parts = [_blockcov.VERSION, *(_blockcov.source_hash(path.read_bytes()) for path in own)]
    return _blockcov.source_hash("".join(parts).encode())
