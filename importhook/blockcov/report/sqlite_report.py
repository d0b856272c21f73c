"""A data file as coverage.py keeps it: an SQLite database (schema 7) of the executed arcs, for each context.

What coverage.py does with it follows from the arcs: lines are where arcs begin and end, branches are arcs. So its own
reports of such a file have the numbers of ours. coverage.py need not be installed to write one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from blockcov import _blockcov
from blockcov.analysis import Arc, FileAnalysis
from blockcov.data import FileCoverage
from blockcov.errors import UNAVAILABLE, Failure

if TYPE_CHECKING:
    import sqlite3

Split = Callable[[FileCoverage], Iterable[tuple[str, FileAnalysis]]]
"""Gives what ran of a file in each context, by its name; "" is what ran outside of all."""

VERSION = 7
SCHEMA = """
CREATE TABLE coverage_schema (version integer);
CREATE TABLE meta (key text, value text, unique (key));
CREATE TABLE file (id integer primary key, path text, unique (path));
CREATE TABLE context (id integer primary key, context text, unique (context));
CREATE TABLE line_bits (
    file_id integer, context_id integer, numbits blob,
    foreign key (file_id) references file (id), foreign key (context_id) references context (id),
    unique (file_id, context_id)
);
CREATE TABLE arc (
    file_id integer, context_id integer, fromno integer, tono integer,
    foreign key (file_id) references file (id), foreign key (context_id) references context (id),
    unique (file_id, context_id, fromno, tono)
);
CREATE TABLE tracer (file_id integer primary key, tracer text, foreign key (file_id) references file (id));
"""


def without_contexts(file: FileCoverage) -> list[tuple[str, FileAnalysis]]:
    """Give the whole file as what ran outside of all contexts."""
    return [("", file.analysis)]


def render(files: list[FileCoverage], relative: bool, split: Split = without_contexts) -> bytes:
    """Give the database. Files are named in full, or as in reports if `relative`; `split` gives their contexts.

    Raises Failure(UNAVAILABLE) where Python was built without SQLite.
    """
    try:
        import sqlite3
    except ImportError as error:
        raise Failure(UNAVAILABLE, f"sqlite: this Python has no sqlite3 module: {error}") from None
    with sqlite3.connect(":memory:") as database:
        database.executescript(SCHEMA)
        database.execute("INSERT INTO coverage_schema VALUES (?)", (VERSION,))
        meta = (("has_arcs", "1"), ("version", f"blockcov {_blockcov.VERSION}"))
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta)
        for number, file in enumerate(files, start=1):
            path = file.name if relative else file.path
            database.execute("INSERT INTO file VALUES (?, ?)", (number, path.encode("utf-8", "replace").decode()))
            for context, arcs in _by_context(file, split).items():
                key = _context_id(database, context)
                rows = ((number, key, *arc) for arc in sorted(arcs))
                database.executemany("INSERT INTO arc VALUES (?, ?, ?, ?)", rows)
            file.forget()
        database.commit()
        return database.serialize()


def _by_context(file: FileCoverage, split: Split) -> dict[str, set[Arc]]:
    """Give the arcs of each context.

    Of a frame in which contexts change, each context knows its lines, but not always how they follow each other. Such
    an arc is given to a context in which both of its lines ran, or else the one that it leads to: nothing is lost.
    """
    found: dict[str, set[Arc]] = {}
    lines: dict[str, set[int]] = {}
    for context, analysis in split(file):
        if arcs := _arcs(analysis):
            found[context] = arcs
            lines[context] = {line for line, count in analysis.lines.items() if count}
    for arc in sorted(_arcs(file.analysis).difference(*found.values())):
        start, end = ({context for context, ran in lines.items() if line < 0 or line in ran} for line in arc)
        for context in sorted(start & end or end or start)[:1] or [""]:
            found.setdefault(context, set()).add(arc)
    return found


def _arcs(file: FileAnalysis) -> set[Arc]:
    """Give the executed arcs; a line that no arc comes to gets one from the entry of the module."""
    arcs = set(file.arcs)
    reached = {line for arc in arcs for line in arc}
    arcs.update((-1, line) for line, count in file.lines.items() if count and line not in reached)
    return arcs


def _context_id(database: sqlite3.Connection, name: str) -> int:
    database.execute("INSERT OR IGNORE INTO context (context) VALUES (?)", (name,))
    found: tuple[int] = database.execute("SELECT id FROM context WHERE context = ?", (name,)).fetchone()
    return found[0]
