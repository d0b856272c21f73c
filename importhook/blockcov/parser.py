"""The command line's grammar, help and error messages, by argparse.

Importable on Python 3.8, as cli.py is.
"""

from __future__ import annotations

import argparse

from blockcov.errors import USAGE, Failure
from blockcov.parser_exports import add_data_file, add_exports, add_limit, add_quiet, reported
from blockcov.parser_questions import add_questions
from blockcov.run_words import MODES, PLACEMENTS, split_commas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

EXIT_STATUSES = """exit status:
  that of the program under `run`, and for what blockcov itself finds wrong:
  2   a report other than sqlite and annotate, diff: the total is lower than --fail-under
  64  wrong usage: unknown command, option, mode
  65  damaged measurements, or a source file that changed or vanished since the run
  66  no such script, no measurements
  69  this Python is not supported
  73  a data directory or an output file cannot be written
  78  wrong configuration file
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line and status 64."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise Failure(USAGE) instead of printing the usage."""
        command = self.prog.partition("blockcov ")[2]
        raise Failure(USAGE, (command + ": " if command else "") + message)


def build_parser() -> Parser:
    """Describe all commands. Options that can stand in a configuration file default to None: not given."""
    top = Parser(
        prog="blockcov",
        description="Exact execution counts and intraline branch coverage for Python.",
        epilog="`blockcov COMMAND --help` shows a command's options, with examples.\n\n" + EXIT_STATUSES,
    )
    top.add_argument("--version", action="store_true", help="show version and dialect")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)

    def command(name: str, summary: str, examples: str, **settings: Any) -> Parser:
        lines = "\n".join("  " + line for line in examples.strip().splitlines())
        parser: Parser = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog="examples:\n" + lines,
            **settings,
        )
        parser.add_argument("--data-dir", metavar="D", help="directory of the measurements (default: .blockcov)")
        parser.add_argument(
            "--rcfile", metavar="F", help="configuration file (default: blockcov.toml, pyproject.toml or coverage.py's)"
        )
        return parser

    run = command(
        "run",
        "run a program and measure it",
        """
blockcov run app.py --verbose
blockcov run --source=mypackage -m pytest tests
blockcov run --mode hits --omit '*/vendor/*' --append app.py
""",
        usage="blockcov run [options] (script.py | -m module | -c code) [args ...]",
    )
    run.add_argument("--mode", choices=MODES, help="report how often everything ran (default), or only whether it did")
    run.add_argument(
        "--placement",
        choices=PLACEMENTS,
        help="as few probes as can be (default), or one on every way between blocks: exact even after SIGKILL",
    )
    run.add_argument(
        "--source", type=split_commas, metavar="P,..", help="directories, files or packages to measure (default: .)"
    )
    run.add_argument("--include", type=split_commas, metavar="G,..", help="measure only files that match a glob")
    run.add_argument("--omit", type=split_commas, metavar="G,..", help="leave out files that match a glob")
    run.add_argument(
        "--branch", action="store_true", default=None, help="count branches too (default, but for a coverage.py's file)"
    )
    run.add_argument(
        "-a", "--append", action="store_true", default=None, help="add to the measurements of earlier runs"
    )
    run.add_argument("--context", metavar="NAME", help="name this run: what it counts can be reported by itself")
    run.add_argument("--snapshot-signal", metavar="S", help="on this signal (USR1, say) make the counts so far a shard")
    run.add_argument("--reset-signal", metavar="S", help="on this signal forget what was counted so far")
    add_data_file(run)
    run.add_argument(
        "-p",
        "--parallel-mode",
        dest="parallel",
        action="store_true",
        default=None,
        help="one of several runs: they add up until combine or erase",
    )
    run.add_argument("--timid", action="store_true", default=None, help="coverage.py's; means nothing here")
    run.add_argument("--concurrency", metavar="LIBS", help="coverage.py's; means nothing here")

    combine = command(
        "combine",
        "merge shards and data directories into one",
        """
blockcov combine
blockcov combine --keep /ci/job1/.blockcov /ci/job2/.blockcov
blockcov combine s3://bucket/run-17/job1 s3://bucket/run-17/job2
blockcov combine --subtract unit/.blockcov integration/.blockcov
""",
    )
    combine.add_argument(
        "merged", nargs="*", metavar="DIR|FILE|URL", help="what to merge (default: the data directory)"
    )
    combine.add_argument(
        "--subtract", nargs=2, metavar=("A", "B"), help="merge nothing; show what A covers that B does not"
    )
    combine.add_argument("--intersect", nargs=2, metavar=("A", "B"), help="merge nothing; show what A and B both cover")
    combine.add_argument("--keep", action="store_true", help="do not remove what was merged")
    combine.add_argument("-a", "--append", action="store_true", help="coverage.py's; here nothing is ever replaced")
    add_data_file(combine)
    add_quiet(combine)

    report = command(
        "report",
        "show a table of what ran",
        """
blockcov report -m
blockcov report --skip-covered --sort=-miss
blockcov report --format total --fail-under 90
""",
    )
    report.add_argument("--format", choices=("text", "markdown", "total"), help="form of the report (default: text)")
    report.add_argument(
        "-m",
        "--show-missing",
        action="store_true",
        default=None,
        help="show lines that never ran, and outcomes that never came, as line:column-column",
    )
    report.add_argument("--skip-covered", action="store_true", default=None, help="leave out files that miss nothing")
    report.add_argument("--skip-empty", action="store_true", default=None, help="leave out files without statements")
    report.add_argument("--precision", type=int, metavar="N", help="digits after the decimal point (default: 0)")
    report.add_argument("--sort", metavar="C", help="name, stmts, miss, branch, brpart or cover; -C: descending")
    add_limit(report)
    reported(report)

    add_exports(command)
    add_questions(command)

    erase = command("erase", "remove the measurements", "blockcov erase\nblockcov erase --data-dir /tmp/measured")
    add_data_file(erase)

    completion = command(
        "completion",
        "write a script that has a shell complete commands and options",
        """
eval "$(blockcov completion bash)"             # in ~/.bashrc
eval "$(blockcov completion zsh)"              # in ~/.zshrc, behind compinit
blockcov completion fish > ~/.config/fish/completions/blockcov.fish
""",
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")

    debug = command(
        "debug",
        "show the installation, the settings, or how a file is instrumented",
        """
blockcov debug sys
blockcov debug config
blockcov debug dis app.py
blockcov debug dis --mode hits app.py
blockcov debug cfg app.py | dot -Tsvg > app.svg
""",
    )
    debug.add_argument("topic", choices=("sys", "config", "map", "dis", "cfg"), help="what to show")
    debug.add_argument("--mode", choices=MODES, help="as it is instrumented for counts (default) or for hits")
    debug.add_argument("--placement", choices=PLACEMENTS, help="as it is instrumented with that placement")
    debug.add_argument("file", nargs="?", metavar="FILE", help="Python source for map, dis and cfg")
    return top
