"""The source with the count of each line in the margin, as `trace --count` writes its .cover files."""

from __future__ import annotations

import os

from blockcov.data import FileCoverage

NEVER = ">>>>>> "
BLANK = " " * 7


def render(file: FileCoverage) -> str:
    """Give the annotated source: `    3: ` for a line that ran, `>>>>>> ` for one that never did."""
    excluded = set(file.analysis.excluded_lines)
    lines = []
    for number, text in enumerate(file.text_lines(), start=1):
        count = file.analysis.lines.get(number)
        if count:
            margin = f"{count:5d}: "
        elif count is None or number in excluded:
            margin = BLANK
        else:
            margin = NEVER
        lines.append(margin + text.rstrip("\n") + "\n")
    return "".join(lines)


def target(file: FileCoverage, directory: str | None) -> str:
    """Give where to write: `app.py.cover` beside `app.py`, or in `directory` with the path flattened into the name."""
    if directory is None:
        return file.path + ".cover"
    flat = file.name.strip(os.sep).replace("_", "__").replace(os.sep, "_") if os.sep in file.name else file.name
    return os.path.join(directory, flat + ".cover")
