"""Draws the overview: python plot.py FILE.svg RESULTS.json ... Runs where matplotlib is installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib  # type: ignore[import-not-found,unused-ignore]

matplotlib.use("svg")
import matplotlib.pyplot as plt  # type: ignore[import-not-found,unused-ignore]
from matplotlib.ticker import NullLocator  # type: ignore[import-not-found,unused-ignore]

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import document, figures, results

OURS, OTHERS, DOTS = "#1b6ca8", "#b9c0c7", "#30363c"


def draw(axes: Any, measured: results.Results) -> None:
    """Draw a bar for each tool's geometric mean, and a dot for each program."""
    names = [name for name in document.measured_tools(measured) if figures.summary(measured, name, "compute")]
    for row, name in enumerate(reversed(names)):
        summary = figures.summary(measured, name, "compute")
        if summary is None:
            continue
        axes.barh(row, summary.mean - 1, left=1, height=0.6, color=OURS if name.startswith("blockcov") else OTHERS)
        axes.text(0.985, row, f"{summary.mean:.2f}", transform=axes.get_yaxis_transform(), ha="right", va="center")
        found = [figures.program_ratio(measured, program, name) for program in measured.programs]
        compute = [measured.programs[program].kind == "compute" for program in measured.programs]
        points = [each.median for each, counts in zip(found, compute, strict=True) if each is not None and counts]
        axes.plot(points, [row] * len(points), "|", color=DOTS, markersize=7, markeredgewidth=0.8)
    axes.set_yticks(range(len(names)), [document.title(name) for name in reversed(names)])
    axes.set_xscale("log")
    axes.set_xlim(0.8, 100)
    axes.set_xticks([1, 1.2, 1.5, 2, 3, 5, 10, 20, 50], ["1", "1.2", "1.5", "2", "3", "5", "10", "20", "50"])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axvline(1, color=DOTS, linewidth=0.8)
    axes.set_title(f"CPython {measured.python}", loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def main(target: Path, files: list[Path]) -> None:
    """Draw one panel for each results file."""
    plt.rcParams.update({"svg.hashsalt": "blockcov", "font.size": 9, "svg.fonttype": "none"})
    everything = [results.load(path) for path in files]
    heights = [1.2 + 0.3 * len(document.measured_tools(measured)) for measured in everything]
    figure, panels = plt.subplots(
        len(files), 1, figsize=(8, sum(heights)), height_ratios=heights, squeeze=False, layout="constrained"
    )
    for axes, measured in zip(panels[:, 0], everything, strict=True):
        draw(axes, measured)
    panels[-1, 0].set_xlabel("user CPU time, ratio to plain Python; bar: geometric mean, stroke: one program")
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
