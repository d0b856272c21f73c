"""What is known of a source file before anything is counted, as bytes that `_blockcov.count` puts the counts into.

Everything here follows from the source and the code objects, and is the same for every run. docs/data-format.md has
the layout: the sections of runtime/file_counts.h, and behind them those that only Python reads.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blockcov.analysis import (
    DEFAULT_EXCLUSION,
    OUTCOMES,
    Arc,
    Branch,
    Exclusion,
    FileAnalysis,
    Function,
    Kind,
    required,
)
from blockcov.analysis.analyse import Parts, take_apart, unmeasured
from blockcov.analysis.excluded import with_pragma
from blockcov.analysis.linear import Linear, terms_of, with_places
from blockcov.analysis.model import NO_BRANCH, Pragma, Remark
from blockcov.analysis.pragmas import WORDS
from blockcov.report.regions import Region, find_regions
from blockcov.unmeasured import refused_lines

if TYPE_CHECKING:
    from blockcov._blockcov import Code, Counted

COUNTED, OTHER = 9, 6
"""How many sections _blockcov.count reads, and how many follow."""
NO_LINE = -(2**31)
IS_BRANCH, MAY_BE_MISSING, COUNTS_AS_COVERED = 1, 2, 4
IS_EXCLUDED, IS_OPTIONAL, IS_ACCEPTED = 1, 2, 4
_KINDS: tuple[Kind, ...] = tuple(OUTCOMES)
_REGION_KINDS = ("function", "class")
_BRANCH = struct.Struct("<10i")


def prepare(filename: str, source: bytes, codes: Sequence[Code], exclusion: Exclusion = DEFAULT_EXCLUSION) -> bytes:
    """Analyse a file. `codes` are the code objects of its units, one unit after the other. Raises SourceError."""
    placed, sizes = with_places(codes)
    for index, code in enumerate(placed):
        code["calls"] = Linear({index: 1})
    parts = take_apart(filename, source, placed, exclusion)
    statements, tree = parts.statements, parts.source.tree
    lines = statements.raw.union(*(code["lines"] for code in codes))
    counted = [
        _numbers(sorted(statements.statements)),
        _numbers(sorted(line for line in lines if line > 0)),
        _numbers(line for span in statements.spans for line in span),
        _numbers(_arcs(parts)),
        _numbers(_jumps(parts)),
        _numbers(sizes),
        _numbers(_forms(parts.branches)),
        _numbers(_calls(parts.functions)),
        _numbers(sorted(refused_lines(tree, codes))),
    ]
    regions = find_regions(tree)
    names = [function["name"] for function in parts.functions] + [region.name for region in regions]
    refused = unmeasured(codes)
    names += [text for pair in refused for text in pair]
    pragmas = [(index, pragma) for index, branch in enumerate(parts.branches) for pragma in branch.pragmas]
    names += [text for _, pragma in pragmas for text in (pragma.selector, pragma.reason)]
    names += [remark.text for remark in parts.remarks]
    other = [
        _numbers([len(parts.source.lines) - 1, len(parts.functions), len(regions), len(refused)]),
        _numbers(sorted(statements.excluded)),
        b"".join(_branch(branch) for branch in parts.branches),
        _numbers(_regions(parts.functions, regions)),
        "\0".join(names).encode("utf-8", "surrogatepass"),
        _numbers(_pragmas(pragmas, parts.remarks)),
    ]
    return _joined(counted) + _joined(other)


def _joined(sections: list[bytes]) -> bytes:
    return struct.pack(f"<{len(sections)}I", *map(len, sections)) + b"".join(sections)


def _numbers(values: Iterable[int]) -> bytes:
    numbers = array("i", values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _arcs(parts: Parts) -> Iterable[int]:
    """Give start, end and flags of all arcs that are possible."""
    branching, excluded = parts.possible.branching_lines(), parts.statements.excluded
    for arc in sorted(parts.possible.arcs):
        flags = IS_BRANCH if arc[0] in branching else 0
        if flags and arc[1] not in excluded:
            flags |= COUNTS_AS_COVERED if arc in parts.accepted else MAY_BE_MISSING
        yield from (*arc, flags)


def _jumps(parts: Parts) -> Iterable[int]:
    for arc, onward in sorted(parts.possible.jumps.items(), key=lambda item: item[0]):
        yield from (*arc, *(onward or (NO_LINE, NO_LINE)))


def _forms(branches: list[Branch]) -> Iterable[int]:
    for branch in branches:
        needed = required(branch)
        for name, count in branch.outcomes.items():
            yield branch.span[0] if name in needed else 0
            terms = terms_of(count)
            yield len(terms)
            for term in terms.items():
                yield from term


def _calls(functions: list[Function]) -> Iterable[int]:
    for function in functions:
        terms = terms_of(function["calls"])
        yield len(terms)
        yield from terms


def _branch(branch: Branch) -> bytes:
    flags = IS_EXCLUDED * branch.excluded + IS_OPTIONAL * bool(branch.optional)
    flags += IS_ACCEPTED * branch.accepted
    return _BRANCH.pack(_KINDS.index(branch.kind), *branch.span, *branch.decision, flags)


def _regions(functions: list[Function], regions: list[Region]) -> Iterable[int]:
    """Give the line of each function; then of each region kind, start, and its lines as ranges."""
    for function in functions:
        yield function["line"]
    for region in regions:
        ranges = _ranges(region.lines)
        yield from (_REGION_KINDS.index(region.kind), region.start, len(ranges))
        for pair in ranges:
            yield from pair


def _pragmas(pragmas: list[tuple[int, Pragma]], remarks: list[Remark]) -> Iterable[int]:
    """Give how many there are of each; then branch, line, line it is about and word of each; line of each remark."""
    yield from (len(pragmas), len(remarks))
    for index, pragma in pragmas:
        yield from (index, pragma.line, pragma.about, WORDS.index(f"never-{pragma.outcome}"))
    for remark in remarks:
        yield remark.line


def _ranges(lines: Iterable[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for line in sorted(lines):
        if ranges and ranges[-1][1] + 1 == line:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
    return ranges


class Prepared:
    """Reads what `prepare` wrote; whoever has the bytes has made sure that they are those."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._sections: list[tuple[int, int]] = []
        offset = 0
        for count in (COUNTED, OTHER):
            sizes = struct.unpack_from(f"<{count}I", data, offset)
            offset += 4 * count
            for size in sizes:
                self._sections.append((offset, offset + size))
                offset += size
        self.text_lines, self._function_count, self._region_count, self._unmeasured_count = self._ints(COUNTED)
        self._names: list[str] | None = None

    def _ints(self, section: int) -> array[int]:
        first, last = self._sections[section]
        numbers = array("i", self.data[first:last])
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def names(self) -> list[str]:
        """Give the names of functions and regions, then name and reason of each unmeasured code object."""
        if self._names is None:
            first, last = self._sections[COUNTED + 4]
            self._names = self.data[first:last].decode("utf-8", "surrogatepass").split("\0")
        return self._names

    def excluded(self) -> list[int]:
        """Give the lines that the user excluded."""
        return list(self._ints(COUNTED + 1))

    def excluded_count(self) -> int:
        """Give how many lines the user excluded."""
        first, last = self._sections[COUNTED + 1]
        return (last - first) // 4

    def unmeasured(self) -> list[tuple[str, str]]:
        """Give the qualified name of each code object that was not rewritten, and why."""
        if not self._unmeasured_count:
            return []
        first = self._function_count + self._region_count
        rest = self.names()[first : first + 2 * self._unmeasured_count]
        return list(zip(rest[::2], rest[1::2], strict=True))

    def regions(self) -> list[Region]:
        """Give the functions and classes of the file, outer ones first."""
        numbers = iter(self._ints(COUNTED + 3)[self._function_count :])
        names = self.names()[self._function_count :]
        regions = []
        for name, _ in zip(names, range(self._region_count), strict=False):
            region = Region(_REGION_KINDS[next(numbers)], name, next(numbers))
            for _ in range(next(numbers)):
                region.lines.update(range(next(numbers), next(numbers) + 1))
            regions.append(region)
        return regions

    def lines(self, counted: Counted) -> Iterable[tuple[int, int]]:
        """Give each line that can have a count, and its count; less work than all of `analysis`."""
        if len(counted) == 1:
            raise ValueError("the counts are without lines and branches")
        return zip(self._ints(1), array("Q", counted[1]), strict=True)

    def has_pragmas(self) -> bool:
        """Whether the user excluded single outcomes, or tried to."""
        first, last = self._sections[COUNTED + 5]
        return last - first > 8

    def _pragmas(self) -> tuple[list[tuple[int, Pragma]], list[Remark]]:
        """Give the pragmas, each with the index of its branch, and what is wrong with others."""
        count, remark_count, *numbers = self._ints(COUNTED + 5)
        if not numbers:
            return [], []
        names = iter(self.names()[self._function_count + self._region_count + 2 * self._unmeasured_count :])
        pragmas = []
        for at in range(0, 4 * count, 4):
            index, line, about, word = numbers[at : at + 4]
            outcome = WORDS[word].removeprefix("never-")
            pragmas.append((index, Pragma(line, about, outcome, next(names), next(names))))
        return pragmas, [Remark(line, next(names)) for line in numbers[4 * count : 4 * count + remark_count]]

    def analysis(self, filename: str, counted: Counted) -> FileAnalysis:
        """Put counts in. `counted` is what `_blockcov.count` gave with `everything`."""
        if len(counted) == 1:
            raise ValueError("the counts are without lines and branches")
        _, lines, raises, executed, missing, executed_arcs, missing_arcs, outcomes, calls, unknown, arcs = counted
        absent = set(array("i", unknown))
        result = FileAnalysis(filename, statements=set(self._ints(0)) - absent)
        spans = self._ints(2)
        for first, last in zip(spans[::2], spans[1::2], strict=True):
            result.first_line.update(dict.fromkeys(range(first, last + 1), first))
        result.lines = dict(zip(self._ints(1), array("Q", lines), strict=True))
        for line in absent:
            result.lines.pop(line, None)
        result.raises = dict(struct.iter_unpack("=qQ", raises))
        result.executed_lines = list(array("i", executed))
        result.missing_lines = list(array("i", missing))
        result.excluded_lines = self.excluded()
        result.executed_branches = list(struct.iter_unpack("=ii", executed_arcs))
        result.missing_branches = list(struct.iter_unpack("=ii", missing_arcs))
        result.arcs = list(struct.iter_unpack("=ii", arcs))
        result.accepted_branches = self._accepted(set(result.executed_branches), absent)
        pragmas, result.remarks = self._pragmas()
        result.branches = self._branches(struct.iter_unpack("=QQ", outcomes), absent, pragmas)
        functions = zip(self.names(), self._ints(COUNTED + 3), array("Q", calls), strict=False)
        result.functions = [{"name": name, "line": line, "calls": count} for name, line, count in functions]
        result.unmeasured = self.unmeasured()
        return result

    def _accepted(self, executed: set[Arc], absent: set[int]) -> list[Arc]:
        """Give the arcs that were never taken and count as covered all the same."""
        numbers = self._ints(3)
        return [
            (start, end)
            for start, end, flags in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
            if flags & COUNTS_AS_COVERED and start not in absent and (start, end) not in executed
        ]

    def _branches(
        self, outcomes: Iterable[tuple[int, int]], absent: set[int], pragmas: list[tuple[int, Pragma]]
    ) -> list[Branch]:
        first, last = self._sections[COUNTED + 2]
        branches = []
        for numbers, (hit, other) in zip(_BRANCH.iter_unpack(self.data[first:last]), outcomes, strict=True):
            kind = _KINDS[numbers[0]]
            names = OUTCOMES[kind]
            branches.append(
                Branch(
                    kind,
                    numbers[1:5],
                    numbers[5:9],
                    {names[0]: hit, names[1]: other},
                    bool(numbers[9] & IS_EXCLUDED),
                    frozenset(names[1:]) if numbers[9] & IS_OPTIONAL else frozenset(),
                    dict.fromkeys(names, NO_BRANCH) if numbers[9] & IS_ACCEPTED else {},
                )
            )
        for index, pragma in pragmas:
            branches[index] = with_pragma(branches[index], pragma)
        return [branch for branch in branches if branch.span[0] not in absent]
