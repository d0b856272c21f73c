"""The pytest plugin: `pytest --blockcov` measures the tests and what they import, and reports at the end.

pytest imports this module at every start, whether coverage is wanted or not. So there is nothing here but the
options and the decision; `activate` is imported when `--blockcov` is given.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator
    from typing import Any

OTHER_PLUGIN = "pytest_cov"
"""Who has the options `--cov`, `--cov-report` and so on; where it is not installed, they are ours."""

_REPORTS = "term, term-missing, markdown, html, xml, lcov, json, sonar, gocover, llvm, sqlite, annotate"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options; those of pytest-cov mean the same where it is absent."""
    group = parser.getgroup("blockcov", "coverage (blockcov)")
    aliased = pluginmanager.is_blocked(OTHER_PLUGIN) or find_spec(OTHER_PLUGIN) is None

    def add(name: str, short: str = "cov", **settings: Any) -> None:
        names = [name] + [name.replace("blockcov", short)] * aliased
        group.addoption(*names, **settings)

    source: dict[str, Any] = {"action": "append", "default": [], "nargs": "?", "const": "", "metavar": "SOURCE"}
    group.addoption(
        "--blockcov",
        dest="blockcov_source",
        help="measure SOURCE, a directory, file or package (default: the current directory); may be repeated",
        **source,
    )
    add(
        "--blockcov-report",
        action="append",
        default=[],
        type=_report,
        dest="blockcov_report",
        metavar="TYPE",
        help=f"report at the end: {_REPORTS} (default: term); may be repeated. "
        "term and term-missing take :skip-covered, the others :DEST. Empty: no report",
    )
    add(
        "--blockcov-fail-under",
        type=float,
        dest="blockcov_fail_under",
        metavar="MIN",
        help="fail if the total coverage is less than MIN percent",
    )
    add(
        "--blockcov-context",
        choices=("test",),
        dest="blockcov_context",
        help="test: keep for each test what it executed",
    )
    add(
        "--blockcov-append",
        action="store_true",
        default=None,
        dest="blockcov_append",
        help="add to the measurements of earlier runs",
    )
    add("--blockcov-config", dest="blockcov_config", metavar="FILE", help="read settings from FILE")
    add("--no-blockcov", action="store_true", dest="no_blockcov", help="do not measure, whatever else is given")
    add(
        "--no-blockcov-on-fail",
        action="store_true",
        dest="no_blockcov_on_fail",
        help="no report if a test fails",
    )
    if aliased:
        dest = "blockcov_cov_source"
        summary = "as --blockcov=SOURCE, but without branches unless asked for"
        group.addoption("--cov", dest=dest, help=summary, **source)
        group.addoption("--cov-reset", dest=dest, action="store_const", const=[], help="forget --cov so far")
        group.addoption("--cov-branch", dest="blockcov_cov_branch", action="store_true", help="count branches too")
        summary = "digits after the decimal point"
        group.addoption("--cov-precision", dest="blockcov_cov_precision", type=int, metavar="N", help=summary)


def pytest_configure(config: pytest.Config) -> None:
    """Make pytest-cov's marker known where it is absent, so that tests which have it run."""
    if not config.pluginmanager.hasplugin(OTHER_PLUGIN):
        config.addinivalue_line("markers", "no_cover: as pytest-cov's; blockcov counts such a test all the same")


@pytest.fixture
def no_cover() -> None:
    """pytest-cov's fixture; blockcov counts such a test all the same."""


def _report(word: str) -> object:
    from blockcov.pytest_plugin.reports import parse

    return parse(word)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """Start before anything of the tests is imported, and before pytest captures output."""
    if "--blockcov" in args:
        _stand_alone(early_config, parser, args)
    if _wanted(early_config.known_args_namespace):
        from blockcov.pytest_plugin.activate import activate

        activate(early_config)
    yield


def _stand_alone(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Keep `--blockcov` from taking the word behind it, as in `pytest --blockcov tests`, for its source."""
    args[:] = ["--blockcov=" if word == "--blockcov" else word for word in args]
    known = parser.parse_known_args(args)
    for name in ("file_or_dir", "blockcov_source"):
        setattr(early_config.known_args_namespace, name, getattr(known, name))


def _wanted(options: Namespace) -> bool:
    """Is this a run of tests, to be measured?"""
    if options.no_blockcov or not (options.blockcov_source or getattr(options, "blockcov_cov_source", None)):
        return False
    others = ("help", "version", "collectonly", "showfixtures", "show_fixtures_per_test", "markers")
    return not any(getattr(options, name, False) for name in others)
