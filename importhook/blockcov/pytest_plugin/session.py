"""A measured pytest session: reports at its end, and what xdist's workers need."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from blockcov.errors import OK
from blockcov.pytest_plugin.reports import TERMINAL, Outcome, Reporter, Wanted

if TYPE_CHECKING:
    from blockcov.config import Options

_RED, _YELLOW = {"red": True, "bold": True}, {"yellow": True}
_FOUND = "blockcov_found"
_NO_REPORT = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)


class Measured:
    """The hooks of a process that is measured.

    `worker`: it runs tests for another process, which reports. `early`: modules that were imported too early to be
    measured. `changed`: variables of the environment that the start has set, and what they were before. Without
    `found`, this is a worker that was not told what to measure and where to.
    """

    def __init__(
        self,
        config: pytest.Config,
        options: Options,
        worker: bool,
        early: Sequence[str] = (),
        changed: Mapping[str, str | None] | None = None,
        found: bool = True,
    ) -> None:
        given = config.known_args_namespace
        self.worker = worker
        self.early = early
        self.fail_under = options.fail_under
        self.silent_on_failure: bool = given.no_blockcov_on_fail
        self._changed = changed
        self.found = found
        self._unmeasured: list[str] = []
        self._lines: list[tuple[str, dict[str, bool]]] = []
        words: list[Wanted | None] = given.blockcov_report
        self._wanted = [word for word in words if word is not None] if words else [Wanted("term")]
        self._reporter = Reporter(options, given.blockcov_config)

    def pytest_report_header(self) -> str | None:
        """Say what is not measured although it should be."""
        if not self.early or self.worker:
            return None
        return f"blockcov: imported before measuring could begin: {', '.join(self.early)}"

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Make the reports when all tests are done, those of xdist's workers too."""
        yield
        if self.worker:
            session.config.workeroutput[_FOUND] = self.found  # type: ignore[attr-defined]  # xdist's
            return
        if session.exitstatus in _NO_REPORT:
            return
        from blockcov import _blockcov

        _blockcov.finish()
        if self.silent_on_failure and session.testsfailed:
            return
        good = self._report()
        if not good and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take note of a worker that was not measured; one that has crashed says nothing."""
        if not getattr(node, "workeroutput", {}).get(_FOUND, True):
            self._unmeasured.append(node.gateway.id)

    def _report(self) -> bool:
        """Make all reports; False when one fails, the total is too low, or something was not measured."""
        good = not self._unmeasured
        if self._unmeasured:
            workers = ", ".join(sorted(self._unmeasured))
            self._lines.append((f"blockcov: error: not measured, since on another machine: {workers}", _RED))
        shown = [wanted for wanted in self._wanted if wanted.kind in TERMINAL]
        for wanted in shown:
            good &= self._say(self._reporter.table(wanted))
        if not shown and self.fail_under:
            good &= self._say(self._reporter.total(), "total coverage (percent): ")
        for wanted in self._wanted:
            if wanted.kind in TERMINAL:
                continue
            outcome = self._reporter.file(wanted)
            good &= self._say(outcome)
            if outcome.status == OK and not outcome.text:
                place = f" to {wanted.place}" if wanted.place else ""
                self._lines.append((f"{wanted.kind} report written{place}", {}))
        return good

    def _say(self, outcome: Outcome, before: str = "") -> bool:
        """Keep what a command printed for the summary; was its status zero?"""
        good = outcome.status == OK
        if outcome.text:
            self._lines.append((before + outcome.text.rstrip("\n"), {}))
        if outcome.errors:
            self._lines.append((outcome.errors.rstrip("\n"), _YELLOW if good else _RED))
        elif not good:
            self._lines.append((f"blockcov: error: ended with status {outcome.status}", _RED))
        return good

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the reports."""
        if not self._lines:
            return
        terminalreporter.write_sep("=", "coverage (blockcov)")
        for text, markup in self._lines:
            terminalreporter.write_line(text, **markup)

    def pytest_unconfigure(self) -> None:
        """Leave a process that goes on as it was: further children are not measured, nor is what is imported."""
        if self._changed is None:
            return
        from blockcov import _blockcov

        _blockcov.stop()
        for name, value in self._changed.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
