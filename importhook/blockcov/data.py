"""From the data directory to one FileCoverage per source file."""

from __future__ import annotations

import ast
import io
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from blockcov import _blockcov, asked, copies, unimported
from blockcov.analysis import FileAnalysis, Source, exclusion_of
from blockcov.analysis.excluded import contradictions
from blockcov.analysis.model import Remark
from blockcov.analysis_cache import Cache
from blockcov.config import Options
from blockcov.errors import DATA, NO_INPUT, Failure
from blockcov.globs import compiled
from blockcov.prepare import Prepared
from blockcov.prepare_all import BadUnit, Job, prepare_all, prepare_one
from blockcov.report.numbers import Numbers, numbers_of
from blockcov.report.regions import Region, find_regions
from blockcov.select import Canonical
from blockcov.sources import decode, display_names, read_source

_AT_ONCE = 64
"""Files whose prepared analyses are in memory together."""


class FileCoverage:
    """One measured source file: `name` is relative to the current directory where that is shorter, `path` absolute."""

    def __init__(
        self, name: str, path: str, source: bytes, tree: ast.Module, analysis: FileAnalysis, modes: frozenset[str]
    ) -> None:
        self.name = name
        self.path = path
        self.source = source
        self.modes = modes
        vars(self).update(tree=tree, analysis=analysis)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return Source(self.path, self.source).tree

    @cached_property
    def analysis(self) -> FileAnalysis:
        """Everything that is known of the file."""
        raise NotImplementedError

    @cached_property
    def numbers(self) -> Numbers:
        """The figures of the table."""
        return numbers_of(self.analysis)

    @cached_property
    def unmeasured(self) -> list[tuple[str, str]]:
        """Qualified name of each code object that was not rewritten, and why."""
        return self.analysis.unmeasured

    @cached_property
    def regions(self) -> list[Region]:
        """The functions and classes, outer ones first."""
        return find_regions(self.tree)

    def forget(self) -> None:
        """Let go of what can be made again: of thousands of files, that is most of the memory."""

    def fingerprint(self) -> str:
        """Give a hash of all that is reported of the file."""
        return ""

    def text_lines(self) -> list[str]:
        """Give the source decoded and split where Python splits it, so not at a form feed; endings become \\n."""
        return list(io.StringIO(decode(self.source), newline=None))


class CountedFile(FileCoverage):
    """A file whose counts are still as the extension gave them. All but `numbers` is made when it is asked for.

    Without `everything`, `source` is empty, and there is nothing but `numbers` and `unmeasured`.
    """

    def __init__(
        self,
        job: Job,
        modes: frozenset[str],
        prepared: Prepared,
        counted: _blockcov.Counted,
        everything: bool,
        options: Options,
        maps: Sequence[str] = (),
    ) -> None:
        self.name = job.name
        self.path = job.path
        self.source = job.source
        self.modes = modes
        self.branch = options.branch
        self._parts = (prepared, counted) if everything else None
        self._maps = maps
        statements, missing, branches, partial, missing_branches, outcomes, missing_outcomes = counted[0]
        numbers = Numbers(statements, missing, prepared.excluded_count(), precision=options.precision)
        if self.branch:
            numbers = replace(
                numbers,
                branches=branches,
                partial_branches=partial,
                missing_branches=missing_branches,
                outcomes=outcomes,
                missing_outcomes=missing_outcomes,
            )
        vars(self).update(numbers=numbers, unmeasured=prepared.unmeasured())

    @cached_property
    def analysis(self) -> FileAnalysis:
        """Everything that is known of the file."""
        prepared, counted = self._whole()
        analysed = prepared.analysis(self.path, counted)
        if not self.branch:
            analysed.executed_branches, analysed.missing_branches, analysed.accepted_branches = [], [], []
        if "hits" in self.modes:
            keep_hits(analysed)
        return analysed

    @cached_property
    def regions(self) -> list[Region]:
        """The functions and classes, outer ones first."""
        return self._whole()[0].regions()

    def fingerprint(self) -> str:
        """Give a hash of all that is reported of the file: of source, analysis and counts."""
        prepared, (numbers, *counts) = self._whole()
        own = repr((self.name, sorted(self.modes), self.branch, numbers)).encode("utf-8", "surrogatepass")
        parts = [own, self.source, prepared.data, *counts]
        return _blockcov.source_hash("".join(map(_blockcov.source_hash, parts)).encode())

    def forget(self) -> None:
        """Let go of analysis and regions."""
        vars(self).pop("analysis", None)
        vars(self).pop("regions", None)

    def prepared(self) -> tuple[Prepared, Sequence[str]]:
        """Give the analysis without counts, and the maps of the units that it was made for."""
        return self._whole()[0], self._maps

    def _whole(self) -> tuple[Prepared, _blockcov.Counted]:
        if self._parts is None:
            raise ValueError(f"{self.name} was loaded without its lines and branches")
        return self._parts


