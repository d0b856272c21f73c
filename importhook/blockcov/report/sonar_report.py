"""SonarQube's generic coverage, version 1: lines that ran or did not, and how many of their branches were taken.

    <file path="app.py">
      <lineToCover lineNumber="4" covered="true" branchesToCover="4" coveredBranches="3"/>

SonarQube keeps no counts. The scanner looks for `path` from the project's directory on.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from blockcov.data import FileCoverage
from blockcov.report.output import one_line
from blockcov.report.statements import OUTCOMES, Statement, statements_of


def render(files: list[FileCoverage], branches: str = OUTCOMES, branch: bool = True) -> str:
    """Give the whole report. `branches`: what counts as one, see statements.py. `branch`: whether they are counted."""
    lines = ['<coverage version="1">']
    for file in files:
        lines.append(f"  <file path={quoteattr(one_line(file.name))}>")
        lines += _lines(statements_of(file.analysis), branches if branch else "")
        lines.append("  </file>")
        file.forget()
    return "\n".join([*lines, "</coverage>", ""])


def _lines(statements: list[Statement], branches: str) -> Iterator[str]:
    for statement in statements:
        taken, ways = statement.ways(branches) if branches else (0, 0)
        covered = "true" if statement.count else "false"
        counted = f' branchesToCover="{ways}" coveredBranches="{taken}"' if ways else ""
        yield f'    <lineToCover lineNumber="{statement.line}" covered="{covered}"{counted}/>'
