"""The outcome of a ``case``, from the tests of its pattern.

Every test of a pattern has the span of the (sub-)pattern that makes it. A failing test leaves the pattern, except in
an alternative of an or-pattern that has another one after it; a pattern that goes through ends with the success of
its last refutable part.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .model import Span
from .spans import span_of
from .tested import Counted


@dataclass(slots=True)
class Tests:
    """The tests that one pattern node makes itself."""

    failed: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    """Successes by step: ``kind``, ``length``, ``keys`` or ``value``."""
    sites: int = 0
    singleton_none: bool = False


def parts(pattern: ast.pattern) -> list[ast.pattern]:
    """The sub-patterns that all have to match, in the order of their tests."""
    if isinstance(pattern, ast.MatchAs):
        return [] if pattern.pattern is None else [pattern.pattern]
    if isinstance(pattern, ast.MatchSequence | ast.MatchMapping):
        return pattern.patterns
    if isinstance(pattern, ast.MatchClass):
        return pattern.patterns + pattern.kwd_patterns
    return []


def is_refutable(pattern: ast.pattern) -> bool:
    """Whether `pattern` can fail."""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is not None and is_refutable(pattern.pattern)
    if isinstance(pattern, ast.MatchOr):
        return all(is_refutable(alternative) for alternative in pattern.patterns)
    return not isinstance(pattern, ast.MatchStar)


def last_step(pattern: ast.pattern) -> str:
    """The step that a pattern node itself makes last."""
    if isinstance(pattern, ast.MatchSequence):
        stars = sum(isinstance(part, ast.MatchStar) for part in pattern.patterns)
        return "kind" if stars and len(pattern.patterns) == 1 else "length"
    if isinstance(pattern, ast.MatchMapping):
        return "keys" if pattern.keys else "kind"
    if isinstance(pattern, ast.MatchClass):
        return "kind"
    return "value"


def step_of(producers: list[str]) -> str:
    """The step that a test makes, by the instructions before it, nearest first."""
    for op in producers:
        if op == "MATCH_KEYS":
            return "keys"
        if op == "GET_LEN":
            return "length"
        if op in ("MATCH_SEQUENCE", "MATCH_MAPPING", "MATCH_CLASS"):
            return "kind"
        if op not in ("COPY", "TO_BOOL", "COMPARE_OP", "LOAD_CONST", "LOAD_SMALL_INT", "NOP", "EXTENDED_ARG"):
            break
    return "value"


class Patterns:
    """The tests of all patterns of a file, by span."""

    def __init__(self, cases: list[tuple[Counted, ast.pattern]]) -> None:
        self._cases = cases
        self.tests: dict[Span, Tests] = {}
        todo = [pattern for _, pattern in cases]
        while todo:
            pattern = todo.pop()
            if isinstance(pattern, ast.MatchOr):
                todo.extend(pattern.patterns)
                continue
            todo.extend(parts(pattern))
            if isinstance(pattern, ast.MatchAs | ast.MatchStar):
                continue
            none = isinstance(pattern, ast.MatchSingleton) and pattern.value is None
            self.tests.setdefault(span_of(pattern), Tests(singleton_none=none))

    def add(self, span: Span, test: str, producers: list[str], true: int, false: int) -> bool:
        """Count one test at `span`; whether there is such a pattern."""
        tests = self.tests.get(span)
        if tests is None:
            return False
        if test == "none" and not tests.singleton_none:
            true, false = false, true  # MATCH_KEYS and MATCH_CLASS leave None when they fail
        step = step_of(producers)
        tests.passed[step] = tests.passed.get(step, 0) + true
        tests.failed += false
        tests.sites += 1
        return True

    def _passed(self, pattern: ast.pattern) -> int:
        if isinstance(pattern, ast.MatchOr):
            return sum(self._passed(alternative) for alternative in pattern.patterns)
        for part in reversed(parts(pattern)):
            if is_refutable(part):
                return self._passed(part)
        tests = self.tests.get(span_of(pattern))
        return 0 if tests is None else tests.passed.get(last_step(pattern), 0)

    def _failed(self, pattern: ast.pattern) -> int:
        if isinstance(pattern, ast.MatchOr):
            return self._failed(pattern.patterns[-1])
        if not is_refutable(pattern):
            return 0
        tests = self.tests.get(span_of(pattern))
        own = 0 if tests is None else tests.failed
        return own + sum(self._failed(part) for part in parts(pattern))

    def _sites(self, pattern: ast.pattern) -> int:
        if isinstance(pattern, ast.MatchOr):
            return sum(self._sites(alternative) for alternative in pattern.patterns)
        tests = self.tests.get(span_of(pattern))
        own = 0 if tests is None else tests.sites
        return own + sum(self._sites(part) for part in parts(pattern))

    def settle(self) -> None:
        """Give every case its outcomes. A case that cannot fail gets no sites, so it is no branch."""
        for counted, pattern in self._cases:
            if is_refutable(pattern):
                counted.hit = self._passed(pattern)
                counted.other = self._failed(pattern)
                counted.sites = self._sites(pattern)
