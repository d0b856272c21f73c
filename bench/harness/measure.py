"""Plans and takes the samples of one interpreter: plain Python and a tool in turn, each result checked."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import builder
from harness import process
from harness.environments import Environments
from harness.programs import PYTEST, Compute, Program, Size, Suite
from harness.results import Measured, ProgramResults, Results, Samples
from harness.tools import PLAIN, Place, Tool

Progress = Callable[[str], None]


class WrongResultError(Exception):
    """A run whose time must not count; str() says why."""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    tools: Sequence[Tool]
    programs: Sequence[Program]
    repeat: int
    size: Size  # of the compute programs
    startups: int  # runs of the empty program with each tool

    def pairs(self, tool: Tool) -> int:
        """Give the number of pairs of `tool` for each program."""
        return self.repeat if tool.most_pairs is None else min(self.repeat, tool.most_pairs)

    def size_for(self, tool: Tool) -> Size:
        """Give the size at which `tool` and its plain counterpart run."""
        return "reduced" if tool.reduced and self.size == "full" else self.size

    def applies(self, tool: Tool, program: Program) -> bool:
        """Say if `tool` is measured on `program`."""
        return tool.suites or isinstance(program, Compute)


class Bench:
    """Runs programs with tools in the environments of one interpreter."""

    def __init__(self, environments: Environments, plan: Plan, progress: Progress) -> None:
        self.environments = environments
        self.plan = plan
        self.progress = progress

    def startup(self, results: Results) -> None:
        """Measure the empty program: all tools in turn, so that a slow moment hits them alike."""
        tools = [PLAIN, *self.plan.tools]
        places = {tool.name: self.environments.prepare(tool, None) for tool in tools}
        results.startup = {tool.name: Samples() for tool in tools}
        for number in range(-1, self.plan.startups):
            self.progress(f"start-up {number + 1}/{self.plan.startups}")
            for tool in tools:
                done = self.run(tool, None, places[tool.name], "full", seed=max(number, 0))
                if done.status != 0:
                    raise WrongResultError(f"{tool.name}: the empty program fails: {done.err[-500:]}")
                if number >= 0:  # the first one fills caches
                    results.startup[tool.name].user.append(round(done.user, 6))
                    results.startup[tool.name].total.append(round(done.user + done.system, 6))

    def program(self, program: Program, save: Callable[[ProgramResults], None]) -> None:
        """Measure one program with all tools; `save` is called whenever a tool is done."""
        place = self.environments.prepare(PLAIN, program)
        size = self.plan.size
        # The first run fills bytecode caches, and its result is what a suite is compared with.
        self.progress("plain Python, warm-up")
        first = self.run(PLAIN, program, place, size if isinstance(program, Suite) else "tiny", seed=0)
        self.check(PLAIN, program, "tiny", first, first.out)
        match program:
            case Compute():
                argument = str(program.runs[size][0])
                record = ProgramResults("compute", argument, program.runs[size][1])
            case Suite():
                record = ProgramResults("suite", "", first.out.strip().splitlines()[-1].strip("= "))
        for tool in self.plan.tools:
            if self.plan.applies(tool, program):
                record.tools[tool.name] = self.pairs(tool, program, place, first.out)
                save(record)

    def pairs(self, tool: Tool, program: Program, plain_place: Path, reference: str) -> Measured:
        """Measure one tool on one program, plain Python before each run."""
        measured = Measured()
        size = self.plan.size_for(tool)
        tool_place = self.environments.prepare(tool, program)
        try:
            self.progress(f"{tool.title}, warm-up")
            warm: Size = "tiny" if isinstance(program, Compute) else size
            done = self.run(tool, program, tool_place, warm, seed=0)
            self.check(tool, program, warm, done, reference)
            measured.lines = tool.lines(self.place(tool, program, tool_place), self.variables(tool, 0))
            if tool.requirements or tool.environment == "blockcov":
                require(measured.lines > 0, f"the tool reports no executed line: {done.err[-500:]}")
            for number in range(self.plan.pairs(tool)):
                self.progress(f"{tool.title}, pair {number + 1}/{self.plan.pairs(tool)}")
                plain = self.run(PLAIN, program, plain_place, size, seed=number)
                self.check(PLAIN, program, size, plain, reference)
                done = self.run(tool, program, tool_place, size, seed=number)
                self.check(tool, program, size, done, reference)
                measured.pairs.append((round(plain.user, 6), round(done.user, 6)))
                measured.wall.append((round(plain.wall, 6), round(done.wall, 6)))
        except WrongResultError as error:
            measured.error = str(error)
        return measured

    def instructions(self, program: Compute, counts: dict[str, tuple[int, int]]) -> None:
        """Count instructions at the tiny and the reduced size with plain Python and each tool."""
        for tool in (PLAIN, *(each for each in self.plan.tools if each.name != "noise")):
            place = self.environments.prepare(tool, program)
            found: list[int] = []
            sizes: tuple[Size, Size] = ("tiny", "reduced")
            for size in sizes:
                self.progress(f"{tool.title}, instructions at the {size} size")
                command = self.command(tool, program, place, size)
                count, done = process.instructions(command, place, self.variables(tool, 0), self.scratch(tool))
                self.check(tool, program, size, done, done.out)
                found.append(count)
            counts[tool.name] = (found[0], found[1])

    def run(self, tool: Tool, program: Program | None, place: Path, size: Size, seed: int) -> process.Run:
        """Run once, with an empty scratch directory."""
        shutil.rmtree(self.scratch(tool), ignore_errors=True)
        self.scratch(tool).mkdir(parents=True)
        variables = dict(self.variables(tool, seed))
        if isinstance(program, Suite):
            variables["PYTHONPATH"] = str(place / "src")
        return process.run(self.command(tool, program, place, size), place, variables)

    def check(self, tool: Tool, program: Program, size: Size, done: process.Run, reference: str) -> None:
        """Raise WrongResultError unless the run came to the right result."""
        failures = 1 if isinstance(program, Suite) else 0  # pytest's status for tests that fail with plain Python too
        require(0 <= done.status <= failures, f"status {done.status}: {(done.err or done.out)[-500:]}")
        wrong = program.wrong(size, done.out, reference)
        require(wrong is None, wrong or "")

    def command(self, tool: Tool, program: Program | None, place: Path, size: Size) -> list[str]:
        """Give the command line."""
        words = [str(self.environments.python(tool)), *tool.command(self.place(tool, program, place))]
        match program:
            case None:
                return [*words, "empty.py"]
            case Compute():
                return [*words, f"{program.name}.py", str(program.runs[size][0])]
            case Suite():
                return [*words, "-m", *PYTEST, *program.options, "tests"]

    def place(self, tool: Tool, program: Program | None, directory: Path) -> Place:
        """Give what the tool has to know."""
        source = tuple(directory / each for each in program.source) if isinstance(program, Suite) else ()
        return Place(self.environments.python(tool), self.scratch(tool), source)

    def scratch(self, tool: Tool) -> Path:
        """Give the directory for the tool's data."""
        return self.environments.root / "scratch" / tool.name

    def variables(self, tool: Tool, seed: int) -> Mapping[str, str]:
        """Give the environment; both runs of a pair have the same seed for hashes."""
        return {**builder.environment(), **tool.variables, "PYTHONHASHSEED": str(seed)}

    def commands(self) -> dict[str, str]:
        """Give each tool's command line for the results, without this machine's paths."""
        found = {}
        for tool in self.plan.tools:
            scratch = self.scratch(tool)
            scratch.mkdir(parents=True, exist_ok=True)
            words = tool.command(self.place(tool, None, scratch))
            text = shlex.join(["python", *words, "PROGRAM.py", "SIZE"]).replace(str(scratch), "SCRATCH")
            found[tool.name] = " ".join([*(f"{name}={value}" for name, value in tool.variables.items()), text])
        return found


def require(condition: bool, message: str) -> None:
    """Raise WrongResultError with `message` unless `condition` holds."""
    if not condition:
        raise WrongResultError(message)
