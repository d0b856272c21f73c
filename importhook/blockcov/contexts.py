"""What was counted in which context, for reports. live.py is where a program names its contexts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from blockcov import _blockcov, data
from blockcov.analysis import FileAnalysis
from blockcov.config import Options
from blockcov.data import CountedFile, FileCoverage, Measurements
from blockcov.errors import NO_INPUT, Failure
from blockcov.prepare import Prepared

OUTSIDE = ""
"""Stands for what was counted while no context was active."""


def load(options: Options) -> Contexts:
    """Read the contexts of all shards. Raises Failure when there is no data directory."""
    data.require(options.data_dir)
    return Contexts(options, *_blockcov.contexts([options.data_dir]))


class Contexts:
    """The contexts of a data directory, and what was counted in each."""

    def __init__(
        self, options: Options, handle: _blockcov.Contexts, names: Sequence[str], damaged: Sequence[str]
    ) -> None:
        self._options = options
        self._handle = handle
        self._names = [*names, OUTSIDE]  # in the order of the extension
        self.names = tuple(sorted(names))
        self.damaged = list(damaged)

    def measurements(self, names: Collection[str], everything: bool = True) -> Measurements:
        """Give what `data.load` would, with what was counted while any of these contexts was active.

        OUTSIDE among the names adds what was counted while none was. Raises Failure as `data.load` does, and for a
        name that no context has.
        """
        for name in names:
            if name not in self._names:
                raise Failure(NO_INPUT, f"no measurements of context {name!r}")
        indices = [index for index, name in enumerate(self._names) if name in names and name != OUTSIDE]
        gathered = _blockcov.gather_contexts(self._handle, indices, OUTSIDE in names)
        return data.load_gathered(self._options, gathered, everything)

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
            yield FileContext(self._names[index], file.path, file.modes, prepared, counts)


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
