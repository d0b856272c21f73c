"""What the index says of a file."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from blockcov.report.numbers import Numbers, display_percent


@dataclass(frozen=True)
class Entry:
    """A source file, its figures and its page; `changed` are lines that differ from the revision asked for."""

    name: str
    place: str
    numbers: Numbers
    changed: int = 0

    @property
    def percent(self) -> str:
        """The cover, as it is shown."""
        return display_percent(self.numbers.percent_covered, self.numbers.precision) + "%"

    def as_json(self) -> list[Any]:
        """Give it for the manifest, without `changed`."""
        return [self.name, self.place, list(astuple(self.numbers))]

    @classmethod
    def from_json(cls, value: Any) -> Entry:
        """Read what as_json() gave. Raises TypeError or ValueError for anything else."""
        name, place, numbers = value
        if not isinstance(name, str) or not isinstance(place, str):
            raise TypeError("names are strings")
        return cls(name, place, Numbers(*map(int, numbers)))
