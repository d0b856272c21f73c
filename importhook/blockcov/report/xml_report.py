"""Cobertura's XML, valid by its DTD (coverage-04), with the same lines and branches as `coverage xml`.

What differs from that: `hits` is how often a line ran, each tested operand of a branching line is a `condition`, and
coverage.py's own attribute `missing-branches`, which the DTD has not, is written on demand only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from blockcov import _blockcov
from blockcov.analysis import required
from blockcov.data import FileCoverage
from blockcov.report.numbers import natural_key
from blockcov.report.output import one_line
from blockcov.report.statements import LINES, Statement, statements_of

MILLISECONDS = 1000


@dataclass
class Rates:
    """Lines and branches, valid and covered; they add up. Without `branch`, branches are not counted."""

    lines: int = 0
    lines_covered: int = 0
    branches: int = 0
    branches_covered: int = 0
    branch: bool = True

    def add(self, other: Rates) -> None:
        """Add another's."""
        self.lines += other.lines
        self.lines_covered += other.lines_covered
        self.branches += other.branches
        self.branches_covered += other.branches_covered

    def attributes(self) -> str:
        """Give the rates as XML attributes."""
        lines = rate(self.lines_covered, self.lines)
        branches = rate(self.branches_covered, self.branches) if self.branch else "0"
        return f'line-rate="{lines}" branch-rate="{branches}" complexity="0"'


@dataclass
class _Package:
    rates: Rates
    classes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class XmlSettings:
    """`sources`: directories that file names are relative to, if they lie in one. `package_depth`: how many of a
    file's directories name its package. `branches`: what counts as one, see statements.py. `missing_branches`: write
    coverage.py's attribute of that name. `branch`: whether branches are counted at all.
    """

    sources: Sequence[str] = ()
    package_depth: int = 99
    branches: str = LINES
    missing_branches: bool = False
    branch: bool = True


def rate(covered: int, valid: int) -> str:
    """Give a share with four digits; 0 and 1 are never the result of rounding, and all of nothing is 1."""
    if covered == valid:
        return "1"
    return f"{min(max(covered / valid, 0.0001), 0.9999):.4g}" if covered else "0"


def render(files: list[FileCoverage], settings: XmlSettings) -> str:
    """Give the whole report."""
    sources = {os.path.realpath(source) for source in settings.sources}
    packages: dict[str, _Package] = {}
    total = Rates(branch=settings.branch)
    for file in files:
        name = _relative(file, sources)
        directory = "/".join((os.path.dirname(name) or ".").split("/")[: settings.package_depth])
        package = packages.setdefault(directory.replace("/", "."), _Package(Rates(branch=settings.branch)))
        rates, package.classes[name] = _class(file, name, directory, settings)
        package.rates.add(rates)
        total.add(rates)
        file.forget()
    return "\n".join(_document(packages, total, sources)) + "\n"


def _relative(file: FileCoverage, sources: set[str]) -> str:
    """Give the name of a file in one of `sources`, to which its directory is added if there is none."""
    for source in sorted(sources, key=len, reverse=True):
        if file.path.startswith(source.rstrip(os.sep) + os.sep):
            return one_line(file.path[len(source.rstrip(os.sep)) + 1 :])
    sources.add(file.path.removesuffix(file.name).rstrip(os.sep))
    return one_line(file.name)


def _document(packages: dict[str, _Package], total: Rates, sources: set[str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<coverage version="{_blockcov.VERSION}" timestamp="{int(time.time() * MILLISECONDS)}"'
        f' lines-valid="{total.lines}" lines-covered="{total.lines_covered}"'
        f' branches-valid="{total.branches}" branches-covered="{total.branches_covered}" {total.attributes()}>'
    )
    yield f"  <!-- blockcov {_blockcov.VERSION}; the DTD is Cobertura's coverage-04.dtd -->"
    yield "  <sources>"
    for source in sorted(sources):
        yield f"    <source>{escape(one_line(source))}</source>"
    yield "  </sources>"
    yield "  <packages>"
    for name, package in sorted(packages.items(), key=lambda item: natural_key(item[0])):
        yield f"    <package name={quoteattr(name)} {package.rates.attributes()}>"
        yield "      <classes>"
        for _, lines in sorted(package.classes.items(), key=lambda item: natural_key(item[0])):
            yield from lines
        yield "      </classes>"
        yield "    </package>"
    yield "  </packages>"
    yield "</coverage>"


def _class(file: FileCoverage, name: str, directory: str, settings: XmlSettings) -> tuple[Rates, list[str]]:
    rates = Rates(branch=settings.branch)
    lines: list[str] = []
    for statement in statements_of(file.analysis):
        taken, ways = statement.ways(settings.branches) if settings.branch else (0, 0)
        rates.add(Rates(1, statement.count > 0, ways, taken))
        lines += _line(statement, taken, ways, settings)
    short = name[len(directory) + 1 :] if name.startswith(directory + "/") else name
    return rates, [
        f"        <class name={quoteattr(short)} filename={quoteattr(name)} {rates.attributes()}>",
        "          <methods/>",
        "          <lines>",
        *lines,
        "          </lines>",
        "        </class>",
    ]


def _line(statement: Statement, taken: int, ways: int, settings: XmlSettings) -> Iterator[str]:
    head = f'            <line number="{statement.line}" hits="{statement.count}"'
    if not ways:
        yield head + "/>"
        return
    head += f' branch="true" condition-coverage="{100 * taken // ways}% ({taken}/{ways})"'
    if settings.missing_branches and statement.missing:
        targets = ",".join("exit" if line < 0 else str(line) for line in statement.missing)
        head += f' missing-branches="{targets}"'
    if not statement.conditions:
        yield head + "/>"
        return
    yield head + ">"
    yield "              <conditions>"
    for number, condition in enumerate(statement.conditions):
        counts = list(required(condition).values())
        share = 100 * sum(map(bool, counts)) // len(counts) if statement.count else 0
        yield f'                <condition number="{number}" type="jump" coverage="{share}%"/>'
    yield "              </conditions>"
    yield "            </line>"
