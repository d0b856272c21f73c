"""The text after ``#:``: clauses of expected counts. The package's docstring describes the language."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

Version = tuple[int, int]

#: The two outcomes of each kind of branch, as the JSON report names them.
KINDS: dict[str, tuple[str, str]] = {
    "condition": ("true", "false"),
    "loop": ("next", "done"),
    "case": ("match", "skip"),
    "except": ("caught", "passed"),
}

_KIND_OF_OUTCOME = {outcome: kind for kind, outcomes in KINDS.items() for outcome in outcomes}
_TOKEN = re.compile(r"\s*(?:(?P<pair>[a-z]+=\w+)|(?P<number>[0-9]+)(?!\w)|(?P<word>[A-Za-z_]\w*)|(?P<bracket>[\[\]]))")
_VERSION = re.compile(r"\s*(?P<comparison>>=|<=|==|!=|<|>)\s*(?P<major>\d+)\.(?P<minor>\d+)\s*")
_COMPARISONS: dict[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}


class AnnotationError(Exception):
    """A malformed annotation or directive; the text says what is wrong, its reader adds the place."""


@dataclass(frozen=True)
class Branch:
    """One branch: its kind, and how often it went each way (in the order of ``KINDS``)."""

    kind: str
    counts: tuple[int, int]

    def __str__(self) -> str:
        return (
            "[" + " ".join(f"{name}={count}" for name, count in zip(KINDS[self.kind], self.counts, strict=True)) + "]"
        )


@dataclass(frozen=True)
class Expectation:
    """What one line is expected to have on one version.

    ``count`` is None where only the branches are given. ``never`` stands for zeros all over, however many branches
    there are. ``calls`` is None where it is not to be checked.
    """

    count: int | None = None
    branches: tuple[Branch, ...] = ()
    raises: int = 0
    calls: int | None = None
    never: bool = False

    def clipped(self) -> Expectation:
        """What mode hits is expected to say: whether, not how often."""

        def clip(count: int | None) -> int | None:
            return None if count is None else min(count, 1)

        branches = tuple(Branch(each.kind, (min(each.counts[0], 1), min(each.counts[1], 1))) for each in self.branches)
        return Expectation(clip(self.count), branches, min(self.raises, 1), clip(self.calls), self.never)


@dataclass(frozen=True)
class VersionRange:
    """A comparison with a version, such as ``>=3.12``."""

    comparison: str
    version: Version

    def holds(self, version: Version) -> bool:
        return _COMPARISONS[self.comparison](version, self.version)

    def __str__(self) -> str:
        return f"{self.comparison}{self.version[0]}.{self.version[1]}"


def parse_version_range(text: str) -> VersionRange:
    """``>=3.12``; raises AnnotationError for anything else."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise AnnotationError(f"not a version range: {text.strip()!r}")
    return VersionRange(found["comparison"], (int(found["major"]), int(found["minor"])))


@dataclass
class _Facts:
    """The facts of one or more clauses, each given at most once."""

    count: int | None = None
    branches: list[Branch] | None = None
    raises: int | None = None
    calls: int | None = None
    never: bool = False

    def empty(self) -> bool:
        return self == _Facts()

    def add(self, other: _Facts) -> None:
        """Adds the facts of another clause; raises AnnotationError when one is there already."""
        for name in ("count", "branches", "raises", "calls"):
            value = getattr(other, name)
            if value is None:
                continue
            if getattr(self, name) is not None:
                raise AnnotationError(f"{name} given twice")
            setattr(self, name, value)
        if self.never and other.never:
            raise AnnotationError("never given twice")
        self.never |= other.never
        if self.never and self != _Facts(never=True):
            raise AnnotationError("never stands alone")

    def expectation(self) -> Expectation:
        if self.never:
            return Expectation(count=0, never=True)
        if self.count is None and not self.branches:
            raise AnnotationError("neither a line count nor a branch")
        return Expectation(self.count, tuple(self.branches or ()), self.raises or 0, self.calls)


