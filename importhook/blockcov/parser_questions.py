"""The command line's grammar for questions about measurements.

Importable on Python 3.8, as cli.py is.
"""

from __future__ import annotations

from blockcov.parser_exports import reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

FORMATS = ("text", "markdown", "github")


def add_questions(command: Callable[[str, str, str], ArgumentParser]) -> None:
    """Describe the commands; `command` takes name, summary and examples of one and gives its parser."""
    diff = command(
        "diff",
        "show which changes since a revision of git are not covered",
        """
blockcov diff                                  # what is not committed yet
blockcov diff origin/main --fail-under 100     # what a branch changed; status 2 if something is missing
blockcov diff origin/main --format markdown
""",
    )
    diff.add_argument("revision", nargs="?", default="HEAD", metavar="REV", help="default: %(default)s")
    diff.add_argument(
        "--format",
        dest="diff_format",
        choices=FORMATS,
        default="text",
        help="text, a table in Markdown, or commands that annotate a pull request on GitHub (default: text)",
    )
    diff.add_argument(
        "--fail-under",
        dest="diff_fail_under",
        type=float,
        default=0.0,
        metavar="N",
        help="exit with status 2 if less than N percent of the changed lines and outcomes are covered",
    )
    reported(diff)

    why = command(
        "why",
        "show what is known of a line: counts, outcomes, where it went on",
        """
blockcov why app.py:12
blockcov why src/shop/orders.py:30-34
""",
    )
    why.add_argument("places", nargs="+", metavar="FILE:LINE", help="a line, or FILE:FIRST-LAST")
    reported(why)

    tests = command(
        "tests",
        "list the tests that execute what changed since a revision of git",
        """
blockcov tests --affected-by origin/main
pytest $(blockcov tests --affected-by HEAD)
""",
    )
    tests.add_argument("--affected-by", metavar="REV", default="HEAD", help="default: %(default)s")
    reported(tests)
