"""Holds blockcov's detailed result for a program against the oracle, instruction by instruction, edge by edge.

blockcov decides where its blocks end. So each of its edges must have the oracle's count of steps from the last
instruction of the one block to the first of the other, and each step the oracle saw must be one of blockcov's edges or
lie inside one of its blocks. A jump to the next instruction looks like falling through to the oracle: the two are one
edge here. Of a generator that was never started no trace function hears; there, the call may be blockcov's alone
(`Totals.unseen_starts`).

In mode hits every figure is 0 or 1, and 1 where the oracle's is not 0. Some edges, and what lies between them and the
last call before, tell nothing about lines, and blockcov does not look at them: a return or suspension, both ways out of
SEND, what re-raises by itself. There, a 1 may be missing (`Totals.unknown`), never be too many. The outcomes of sites,
the raises, calls and lines are also held against a measurement in mode counts.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import CodeType
from typing import Any

from tests.oracle import copies, line_rule, run
from tests.oracle.copies import Key
from tests.oracle.derive import LEAVES, Counts, derive
from tests.oracle.record import LEFT, RESUMED, SHIFT
from tests.oracle.shape import Shape, shape, walk
from tests.project import FREE_THREADED

ADDRESS = re.compile(rb"0x[0-9a-f]{6,}")
FLOW = frozenset({"fall", "jump"})
LOOSE_KINDS = frozenset({"return", "suspend"})
LOOSE_ORIGINS = frozenset({"SEND", "END_ASYNC_FOR", "CLEANUP_THROW"})


@dataclass(frozen=True)
class Difference:
    """One figure in which blockcov and the oracle differ."""

    program: str
    filename: str
    function: str
    offset: int
    name: str
    line: int | None
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        place = f"{self.filename}:{self.line}: {self.function}: {self.name} at {self.offset}"
        return f"{self.program}: {place}: {self.what}: expected {self.expected}, found {self.found}"


@dataclass
class Totals:
    """What was compared."""

    programs: int = 0
    codes: int = 0
    instructions: int = 0
    executed: int = 0  # instructions executed, all together
    edges: int = 0
    raises: int = 0  # edges of exceptions among them
    lines: int = 0
    unseen_starts: int = 0
    unknown: int = 0  # figures of mode hits that are 0 though the oracle's are not
    outcomes: int = 0  # of sites, raises, calls and lines, compared with those of mode counts
    call_surplus: int = 0  # line events of 3.12's trace that depend on the callee, see line_rule
    lost_events: int = 0  # lines that 3.14's trace passes over, see line_rule
    phantoms: int = 0  # lines that it sees though they do not run, see line_rule
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: "Totals") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def __str__(self) -> str:
        version = ".".join(map(str, sys.version_info[:3]))
        return (
            f"{version}: {self.programs} programs, {self.codes} code objects, {self.instructions} instructions "
            f"({self.executed} executions), {self.edges} edges ({self.raises} of exceptions), {self.lines} lines: "
            f"{len(self.differences)} differences ({self.unseen_starts} generators never started, which only blockcov "
            f"sees; {self.call_surplus} line events that 3.12 adds behind calls, {self.lost_events} that 3.14 loses "
            f"behind loops, {self.phantoms} of annotations that were not reached; {self.unknown} hits that mode hits "
            f"does not look at, {self.outcomes} outcomes the same in both modes)"
        )


@dataclass
class OracleCode:
    """A code object and what the oracle knows of it."""

    made: Shape
    counts: Counts = field(default_factory=Counts)


@dataclass
class OracleFile:
    """Units of one file by the shape of their code, and what line counts of 3.12 and 3.14 have too many and too few."""

    units: dict[Key, list[OracleCode]] = field(default_factory=dict)
    surplus: Counter[int] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    phantoms: Counter[int] = field(default_factory=Counter)


def _oracle_key(root: CodeType) -> Key:
    return tuple((c.co_name, c.co_firstlineno, tuple(i.name for i in shape(c).instructions)) for c in walk(root))


def derive_files(units: Sequence[run.RecordedUnit]) -> dict[str, OracleFile]:
    """The oracle's counts by file."""
    files: dict[str, OracleFile] = {}
    for unit in units:
        file = files.setdefault(unit.filename, OracleFile())
        codes = file.units.setdefault(_oracle_key(unit.root), [OracleCode(shape(code)) for code in walk(unit.root)])
        for code, log in zip(codes, unit.codes, strict=True):
            code.counts.add(derive(code.made, log.starts, log.steps))
            file.surplus.update(_lines_of(line_rule.call_surplus, code.made, log.steps))
            file.lost.update(_lines_of(line_rule.lost_event, code.made, log.steps))
            file.phantoms.update(_lines_of(line_rule.phantom_event, code.made, log.steps, of_target=False))
    return files


