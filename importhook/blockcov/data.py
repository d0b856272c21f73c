"""From the data directory to one FileCoverage per source file."""

from __future__ import annotations

import ast
import io
import os
from dataclasses import dataclass, field

from blockcov import _blockcov, unimported
from blockcov.analysis import FileAnalysis, Source, SourceError, analyse
from blockcov.errors import DATA, NO_INPUT, Failure
from blockcov.select import canonical
from blockcov.sources import decode, display_name, read_source
from blockcov.unmeasured import leave_out_unmeasured


@dataclass
class FileCoverage:
    """One measured source file: `name` is relative to the current directory where that is shorter, `path` absolute."""

    name: str
    path: str
    source: bytes
    tree: ast.Module
    analysis: FileAnalysis
    modes: frozenset[str]

    def text_lines(self) -> list[str]:
        """Give the source decoded and split where Python splits it, so not at a form feed; endings become \\n."""
        return list(io.StringIO(decode(self.source), newline=None))


@dataclass
class Measurements:
    """All files that can be reported, by name, and one message for each thing that cannot.

    `damaged` messages are about shards and maps, `stale` ones about source files that are not those that ran.
    """

    files: list[FileCoverage] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def load(data_dir: str) -> Measurements:
    """Read all shards of a data directory and analyse each file.

    Raises Failure when there is nothing to report: no data directory, no shard, or only damaged ones.
    """
    if not os.path.isdir(data_dir):
        raise Failure(NO_INPUT, f"no measurements: there is no data directory {data_dir}")
    units, damaged = _blockcov.read([data_dir], detail=True)
    if not units:
        if damaged:
            more = f" (and {len(damaged) - 1} more)" if len(damaged) > 1 else ""
            raise Failure(DATA, f"no measurements can be read: {damaged[0]}{more}")
        raise Failure(NO_INPUT, f"no measurements in {data_dir}: nothing was run, or nothing of the sources")
    result = Measurements(damaged=damaged)
    by_path: dict[str, list[_blockcov.Unit]] = {}
    for unit in units:
        by_path.setdefault(canonical(unit["filename"]), []).append(unit)
    for path in unimported.find(data_dir):
        by_path.setdefault(path, [])
    for path in sorted(by_path):
        coverage = _load_file(path, by_path[path], result.stale)
        if coverage is not None:
            result.files.append(coverage)
    return result


def _load_file(path: str, units: list[_blockcov.Unit], stale: list[str]) -> FileCoverage | None:
    """Merge the units of one file; None, with the reason added to `stale`, when there is no source to show them on."""
    name = display_name(path)
    source = read_source(path)
    if source is None:
        stale.append(f"{name}: the source file is missing")
        return None
    current = _blockcov.source_hash(source)
    matching = [unit for unit in units if unit["source_hash"] in ("", current)]
    if len(matching) < len(units):
        what = "its counts are left out" if not matching else "the counts of the older version are left out"
        stale.append(f"{name}: the source file changed since it ran: {what}")
        if not matching:
            return None
    codes = join_codes(matching)
    try:
        analysed = analyse(path, source, codes)
        tree = Source(path, source).tree
    except SourceError as error:
        stale.append(f"{name}: {error}")
        return None
    leave_out_unmeasured(analysed, tree, codes)
    modes = frozenset(unit["mode"] for unit in matching)
    if "hits" in modes:
        keep_hits(analysed)
    return FileCoverage(name, path, source, tree, analysed, modes)


def keep_hits(analysed: FileAnalysis) -> None:
    """Leave of each count only whether it is zero: what `--mode hits` was asked for."""
    for by_line in (analysed.lines, analysed.raises):
        by_line.update({line: min(count, 1) for line, count in by_line.items()})
    for branch in analysed.branches:
        branch.outcomes.update({outcome: min(count, 1) for outcome, count in branch.outcomes.items()})
    for function in analysed.functions:
        function["calls"] = min(function["calls"], 1)


def join_codes(units: list[_blockcov.Unit]) -> list[_blockcov.Code]:
    """Put the code objects of several units of one file into one list, `parent` indexes adjusted."""
    codes: list[_blockcov.Code] = []
    for unit in units:
        base = len(codes)
        for code in unit["codes"]:
            if base and code["parent"] >= 0:
                code = code.copy()
                code["parent"] += base
            codes.append(code)
    return codes