@dataclass
class Measurements:
    """All files that can be reported, by name, and one message for each thing that cannot.

    `damaged` messages are about shards and maps, `stale` ones about source files that are not those that ran, `remarks`
    about pragmas in source files. Without `branch`, the line-to-line branches are not counted, as with coverage.py's
    setting of that name.
    """

    branch: bool = True
    files: list[FileCoverage] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def current_source(path: str, hashes: Collection[str]) -> bytes | None:
    """Give the text of a source file; `hashes` are of the texts that ran, "" where that is not known."""
    return read_source(path)


SourceOf = Callable[[str, Collection[str]], bytes | None]


def load(options: Options, everything: bool = True, source_of: SourceOf = current_source) -> Measurements:
    """Read all shards of the data directory and join them with the source files that the options leave in.

    Without `everything` a file has its numbers and no more, which takes less time and memory. Raises Failure when
    there is nothing to report: no data directory, no shard, or only damaged ones.
    """
    require(options.data_dir)
    return load_gathered(options, _blockcov.gather([options.data_dir]), everything, source_of)


def require(data_dir: str) -> None:
    """Raise Failure unless there is a data directory, and it may be read."""
    if not os.path.isdir(data_dir):
        raise Failure(NO_INPUT, f"no measurements: there is no data directory {data_dir}")
    for directory in (data_dir, os.path.join(data_dir, "shards"), os.path.join(data_dir, "maps")):
        try:
            os.scandir(os.path.join(directory, "")).close()
        except FileNotFoundError:
            pass  # nothing was measured yet
        except OSError as error:
            raise Failure(NO_INPUT, f"measurements cannot be read: {directory}: {error.strerror}") from None


def load_gathered(
    options: Options,
    gathered: tuple[_blockcov.Gathered, list[_blockcov.Head], list[str]],
    everything: bool = True,
    source_of: SourceOf = current_source,
) -> Measurements:
    """Join what the extension has gathered from the data directory with the source files, as `load` does."""
    data_dir = options.data_dir
    handle, heads, damaged = gathered
    if not heads:
        if damaged:
            more = f" (and {len(damaged) - 1} more)" if len(damaged) > 1 else ""
            raise Failure(DATA, f"no measurements can be read: {damaged[0]}{more}")
        raise Failure(NO_INPUT, f"no measurements in {data_dir}: nothing was run, or nothing of the sources")
    options.branch = asked.counts_branches(options)
    result = Measurements(options.branch, damaged=damaged)
    canonical = Canonical()
    original = copies.originals(data_dir)
    by_path: dict[str, list[int]] = {}
    for index, head in enumerate(heads):
        by_path.setdefault(original(canonical(head[0])), []).append(index)
    for path in unimported.find(data_dir, tuple(by_path), options.include_namespace_packages):
        by_path.setdefault(path, [])
    by_path = {path: by_path[path] for path in _reported(by_path, options)}
    if not by_path:
        raise Failure(NO_INPUT, f"no measurements in {data_dir} are of the files that a report may include")
    cache = Cache(data_dir, exclusion_of(options))
    loader = _Loader(handle, heads, cache, everything, options, damaged, source_of)
    result.files = list(loader.run(by_path, result.stale))
    result.remarks = list(loader.remarks(result.files))
    return result


def _reported(paths: Iterable[str], options: Options) -> Iterator[str]:
    """Give those of `paths` that reports are asked for. Raises Failure for a glob that is none."""
    include = compiled(options.report_include, options.origin.get("report_include"))
    omit = compiled(options.report_omit, options.origin.get("report_omit"))
    for path in paths:
        if (include is None or include.match(path)) and (omit is None or not omit.match(path)):
            yield path