def _lines_of(
    judge: Callable[[CodeType, int, int], bool], made: Shape, steps: dict[int, int], of_target: bool = True
) -> Counter[int]:
    """How often a step of which `judge` says yes led to (else: came from) each line."""
    found: Counter[int] = Counter()
    for packed, count in steps.items():
        before, after = packed >> SHIFT, packed & ((1 << SHIFT) - 1)
        if after & (RESUMED | LEFT) or made.start_of[after] != after:
            continue
        line = made.at[after if of_target else made.start_of[before >> 2]].line
        if line is not None and judge(made.code, made.start_of[before >> 2], after):
            found[line] += count
    return found


class Comparison:
    """Compares one measurement of one program; fills `totals`."""

    def __init__(self, program: str, mode: str = "counts", unstarted: set[CodeType] | None = None) -> None:
        self.program = program
        self.hits = mode == "hits"
        self.totals = Totals(programs=1)
        # Generators that were made and not always started, as counts tell: of those whose other frames were
        # started, mode hits tells by one edge alone.
        self.unstarted = set() if unstarted is None else unstarted

    def figure(self, count: int) -> int:
        """What blockcov says of something that happened so often."""
        return min(count, 1) if self.hits else count

    def agree(self, expected: int, found: int | None, loose: bool = False) -> bool:
        """Whether blockcov's figure is right; of what mode hits does not look at, whether it is not wrong."""
        if loose and self.hits and found == 0:
            self.totals.unknown += expected > 0
            return True
        return found == self.figure(expected)

    def differ(self, file: str, code: Shape | None, start: int, what: str, expected: object, found: object) -> None:
        here = code.at.get(start) if code else None
        function = code.code.co_qualname if code else "-"
        self.totals.differences.append(
            Difference(
                self.program, file, function, start, here.name if here else "-", here.line if here else None, what,
                expected, found,
            )
        )  # fmt: skip

    def compare(
        self,
        oracle: dict[str, OracleFile],
        lines: dict[str, dict[int, int]],
        units: Sequence[dict[str, Any]],
    ) -> None:
        """`units` is what `_blockcov.read(..., detail=True)` gives, `lines` what `trace` counted."""
        found: dict[str, dict[Key, list[dict[str, Any]]]] = {}
        for unit in units:
            found.setdefault(unit["filename"], {}).setdefault(copies.key_of(unit), []).append(unit)
        for filename in sorted({*oracle, *found}):
            theirs, ours = oracle.get(filename, OracleFile()), found.get(filename, {})
            every = [unit for same in ours.values() for unit in same]
            ours = copies.put_together(ours, set(theirs.units), self.figure)
            for key, codes in theirs.units.items():
                if len(ours.get(key, [])) != 1:
                    self.differ(filename, codes[0].made, 0, "units of this code", 1, len(ours.get(key, [])))
                    continue
                for code, counted in zip(codes, ours[key][0]["codes"], strict=True):
                    self.code(filename, code, counted)
            for key in ours:
                if key not in theirs.units and any(each["calls"] for unit in ours[key] for each in unit["codes"]):
                    self.differ(filename, None, 0, "a unit that was not executed", None, key[0][0])
            expected = Counter(lines.get(filename, {}))
            expected.update(theirs.lost)
            expected.subtract(theirs.phantoms)
            self.totals.lost_events += theirs.lost.total()
            self.totals.phantoms += theirs.phantoms.total()
            self.lines(filename, expected, theirs.surplus, every)

    def code(self, filename: str, code: OracleCode, counted: dict[str, Any]) -> None:
        made, totals = code.made, self.totals
        totals.codes += 1
        if counted["refused"] is not None:
            self.differ(filename, made, 0, "refused", None, counted["refused"])
            return
        unseen = self.calls(filename, code, counted)
        counts = {made.start_of[offset]: n for offset, name, _, n in counted["instructions"] if name != "EXTENDED_ARG"}
        for here in made.instructions:
            expected = code.counts.instructions[here.start] + unseen.get(here.start, 0)
            totals.instructions += 1
            totals.executed += expected
            if not self.agree(expected, counts.get(here.start), loose=True):
                self.differ(filename, made, here.start, "count", expected, counts.get(here.start))
        self.edges(filename, code, counted, unseen)

    def calls(self, filename: str, code: OracleCode, counted: dict[str, Any]) -> dict[int, int]:
        """Compare calls; give what the prefix of a generator ran more often than any trace function could see."""
        expected, found = code.counts.calls, counted["calls"]
        generator = any(code.made.name(start) == "RETURN_GENERATOR" for start in code.made.prefix())
        if self.hits and expected and code.made.code in self.unstarted:
            return {start: 1 for start in code.made.prefix() if code.made.name(start) == "RETURN_GENERATOR"}
        if self.agree(expected, found):
            return {}
        if not generator or found < self.figure(expected):
            self.differ(filename, code.made, 0, "calls", expected, found)
            return {}
        self.totals.unseen_starts += found - expected
        self.unstarted.add(code.made.code)
        unseen = {}
        for start in code.made.prefix():
            unseen[start] = found - expected
            if code.made.name(start) == "RETURN_GENERATOR":
                break
        return unseen

    def edges(self, filename: str, code: OracleCode, counted: dict[str, Any], unseen: dict[int, int]) -> None:
        made, totals = code.made, self.totals
        expected: Counter[tuple[int, int, str]] = Counter()
        for (origin, target, kind), count in code.counts.edges.items():
            expected[origin, target, "flow" if kind in FLOW else kind] += count
        for start, count in unseen.items():
            if made.name(start) == "RETURN_GENERATOR":
                expected[start, LEAVES, "suspend"] += count
            else:
                expected[start, made.following[start], "flow"] += count
        found = dict(self.found_edges(made, counted))
        totals.edges += len(found)
        totals.raises += sum(kind == "raise" for _, _, kind in found)
        heads = {target for _, target, _ in found}
        tails = {origin for origin, _, kind in found if kind != "raise"}
        for edge in sorted({*expected, *found}):
            origin, target, kind = edge
            if edge in found:
                if FREE_THREADED and self.hits and kind == "suspend" and made.name(origin) == "RETURN_GENERATOR":
                    continue  # counted and clipped there: one start that is not seen is no difference from two
                moved = made.name(origin) == "YIELD_VALUE" and target != made.following[origin]  # by throw(), on 3.11
                loose = moved or kind in LOOSE_KINDS or made.name(origin) in LOOSE_ORIGINS
                if not self.agree(expected[edge], found[edge], loose):
                    self.differ(filename, made, origin, f"edge to {target} ({kind})", expected[edge], found[edge])
                continue
            inside = kind == "flow" and made.following.get(origin) == target
            if expected[edge] and not (inside and origin not in tails and target not in heads):
                self.differ(filename, made, origin, f"edge to {target} ({kind})", expected[edge], "no such edge")

    def found_edges(self, made: Shape, counted: dict[str, Any]) -> Iterator[tuple[tuple[int, int, str], int]]:
        """blockcov's edges, between starts of instructions; PRECALL's raises are its CALL's."""
        summed: Counter[tuple[int, int, str]] = Counter()
        for origin, target, kind, count in counted["edges"]:
            source = made.start_of[origin]
            if kind == "raise" and made.name(source) == "PRECALL":
                source = made.following[source]
            summed[source, made.start_of.get(target, LEAVES), "flow" if kind in FLOW else kind] += count
        yield from ((edge, self.figure(count)) for edge, count in summed.items())

    def lines(
        self, filename: str, expected: dict[int, int], surplus: Counter[int], units: Sequence[dict[str, Any]]
    ) -> None:
        found: Counter[int] = Counter()
        for unit in units:
            for code in unit["codes"]:
                for line, count in code["lines"].items():
                    found[line] += count
        self.totals.lines += len(found)
        for line in sorted({*expected, *found}):
            traced = expected.get(line, 0)
            if line in found and self.figure(found[line]) == self.figure(traced):
                continue
            more = traced - found[line]
            if line in found and 0 < more <= surplus[line]:
                self.totals.call_surplus += more
            else:
                self.differ(filename, None, line, "line count", expected.get(line), found.get(line))

    def outcomes(self, counted: Sequence[dict[str, Any]], hit: Sequence[dict[str, Any]]) -> None:
        """Compare what the two modes say of sites, raises, calls and lines."""
        theirs, ours = ({(unit["filename"], copies.key_of(unit)): unit for unit in units} for units in (counted, hit))
        for filename, key in theirs:
            for before, after in zip(
                theirs[filename, key]["codes"], ours.get((filename, key), {"codes": []})["codes"], strict=False
            ):
                expected, found = _outcomes(before), _outcomes(after)
                self.totals.outcomes += len(expected)
                for name in sorted({*expected, *found}, key=str):
                    # Sites keep their counts where conditions follow from differences between them.
                    figure = self.figure(found.get(name, -1)) if "site" in name[0] else found.get(name)
                    if figure != self.figure(expected.get(name, 0)):
                        what = f"{after['qualname']}: {name}"
                        self.differ(filename, None, 0, what, expected.get(name), found.get(name))


