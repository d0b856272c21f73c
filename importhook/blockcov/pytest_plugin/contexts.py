"""A context for each test: what its setup, its call and its teardown execute, named by its node id."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from blockcov import start_text
from blockcov.live import context
from blockcov.run import START

NAME = "blockcov-contexts"


class Contexts:
    """Switches from test to test.

    From one test to the next is one switch, half of what leaving and entering cost. Children that a test starts find
    its context in BLOCKCOV_START; forked ones have it anyway.
    """

    def __init__(self) -> None:
        self._active: context | None = None
        self._settings: dict[str, Any] = start_text.loads(os.environ.get(START) or "{}")
        self._for_children = bool(self._settings) and not self._settings.get("context")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
        """Run a test in its context: also what fixtures do that are set up for it first, or torn down behind it."""
        self._switch(item.nodeid.replace("\0", "\\0"))
        yield
        if nextitem is None:
            self._leave()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Leave the context of the last test, when the tests ended early."""
        self._leave()

    def _switch(self, name: str) -> None:
        if self._active is None:
            self._active = context(name).__enter__()
        else:
            self._active.switch(name)
        self._tell_children(name)

    def _leave(self) -> None:
        if self._active is not None:
            self._active.__exit__()
            self._active = None
            self._tell_children("")

    def _tell_children(self, name: str) -> None:
        if self._for_children and START in os.environ:
            os.environ[START] = start_text.dumps({**self._settings, "context": name})
