"""What was counted in which context, for reports. live.py is where a program names its contexts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from blockcov import _blockcov, data
from blockcov.analysis import FileAnalysis
from blockcov.config import Options
from blockcov.data import CountedFile, FileCoverage, Measurements
from blockcov.errors import CONFIG, NO_INPUT, USAGE, Failure
from blockcov.prepare import Prepared

OUTSIDE = ""
"""Stands for what was counted while no context was active."""


def load(options: Options) -> Contexts:
    """Read the contexts of all shards, those that the options choose.

    Raises Failure when there is no data directory, and when contexts are to be chosen and there is none of them.
    """
    data.require(options.data_dir)
    return Contexts(options, *_blockcov.contexts([options.data_dir]))


def load_measurements(
    options: Options, everything: bool = True, source_of: data.SourceOf = data.current_source
) -> Measurements:
    """Give what `data.load` does, in the contexts that the options choose. Raises Failure as `load` does, too."""
    if not options.contexts:
        return data.load(options, everything, source_of)
    found = load(options)
    measured = found.measurements(found.chosen, everything, source_of)
    measured.damaged += found.damaged
    return measured


class Contexts:
    """The contexts of a data directory, and what was counted in each."""

    def __init__(
        self, options: Options, handle: _blockcov.Contexts, names: Sequence[str], damaged: Sequence[str]
    ) -> None:
        self._options = options
        self._handle = handle
        self._names = [*names, OUTSIDE]  # in the order of the extension
        self.chosen = _chosen(self._names, options)
        self.names = tuple(sorted(self.chosen - {OUTSIDE}))
        self.damaged = list(damaged)

    def measurements(
        self, names: Collection[str], everything: bool = True, source_of: data.SourceOf = data.current_source
    ) -> Measurements:
        """Give what `data.load` would, with what was counted while any of these contexts was active.

        OUTSIDE among the names adds what was counted while none was. Raises Failure as `data.load` does, and for a
        name that no context has.
        """
        for name in names:
            if name not in self._names:
                raise Failure(NO_INPUT, f"no measurements of context {name!r}")
        indices = [index for index, name in enumerate(self._names) if name in names and name != OUTSIDE]
        gathered = _blockcov.gather_contexts(self._handle, indices, OUTSIDE in names)
        return data.load_gathered(self._options, gathered, everything, source_of)

    def of_file(self, file: FileCoverage) -> Iterator[FileContext]:
        """Give the counts of one file of `data.load` in each context in which something of it ran, by name.

        OUTSIDE, which sorts first, is one of them. Raises DataError if what was measured is damaged.
        """
        if not isinstance(file, CountedFile):
            return
        prepared, maps = file.prepared()
        if not maps:
            return  # nothing of it was imported
        counted = _blockcov.count_contexts(self._handle, prepared.data, maps)
        for index, counts in sorted(counted, key=lambda each: self._names[each[0]]):
            name = self._names[index]
            if name in self.chosen:
                yield FileContext(name, file.path, file.modes, prepared, counts)

    def by_line(self, file: FileCoverage) -> dict[int, list[str]]:
        """Give the names of the contexts in which each line of a file ran, OUTSIDE too. Raises DataError."""
        lines: dict[int, list[str]] = {}
        for each in self.of_file(file):
            for line in each.lines:
                lines.setdefault(line, []).append(each.name)
        return lines


def _chosen(names: Sequence[str], options: Options) -> frozenset[str]:
    """Give the names that one of the regular expressions of the options is found in; all where there are none."""
    if not options.contexts:
        return frozenset(names)
    origin = options.origin.get("contexts", "")
    for pattern in options.contexts:
        try:
            re.compile(pattern)
        except re.error as error:
            message = f"contexts has {pattern!r}, which is no regular expression: {error}"
            if origin.endswith("command line"):
                raise Failure(USAGE, message) from None
            raise Failure(CONFIG, f"{origin}: {message}") from None
    chosen = frozenset(name for name in names if any(re.search(pattern, name) for pattern in options.contexts))
    if not chosen:
        some = ", ".join(sorted(set(names) - {OUTSIDE})[:3]) or "none"
        raise Failure(NO_INPUT, f"no context matches {', '.join(options.contexts)}; measured are: {some}")
    return chosen


class FileContext:
    """What was counted of a source file in one context."""

    def __init__(
        self, name: str, path: str, modes: frozenset[str], prepared: Prepared, counted: _blockcov.Counted
    ) -> None:
        self.name = name
        self._path = path
        self._modes = modes
        self._prepared = prepared
        self._counted = counted

    @cached_property
    def lines(self) -> dict[int, int]:
        """Give each line that ran, and how often."""
        most = 1 if "hits" in self._modes else 2**64
        return {line: min(count, most) for line, count in self._prepared.lines(self._counted) if count}

    @cached_property
    def analysis(self) -> FileAnalysis:
        """Everything that is known of the file, with the counts of this context."""
        analysed = self._prepared.analysis(self._path, self._counted)
        if "hits" in self._modes:
            data.keep_hits(analysed)
        return analysed