def _outcomes(code: dict[str, Any]) -> dict[tuple[str, int, str], int]:
    """Figures of a code object by their kind, offset or line, and outcome."""
    figures = {("calls", 0, ""): code["calls"]}
    for table in ("lines", "raises"):
        figures.update({(table, line, ""): count for line, count in code[table].items()})
    for site in code["sites"]:
        figures.update({(f"{site['test']} site", site["offset"], side): site[side] for side in ("true", "false")})
    return figures


def run_measured(program: run.Program, scratch: Path, mode: str = "counts", data: str = "data") -> run.Outcome:
    """Run the program under blockcov with the data directory `scratch / data`."""
    work = Path(tempfile.mkdtemp(dir=scratch))
    include = ",".join(map(str, program.files))
    command = [sys.executable, "-m", "blockcov", "run", "--mode", mode, "--data-dir", str(scratch / data)]
    return run.run([*command, "--include", include, str(program.path), *program.arguments], cwd=work)


def measure(
    program: run.Program, scratch: Path, mode: str = "counts", data: str = "data"
) -> tuple[list[dict[str, Any]], run.Outcome]:
    """Run the program under blockcov; give its units and its outcome."""
    outcome = run_measured(program, scratch, mode, data)
    from blockcov import _blockcov

    units, errors = _blockcov.read([str(scratch / data)], detail=True)
    if errors:
        raise run.RunError(f"{program.path}: {'; '.join(errors)}")
    return [dict(unit) for unit in units], outcome


