"""Holds blockcov's detailed result for a program against the oracle, instruction by instruction, edge by edge.

blockcov decides where its blocks end. So each of its edges must have the oracle's count of steps from the last
instruction of the one block to the first of the other, and each step the oracle saw must be one of blockcov's edges or
lie inside one of its blocks. A jump to the next instruction looks like falling through to the oracle: the two are one
edge here. Of a generator that was never started no trace function hears; there, the call may be blockcov's alone
(`Totals.unseen_starts`).
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from tests.oracle import line_rule, run
from tests.oracle.derive import LEAVES, Counts, derive
from tests.oracle.record import LEFT, RESUMED, SHIFT
from tests.oracle.shape import Shape, shape, walk

ADDRESS = re.compile(rb"0x[0-9a-f]{6,}")
FLOW = frozenset({"fall", "jump"})
Key = tuple[tuple[str, int, tuple[str, ...]], ...]


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
    call_surplus: int = 0  # line events of 3.12's trace that depend on the callee, see line_rule
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: "Totals") -> None:
        for name in ("programs", "codes", "instructions", "executed", "edges", "raises", "lines"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unseen_starts += other.unseen_starts
        self.call_surplus += other.call_surplus
        self.differences += other.differences

    def __str__(self) -> str:
        version = ".".join(map(str, sys.version_info[:3]))
        return (
            f"{version}: {self.programs} programs, {self.codes} code objects, {self.instructions} instructions "
            f"({self.executed} executions), {self.edges} edges ({self.raises} of exceptions), {self.lines} lines: "
            f"{len(self.differences)} differences ({self.unseen_starts} generators never started, which only blockcov "
            f"sees; {self.call_surplus} line events that 3.12 adds behind calls)"
        )


@dataclass
class OracleCode:
    """A code object and what the oracle knows of it."""

    made: Shape
    counts: Counts = field(default_factory=Counts)


@dataclass
class OracleFile:
    """Units of one file by the shape of their code, and the surplus of 3.12's line counts."""

    units: dict[Key, list[OracleCode]] = field(default_factory=dict)
    surplus: Counter[int] = field(default_factory=Counter)


def _key(codes: Sequence[tuple[str, int, tuple[str, ...]]]) -> Key:
    return tuple(codes)


def _oracle_key(root: CodeType) -> Key:
    return _key([(c.co_name, c.co_firstlineno, tuple(i.name for i in shape(c).instructions)) for c in walk(root)])


def _blockcov_key(unit: dict[str, Any]) -> Key:
    return _key(
        [
            (c["name"], c["first_line"], tuple(i[1] for i in c["instructions"] if i[1] != "EXTENDED_ARG"))
            for c in unit["codes"]
        ]
    )


def derive_files(units: Sequence[run.RecordedUnit]) -> dict[str, OracleFile]:
    """The oracle's counts by file."""
    files: dict[str, OracleFile] = {}
    for unit in units:
        file = files.setdefault(unit.filename, OracleFile())
        codes = file.units.setdefault(_oracle_key(unit.root), [OracleCode(shape(code)) for code in walk(unit.root)])
        for code, log in zip(codes, unit.codes, strict=True):
            code.counts.add(derive(code.made, log.starts, log.steps))
            file.surplus.update(_surplus(code.made, log.steps))
    return files


def _surplus(made: Shape, steps: dict[int, int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for packed, count in steps.items():
        before, after = packed >> SHIFT, packed & ((1 << SHIFT) - 1)
        if after & (RESUMED | LEFT) or made.start_of[after] != after:
            continue
        line = made.at[after].line
        if line is not None and line_rule.call_surplus(made.code, made.start_of[before >> 2], after):
            found[line] += count
    return found


class Comparison:
    """Compares one program; fills `totals`."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.totals = Totals(programs=1)

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
            found.setdefault(unit["filename"], {}).setdefault(_blockcov_key(unit), []).append(unit)
        for filename in sorted({*oracle, *found}):
            theirs, ours = oracle.get(filename, OracleFile()), found.get(filename, {})
            for key, codes in theirs.units.items():
                if len(ours.get(key, [])) != 1:
                    self.differ(filename, codes[0].made, 0, "units of this code", 1, len(ours.get(key, [])))
                    continue
                for code, counted in zip(codes, ours[key][0]["codes"], strict=True):
                    self.code(filename, code, counted)
            for key in ours:
                if key not in theirs.units and any(each["calls"] for unit in ours[key] for each in unit["codes"]):
                    self.differ(filename, None, 0, "a unit that was not executed", None, key[0][0])
            every = [unit for same in ours.values() for unit in same]
            self.lines(filename, lines.get(filename, {}), theirs.surplus, every)

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
            if counts.get(here.start) != expected:
                self.differ(filename, made, here.start, "count", expected, counts.get(here.start))
        self.edges(filename, code, counted, unseen)

    def calls(self, filename: str, code: OracleCode, counted: dict[str, Any]) -> dict[int, int]:
        """Compare calls; give what the prefix of a generator ran more often than any trace function could see."""
        expected, found = code.counts.calls, counted["calls"]
        generator = any(code.made.name(start) == "RETURN_GENERATOR" for start in code.made.prefix())
        if found == expected:
            return {}
        if not generator or found < expected:
            self.differ(filename, code.made, 0, "calls", expected, found)
            return {}
        self.totals.unseen_starts += found - expected
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
                if found[edge] != expected[edge]:
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
        yield from summed.items()

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
            more = expected.get(line, 0) - found[line]
            if 0 < more <= surplus[line]:
                self.totals.call_surplus += more
            elif more or line not in found:
                self.differ(filename, None, line, "line count", expected.get(line), found.get(line))


def run_measured(program: run.Program, scratch: Path, mode: str = "counts") -> run.Outcome:
    """Run the program under blockcov with the data directory `scratch / "data"`."""
    data, work = scratch / "data", Path(tempfile.mkdtemp(dir=scratch))
    include = ",".join(map(str, program.files))
    command = [sys.executable, "-m", "blockcov", "run", "--mode", mode, "--data-dir", str(data)]
    return run.run([*command, "--include", include, str(program.path), *program.arguments], cwd=work)


def measure(program: run.Program, scratch: Path, mode: str = "counts") -> tuple[list[dict[str, Any]], run.Outcome]:
    """Run the program under blockcov; give its units and its outcome."""
    outcome = run_measured(program, scratch, mode)
    from blockcov import _blockcov

    units, errors = _blockcov.read([str(scratch / "data")], detail=True)
    if errors:
        raise run.RunError(f"{program.path}: {'; '.join(errors)}")
    return [dict(unit) for unit in units], outcome


def program_of(path: Path, scratch: Path) -> run.Program:
    """A driver or a plain script, by its name."""
    return run.driver(path, scratch / "stdlib") if path.name.startswith("drive_") else run.script(path)


def compare_program(path: Path) -> Totals:
    """Everything about one program."""
    with tempfile.TemporaryDirectory(prefix="blockcov-oracle-") as name:
        scratch = Path(name)
        program = program_of(path, scratch)
        recorded, plain = run.record_opcodes(program, scratch)
        lines, _ = run.record_lines(program, scratch)
        units, outcome = measure(program, scratch)
    comparison = Comparison(program.name)
    if ADDRESS.sub(b"0x", plain.stdout) != ADDRESS.sub(b"0x", outcome.stdout):
        comparison.differ(str(program.path), None, 0, "output", plain.stdout[-200:], outcome.stdout[-200:])
    comparison.compare(derive_files(recorded), lines, units)
    return comparison.totals


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
