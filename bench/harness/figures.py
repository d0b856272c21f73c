"""Makes ratios out of the samples of a run: pure functions of results.Results."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.results import Measured, Results


@dataclass(frozen=True)
class Ratio:
    """The median of the ratios of some pairs, and the lowest and highest of them."""

    median: float
    low: float
    high: float
    pairs: int


def ratio(pairs: Sequence[tuple[float, float]], plain_startup: float = 0.0, tool_startup: float = 0.0) -> Ratio | None:
    """Give the ratio tool / plain over `pairs` of (plain, tool) seconds, start-up taken off; None without pairs.

    A pair whose plain run took no longer than the start-up says nothing and is left out.
    """
    ratios = [max(0.0, tool - tool_startup) / (plain - plain_startup) for plain, tool in pairs if plain > plain_startup]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), len(ratios)) if ratios else None


def geometric_mean(values: Iterable[float]) -> float | None:
    """Give the geometric mean of positive numbers; None when there are none or one is zero."""
    listed = list(values)
    if not listed or min(listed) <= 0:
        return None
    return math.exp(math.fsum(math.log(value) for value in listed) / len(listed))


def startup(results: Results, tool: str) -> float:
    """Give the user CPU time in seconds of an empty program; 0 when it was not measured."""
    samples = results.startup.get(tool)
    return inner_mean(samples.user) if samples and samples.user else 0.0


def startup_more(results: Results, tool: str) -> float | None:
    """Give the seconds of user and system time that an empty program takes more than with plain Python."""
    plain, samples = results.startup.get("plain"), results.startup.get(tool)
    if plain is None or samples is None or not plain.total or not samples.total:
        return None
    return statistics.median(samples.total) - statistics.median(plain.total)


def inner_mean(samples: Sequence[float]) -> float:
    """Give the mean without the lowest and the highest fifth.

    Of a process of a few milliseconds the kernel knows the sum of user and system time, but tells the two apart by a
    handful of clock ticks: the median of the user time would be all or nothing.
    """
    listed = sorted(samples)
    drop = max(1, len(listed) // 5) if len(listed) > 2 else 0
    return statistics.fmean(listed[drop : len(listed) - drop])


def program_ratio(results: Results, program: str, tool: str) -> Ratio | None:
    """Give a program's ratio: start-up taken off for compute programs, left in for suites."""
    measured = measurement(results, program, tool)
    if measured is None or measured.error:
        return None
    if results.programs[program].kind == "suite":
        return ratio(measured.pairs)
    return ratio(measured.pairs, startup(results, "plain"), startup(results, tool))


def measurement(results: Results, program: str, tool: str) -> Measured | None:
    """Give the samples of a program and a tool, if they were taken."""
    return results.programs[program].tools.get(tool) if program in results.programs else None


@dataclass(frozen=True)
class Summary:
    """A tool over all programs of a kind: the geometric mean of the medians, and the worst program."""

    mean: float
    worst: float
    worst_program: str
    programs: int


def summary(results: Results, tool: str, kind: str) -> Summary | None:
    """Sum up; None when no program of that kind was measured, or one has no ratio (which `document` says why)."""
    medians: dict[str, float] = {}
    for name, program in results.programs.items():
        if program.kind != kind or tool not in program.tools:
            continue
        found = program_ratio(results, name, tool)
        if found is not None:
            medians[name] = found.median
    mean = geometric_mean(medians.values())
    if mean is None:
        return None
    worst = max(medians, key=lambda name: medians[name])
    return Summary(mean, medians[worst], worst, len(medians))


def instruction_ratio(results: Results, program: str, tool: str) -> float | None:
    """Give the ratio of the instructions that the reduced size takes more than the tiny one: start-up cancels out."""
    counts = results.instructions.get(program, {})
    plain, other = counts.get("plain"), counts.get(tool)
    if plain is None or other is None or plain[1] <= plain[0]:
        return None
    return (other[1] - other[0]) / (plain[1] - plain[0])