def program_of(path: Path, scratch: Path) -> run.Program:
    """A driver or a plain script, by its name."""
    return run.driver(path, scratch / "stdlib") if path.name.startswith("drive_") else run.script(path)


def compare_program(path: Path, modes: Sequence[str] = ("counts", "hits")) -> Totals:
    """Everything about one program, measured in each of `modes`."""
    totals = Totals()
    with tempfile.TemporaryDirectory(prefix="blockcov-oracle-") as name:
        scratch = Path(name)
        program = program_of(path, scratch)
        recorded, plain = run.record_opcodes(program, scratch)
        lines, _ = run.record_lines(program, scratch)
        oracle, measured = derive_files(recorded), {}
        unstarted: set[CodeType] = set()
        for mode in modes:
            measured[mode], outcome = measure(program, scratch, mode, data=mode)
            comparison = Comparison(f"{program.name} ({mode})", mode, unstarted)
            if ADDRESS.sub(b"0x", plain.stdout) != ADDRESS.sub(b"0x", outcome.stdout):
                comparison.differ(str(program.path), None, 0, "output", plain.stdout[-200:], outcome.stdout[-200:])
            comparison.compare(oracle, lines, measured[mode])
            if mode == "hits" and "counts" in measured:
                comparison.outcomes(measured["counts"], measured["hits"])
            totals.add(comparison.totals)
    return totals


def as_json(path: Path) -> str:
    """The oracle's own result: {file: {code index: {instructions, edges, calls}}}."""
    with tempfile.TemporaryDirectory(prefix="blockcov-oracle-") as name:
        recorded, _ = run.record_opcodes(program_of(path, Path(name)), Path(name))
    result: dict[str, dict[int, Any]] = {}
    for filename, file in derive_files(recorded).items():
        codes = [code for unit in file.units.values() for code in unit]
        result[filename] = {
            index: {
                "instructions": dict(sorted(code.counts.instructions.items())),
                "edges": [[*edge, count] for edge, count in sorted(code.counts.edges.items())],
                "calls": code.counts.calls,
            }
            for index, code in enumerate(codes)
        }
    return json.dumps(result)
