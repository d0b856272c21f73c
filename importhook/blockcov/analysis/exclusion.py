"""What the user asked to leave out of the figures, by regular expressions."""

from __future__ import annotations

from dataclasses import dataclass

from blockcov.config import EXCLUDE_LINES, PARTIAL_BRANCHES, PARTIAL_BRANCHES_ALWAYS, Options


@dataclass(frozen=True)
class Exclusion:
    """Regular expressions with coverage.py's meaning; they match anywhere in a text, and over several lines."""

    lines: tuple[str, ...] = EXCLUDE_LINES
    """For lines that are not counted."""
    partial: tuple[str, ...] = PARTIAL_BRANCHES + PARTIAL_BRANCHES_ALWAYS
    """For lines whose missing branches are accepted."""

    def key(self) -> str:
        """Name this exclusion; another one has another name."""
        return repr((self.lines, self.partial))


DEFAULT_EXCLUSION = Exclusion()


def exclusion_of(options: Options) -> Exclusion:
    """Give what the settings exclude."""
    partial = (*options.partial_branches, *options.partial_also, *options.partial_branches_always)
    return Exclusion((*options.exclude_lines, *options.exclude_also), partial)
