"""Which tests a change concerns: those that executed, in the sources as they were then, what is not so any more.

The sources may have changed since the tests ran. What ran is then found again by its hash in what git knows, and the
changes are followed back to it: measured -> now, and revision -> now where that leads to lines that were there already.
"""

from __future__ import annotations

import bisect
import os
from collections.abc import Collection, Iterable

from blockcov import _blockcov
from blockcov.changes import Changes, Hunk, Lines, earlier_versions, hunks_between
from blockcov.contexts import OUTSIDE, Contexts
from blockcov.data import FileCoverage, Measurements
from blockcov.sources import read_source


def version_that_ran(path: str, hashes: Collection[str]) -> bytes | None:
    """Give a text of a source file that has one of these hashes, as far as git knows it; else that of now."""
    source = read_source(path)
    if source is not None and _blockcov.source_hash(source) in hashes:
        return source
    return next((text for text in earlier_versions(path) if _blockcov.source_hash(text) in hashes), source)


def tests(measured: Measurements, found: Contexts, changes: Changes) -> list[str]:
    """Give the names of the contexts that ran what changed, sorted: of pytest's, those of the tests."""
    names: set[str] = set()
    for file in measured.files:
        lines = affected(file, changes)
        if lines:
            names.update(each.name for each in found.of_file(file) if lines & each.lines.keys())
        file.forget()
    names.discard(OUTSIDE)
    known = {file.path for file in measured.files}
    listed = set()
    for name in found.names:
        test_file = os.path.realpath(name.partition("::")[0])
        if test_file in changes.gone:
            continue
        if name in names or ("::" in name and test_file in changes.files and test_file not in known):
            listed.add(name.partition("|")[0])
    return sorted(listed)


def affected(file: FileCoverage, changes: Changes) -> set[int]:
    """Give the executable lines of a file, as it was measured, that a change concerns."""
    if file.path in changes.gone:
        return set(file.analysis.lines)
    if file.path not in changes.files:
        return set()
    since = changes.files[file.path]
    if since is None:
        return _executable(file, None, ())
    now = read_source(file.path)
    after = [] if now in (None, file.source) else hunks_between(file.source, file.path)
    lines = {line for hunk in after for line in hunk.old_lines}
    gaps = {hunk.old for hunk in after if not hunk.old_count}
    for hunk in since:
        lines.update(_back(hunk.new_lines, after))
        if not hunk.new_count:
            gaps.update(_back([hunk.new], after))
    return _executable(file, lines, gaps)


def _back(lines: Iterable[int], hunks: list[Hunk]) -> Iterable[int]:
    """Give the older numbers of lines, of those that are not part of a hunk."""
    for line in lines:
        shift = 0
        for hunk in hunks:
            if line in hunk.new_lines:
                break
            if hunk.new + (hunk.new_count == 0) > line:
                yield line + shift
                break
            shift += hunk.old_count - hunk.new_count
        else:
            yield line + shift


def _executable(file: FileCoverage, lines: Lines, gaps: Iterable[int]) -> set[int]:
    """Give the lines that a change concerns: of statements on several lines all, and the next ones beside a gap."""
    first_line = file.analysis.first_line
    if lines is None:
        return set(file.analysis.lines)
    firsts = {first_line.get(line, line) for line in lines}
    known = sorted(file.analysis.lines)
    for gap in gaps:  # between this line and the next
        place = bisect.bisect_right(known, gap)
        firsts.update(first_line.get(line, line) for line in known[max(place - 1, 0) : place + 1])
    return {line for line in file.analysis.lines if first_line.get(line, line) in firsts}
