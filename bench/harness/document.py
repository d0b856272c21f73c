"""Writes the figures into docs/benchmarks.md, between two markers; the text around them is written by hand."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from harness import figures
from harness.goals import goals
from harness.results import Results
from harness.tables import number, table
from harness.tools import TOOLS


def measured_tools(results: Results) -> list[str]:
    """Name the tools in the results, in the order of the harness, unknown ones last."""
    names = {tool for program in results.programs.values() for tool in program.tools} | set(results.startup) - {"plain"}
    return [name for name in TOOLS if name in names] + sorted(names - set(TOOLS))


def title(tool: str) -> str:
    """Give a tool's name as people know it."""
    return TOOLS[tool].title if tool in TOOLS else tool


def ratios(results: Results, kind: str) -> str | None:
    """Format the table of one kind of programs: a row for each tool, a column for each program."""
    programs = [name for name, program in results.programs.items() if program.kind == kind]
    if not programs:
        return None
    rows = []
    for tool in measured_tools(results):
        summary = figures.summary(results, tool, kind)
        if not any(tool in results.programs[name].tools for name in programs):
            continue
        cells = []
        for name in programs:
            found = figures.program_ratio(results, name, tool)
            measured = figures.measurement(results, name, tool)
            failed = measured is not None and measured.error
            cells.append("failed" if failed else number(found.median if found else None))
        mean, worst = "-", "-"
        if summary is not None:
            missing = "" if summary.programs == len(programs) else f" ({summary.programs} programs)"
            mean, worst = f"**{number(summary.mean)}**{missing}", number(summary.worst)
        rows.append([title(tool), mean, worst, *cells])
    return table(["", "geometric mean", "worst", *(name.replace("_", " ") for name in programs)], rows)


def startup(results: Results) -> str:
    """Format start-up in milliseconds."""
    rows = []
    for tool in ["plain", *measured_tools(results)]:
        samples = results.startup.get(tool)
        if samples is None or not samples.user:
            continue
        user, total = statistics.median(samples.user), statistics.median(samples.total)
        more = figures.startup_more(results, tool) or 0.0
        name = "plain Python" if tool == "plain" else title(tool)
        rows.append([name, f"{1000 * user:.0f}", f"{1000 * total:.0f}", f"{1000 * more:+.0f}"])
    return table(["ms of CPU", "user", "user + system", "more than plain"], rows)


def instructions(results: Results) -> str | None:
    """Format the ratios of instruction counts."""
    if not results.instructions:
        return None
    tools = [tool for tool in measured_tools(results) if any(tool in each for each in results.instructions.values())]
    rows = []
    for tool in tools:
        found = [figures.instruction_ratio(results, program, tool) for program in results.instructions]
        mean = figures.geometric_mean(value for value in found if value is not None)
        rows.append([title(tool), f"**{number(mean)}**", *(number(value) for value in found)])
    return table(["", "geometric mean", *(name.replace("_", " ") for name in results.instructions)], rows)


def failures(results: Results) -> list[str]:
    """Say what did not work."""
    return [
        f"- {title(tool)}, {name}: {' '.join(measured.error.split())[:300]}"
        for name, program in results.programs.items()
        for tool, measured in program.tools.items()
        if measured.error
    ]


def seconds(results: Results) -> str:
    """Say how long plain Python took."""
    spans = []
    for name, program in results.programs.items():
        plain = [pair[0] for tool, each in program.tools.items() if tool != "trace" for pair in each.pairs]
        if plain:
            spans.append(f"{name.replace('_', ' ')} {statistics.median(plain):.2f}")
    return ", ".join(spans)


def section(results: Results) -> str:
    """Format all about one interpreter."""
    pairs = results.options.get("repeat", "?")
    shown = ("blockcov", "coverage", "slipcover", "attrs", "click", "packaging", "pytest")
    versions = ", ".join(f"{name} {results.versions[name]}" for name in shown if name in results.versions)
    parts = [f"### CPython {results.python}"]
    machine = ", ".join(results.machine[key] for key in ("cpu", "cores", "system") if key in results.machine)
    parts.append(f"{machine}. {results.started[:10]}, {pairs} pairs each. {versions}.")
    if not results.finished:
        parts.append("This run was broken off; what it had measured is shown.")
    if (compute := ratios(results, "compute")) is not None:
        parts += ["Compute programs, start-up taken off:", compute]
    if (suites := ratios(results, "suite")) is not None:
        parts += ["Test suites, start-up included:", suites]
    if results.startup:
        parts += ["Start-up, an empty program:", startup(results)]
    if (counted := instructions(results)) is not None:
        parts += ["Instructions executed (callgrind), reduced size less tiny size:", counted]
    if found := failures(results):
        parts += ["Not counted, since the result was wrong or nothing was measured:", "\n".join(found)]
    parts.append(f"Plain Python took, in seconds of user CPU time: {seconds(results)}.")
    return "\n\n".join(parts)


def overview(everything: Sequence[Results]) -> str:
    """Format one table over all interpreters: geometric mean, and the worst program, of the compute programs."""
    tools = [tool for tool in TOOLS if any(figures.summary(results, tool, "compute") for results in everything)]
    rows = []
    for tool in tools:
        cells = []
        for results in everything:
            found = figures.summary(results, tool, "compute")
            count = sum(program.kind == "compute" for program in results.programs.values())
            missing = "" if found is None or found.programs == count else f", {found.programs} programs"
            cells.append("-" if found is None else f"**{number(found.mean)}** ({number(found.worst)}{missing})")
        rows.append([title(tool), *cells])
    return table(["", *(results.python for results in everything)], rows)


def generated(everything: Sequence[Results], picture: str) -> str:
    """Format all that stands between the markers."""
    commands = {name: words for results in everything for name, words in results.commands.items()}
    listed = "\n".join(f"{title(name)}\n    {words}" for name, words in commands.items())
    parts = [
        "What is to be reached, and what was measured (bold: missed); ratios to plain Python in the same run.",
        goals(everything),
        f"![Ratio to plain Python of each tool]({picture})",
        "Compute programs, start-up taken off: geometric mean, and in parentheses the worst program.",
        overview(everything),
        *(section(results) for results in everything),
        "### Commands",
        f"```\n{listed}\n```",
    ]
    return "\n\n".join(parts)


def update(document: Path, everything: Sequence[Results], picture: str) -> None:
    """Replace what stands between the markers of bench/overhead.py."""
    replace(document, "bench/overhead.py", generated(everything, picture))


def replace(document: Path, script: str, text: str) -> None:
    """Replace what `script` wrote into `document`, between its markers; without them they are added at the end."""
    begin, end = f"<!-- begin: written by {script} -->", f"<!-- end: written by {script} -->"
    old = document.read_text(encoding="utf-8") if document.exists() else "# Benchmarks\n"
    before, found, rest = old.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        before, after = old.rstrip("\n") + "\n\n", "\n"
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
