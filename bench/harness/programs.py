"""The programs that are measured, their sizes, and the results that they have to print.

Compute programs are bench/programs/NAME.py, which take their size as an argument and print one line. Suites are the
test suites of packages; their result is pytest's summary line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Size = Literal["full", "reduced", "tiny"]


@dataclass(frozen=True)
class Compute:
    """A program that computes. `runs`: for each size the argument, and the line that has to be printed."""

    name: str
    runs: Mapping[Size, tuple[int, str]]
    copies: Mapping[str, str] = field(default_factory=dict)  # file beside the program -> standard library module

    def wrong(self, size: Size, output: str, reference: str) -> str | None:
        """Say what is wrong with `output`; None when it is right."""
        expected = self.runs[size][1]
        return None if output.strip() == expected else f"printed {output.strip()[-200:]!r}, not {expected!r}"


@dataclass(frozen=True)
class Suite:
    """The test suite of a package from the package index, run from its source distribution."""

    name: str
    source: tuple[str, ...]  # what is measured, relative to the source distribution
    options: tuple[str, ...] = ()  # further ones for pytest

    def wrong(self, size: Size, output: str, reference: str) -> str | None:
        """Say what is wrong with pytest's output, compared with that of plain Python; None when it is right."""
        found, expected = outcome(output), outcome(reference)
        if not found.get("passed"):
            return f"no test passed: {output.strip()[-300:]!r}"
        return None if found == expected else f"ended with {found}, plain Python with {expected}"


def outcome(output: str) -> dict[str, int]:
    """Give the counts of pytest's last line: {"passed": 1376, "skipped": 8}; warnings and times are left out."""
    lines = output.strip().splitlines()
    counts = re.findall(r"(\d+) (passed|failed|skipped|xfailed|xpassed|errors?)\b", lines[-1] if lines else "")
    return {word: int(number) for number, word in counts}


Program = Compute | Suite


def _options(*more: str, leave_out: tuple[str, ...]) -> tuple[str, ...]:
    return (*more, *(f"--ignore=tests/test_{name}.py" for name in leave_out))


# What the test suites need besides the packages themselves.
SUITE_REQUIREMENTS = ("pytest", "hypothesis", "cloudpickle", "pympler", "pretend", "tomli_w")

COMPUTE = (
    Compute("sudoku", {"full": (250, "250 ce30cbf6"), "reduced": (30, "30 2d65dec6"), "tiny": (3, "3 a74b1fda")}),
    Compute(
        "fannkuch",
        {"full": (1_300_000, "-9150 38"), "reduced": (150_000, "1024 27"), "tiny": (1000, "54 11")},
    ),
    Compute(
        "nbody",
        {
            "full": (500_000, "-0.169075164 -0.169096567"),
            "reduced": (50_000, "-0.169075164 -0.169078071"),
            "tiny": (1000, "-0.169075164 -0.169087605"),
        },
    ),
    Compute(
        "spectral_norm", {"full": (520, "1.274224120"), "reduced": (160, "1.274223093"), "tiny": (40, "1.274167288")}
    ),
    Compute(
        "raytrace",
        {"full": (350, "0.495351 135acfbf"), "reduced": (110, "0.497010 7b88d7a8"), "tiny": (20, "0.507551 add7483f")},
    ),
    Compute(
        "scimark",
        {
            "full": (90, "fft sor montecarlo sparse lu"),
            "reduced": (9, "fft sor montecarlo sparse lu"),
            "tiny": (1, "fft sor montecarlo sparse lu"),
        },
    ),
    Compute(
        "mdp", {"full": (22, "0.603503 22 5566"), "reduced": (11, "0.696202 11 726"), "tiny": (5, "0.797048 5 75")}
    ),
    Compute(
        "pprint_large",
        {"full": (6300, "315 lots"), "reduced": (700, "35 lots"), "tiny": (40, "2 lots")},
        {"pprint_copy.py": "pprint"},
    ),
    Compute("richards", {"full": (52, "52 right"), "reduced": (6, "6 right"), "tiny": (1, "1 right")}),
    Compute("deltablue", {"full": (33_000, "100 66000"), "reduced": (3000, "100 6000"), "tiny": (50, "100 100")}),
    Compute("nqueens", {"full": (12, "14200 352"), "reduced": (10, "724 40"), "tiny": (7, "40 2")}),
    Compute(
        "generators",
        {
            "full": (10_000, "10000 1020000 450000 48260"),
            "reduced": (1000, "1000 102000 45000 4824"),
            "tiny": (20, "20 2040 900 93"),
        },
    ),
)

# For all tools alike. SlipCover's plugin for pytest draws a warning that two of the suites turn into an error.
PYTEST = (
    "pytest",
    "-q",
    "--hypothesis-seed=0",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)

# Left out: files whose parameters or random examples make thousands of tests that all do the same; these compute, and
# what is to be seen here is what importing and starting costs. The tests of attrs ask for another import mode, in which
# they do not find each other under SlipCover, and have one that fails under it on 3.11.
SUITES = (
    Suite(
        "attrs",
        ("src/attr", "src/attrs"),
        _options(
            "--import-mode=prepend", "--deselect=tests/test_3rd_party.py::TestCloudpickleCompat", leave_out=("funcs",)
        ),
    ),
    Suite("click", ("src/click",), _options(leave_out=("stream_lifecycle",))),
    Suite("packaging", ("src/packaging",), _options(leave_out=("version", "requirements", "markers", "specifiers"))),
)

PROGRAMS: Mapping[str, Program] = {each.name: each for each in (*COMPUTE, *SUITES)}