class _Loader:
    """Makes a FileCoverage of each file, those that need no analysis first."""

    def __init__(
        self,
        handle: _blockcov.Gathered,
        heads: list[_blockcov.Head],
        cache: Cache,
        everything: bool,
        options: Options,
        damaged: list[str],
        source_of: SourceOf,
    ) -> None:
        self.source_of = source_of
        self.handle = handle
        self.heads = heads
        self.cache = cache
        self.everything = everything
        self.options = options
        self.damaged = damaged
        self.found: dict[str, CountedFile] = {}
        self.stale: dict[str, list[str]] = {}
        self.remarked: dict[str, list[Remark]] = {}

    def run(self, by_path: dict[str, list[int]], stale: list[str]) -> Iterator[CountedFile]:
        """Give the files by path; why one is left out, wholly or in part, is added to `stale` in the same order."""
        paths = sorted(by_path)
        batch: list[tuple[Job, bytes]] = []
        missing: list[Job] = []
        for path, name in zip(paths, display_names(paths), strict=True):
            job = self._job(path, name, by_path[path])
            if job is None:
                continue
            entry = self.cache.read(job.key)
            if entry is None:
                missing.append(job)
                continue
            batch.append((job, entry))
            if len(batch) >= _AT_ONCE:
                missing += self._count(batch)
                batch = []
        missing += self._count(batch)
        batch = []
        for job, prepared in prepare_all(self.handle, missing):
            while isinstance(prepared, BadUnit):
                self.damaged.append(prepared.message)
                job = self._without(job, prepared.index)
                prepared = prepare_one(self.handle, job) if job.units else ""
            if not prepared:
                continue  # nothing of it is left
            if isinstance(prepared, str):
                reason = prepared.removeprefix(job.path).removeprefix(": ")
                self.stale.setdefault(job.path, []).append(f"{job.name}{'' if reason[:1] == ':' else ': '}{reason}")
                continue
            self.cache.write(job.key, prepared)
            if wrong := self._count([(job, prepared)]):
                raise AssertionError(f"{wrong[0].path}: its analysis does not fit its units")
        self.cache.clean()
        for path in paths:
            stale += self.stale.get(path, ())
            if path in self.found:
                yield self.found[path]

    def remarks(self, files: Iterable[FileCoverage]) -> Iterator[str]:
        """Give what is wrong with the pragmas of the files."""
        for file in files:
            for remark in self.remarked.get(file.path, ()):
                yield f"{file.name}:{remark.line}: {remark.text}"

    def _job(self, path: str, name: str, units: list[int]) -> Job | None:
        """Pick the units of one file that belong to its source; None when there is no source to show them on."""
        source = self.source_of(path, {self.heads[index][1] for index in units})
        if source is None:
            state = "cannot be read" if os.path.lexists(path) else "is missing"
            self.stale[path] = [f"{name}: the source file {state}"]
            return None
        current = _blockcov.source_hash(source)
        matching = [index for index in units if self.heads[index][1] in ("", current)]
        if len(matching) < len(units):
            what = "its counts are left out" if not matching else "the counts of the older version are left out"
            self.stale[path] = [f"{name}: the source file changed since it ran: {what}"]
            if not matching:
                return None
        key = self.cache.key(current, [self.heads[index][4] for index in matching])
        return Job(path, name, key, matching, current, source if self.everything else b"", self.cache.exclusion)

    def _without(self, job: Job, unit: int) -> Job:
        """Give the job without one of its units."""
        units = [index for index in job.units if index != unit]
        key = self.cache.key(job.source_hash, [self.heads[index][4] for index in units])
        return replace(job, units=units, key=key)

    def _count(self, batch: list[tuple[Job, bytes]]) -> list[Job]:
        """Put the counts in; give the jobs whose analysis does not fit."""
        wrong: list[Job] = []
        requests = [(prepared, job.units) for job, prepared in batch]
        for (job, data), counted in zip(batch, _blockcov.count(self.handle, requests, self.everything), strict=True):
            if isinstance(counted, str):
                wrong.append(job)
                continue
            modes = frozenset(self.heads[index][3] for index in job.units)
            prepared = Prepared(data)
            maps = [self.heads[index][4] for index in job.units]
            self.found[job.path] = CountedFile(job, modes, prepared, counted, self.everything, self.options, maps)
            if prepared.has_pragmas():
                self.remarked[job.path] = self._remarks(job, prepared, modes)
        return wrong

    def _remarks(self, job: Job, prepared: Prepared, modes: frozenset[str]) -> list[Remark]:
        """Check the pragmas of a file against its counts; all of those, whether they were asked for or not."""
        (counted,) = _blockcov.count(self.handle, [(prepared.data, job.units)], True)
        if isinstance(counted, str):
            return []
        analysed = prepared.analysis(job.path, counted)
        if "hits" in modes:
            keep_hits(analysed)
        return sorted([*analysed.remarks, *contradictions(analysed.branches)])


def keep_hits(analysed: FileAnalysis) -> None:
    """Leave of each count only whether it is zero: what `--mode hits` was asked for."""
    for by_line in (analysed.lines, analysed.raises):
        by_line.update({line: min(count, 1) for line, count in by_line.items()})
    for branch in analysed.branches:
        branch.outcomes.update({outcome: min(count, 1) for outcome, count in branch.outcomes.items()})
    for function in analysed.functions:
        function["calls"] = min(function["calls"], 1)