@dataclass(frozen=True)
class Annotation:
    """A parsed annotation: its clauses in the order of the text, each with the versions for which it holds."""

    clauses: tuple[tuple[VersionRange | None, _Facts], ...]

    def on(self, version: Version) -> Expectation | None:
        """What is expected on this version, None when no clause holds; raises AnnotationError for a clash."""
        facts = _Facts()
        for versions, more in self.clauses:
            if versions is None or versions.holds(version):
                facts.add(more)
        return None if facts.empty() else facts.expectation()


def _number(text: str, where: str) -> int:
    if text == "never":
        return 0
    if not re.fullmatch("[0-9]+", text):
        raise AnnotationError(f"not a count: {where!r}")
    return int(text)


def _branch(pairs: dict[str, int]) -> Branch:
    """A branch of its two outcomes; raises AnnotationError when there are not exactly the two of one kind."""
    if not pairs:
        raise AnnotationError("empty brackets")
    kind = _KIND_OF_OUTCOME[next(iter(pairs))]
    names = KINDS[kind]
    if set(pairs) != set(names):
        raise AnnotationError(f"a branch has the outcomes {names[0]} and {names[1]}, not {' '.join(pairs)}")
    return Branch(kind, (pairs[names[0]], pairs[names[1]]))


class _ClauseParser:
    """Reads the items of one clause, left to right."""

    def __init__(self) -> None:
        self.facts = _Facts()
        self.bare: dict[str, int] = {}  # outcomes outside brackets: together one branch
        self.inside: dict[str, int] | None = None  # outcomes since the open bracket
        self.bracketed: list[Branch] = []

    def parse(self, text: str) -> _Facts:
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                raise AnnotationError(f"cannot read {text[position:].strip()!r}")
            position = found.end()
            self.item(found)
        if self.inside is not None:
            raise AnnotationError("bracket not closed")
        if self.bare and self.bracketed:
            raise AnnotationError("outcomes both inside and outside brackets")
        if self.bare:
            self.facts.branches = [_branch(self.bare)]
        elif self.bracketed:
            self.facts.branches = self.bracketed
        if self.facts.never and self.facts != _Facts(never=True):
            raise AnnotationError("never stands alone")
        if self.facts.empty():
            raise AnnotationError("empty clause")
        return self.facts

    def item(self, found: re.Match[str]) -> None:
        if found["bracket"]:
            self.bracket(found["bracket"])
        elif found["pair"]:
            self.pair(found["pair"])
        elif self.inside is not None:
            raise AnnotationError(f"only outcomes may stand in brackets, not {found.group().strip()!r}")
        elif found["number"]:
            self.facts.add(_Facts(count=int(found["number"])))
        elif found["word"] == "never":
            self.facts.never = True
        else:
            raise AnnotationError(f"unknown word {found['word']!r}")

    def bracket(self, which: str) -> None:
        if which == "[":
            if self.inside is not None:
                raise AnnotationError("bracket inside a bracket")
            self.inside = {}
        else:
            if self.inside is None:
                raise AnnotationError("bracket closed that was not opened")
            self.bracketed.append(_branch(self.inside))
            self.inside = None

    def pair(self, text: str) -> None:
        name, value = text.split("=")
        count = _number(value, text)
        if name in _KIND_OF_OUTCOME:
            outcomes = self.bare if self.inside is None else self.inside
            if name in outcomes:
                raise AnnotationError(f"outcome {name!r} given twice")
            outcomes[name] = count
        elif self.inside is not None:
            raise AnnotationError(f"only outcomes may stand in brackets, not {text!r}")
        elif name == "raise":
            self.facts.add(_Facts(raises=count))
        elif name == "calls":
            self.facts.add(_Facts(calls=count))
        else:
            raise AnnotationError(f"unknown word {name!r}")


def parse_annotation(text: str) -> Annotation:
    """Parses what follows ``#:``; raises AnnotationError, without a place, for all that is not in the language."""
    clauses: list[tuple[VersionRange | None, _Facts]] = []
    for clause in text.split(";"):
        items, at, versions = clause.partition("@")
        clauses.append((parse_version_range(versions) if at else None, _ClauseParser().parse(items)))
    return Annotation(tuple(clauses))
