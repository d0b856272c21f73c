"""The raw samples of one interpreter, and their JSON form: one file for each interpreter in bench/results/."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1


@dataclass
class Samples:
    """CPU seconds of repeated runs of the empty program."""

    user: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)  # user and system


@dataclass
class Measured:
    """One tool on one program. `error` says why the times do not count."""

    pairs: list[tuple[float, float]] = field(default_factory=list)  # user CPU seconds: plain, tool
    wall: list[tuple[float, float]] = field(default_factory=list)
    lines: int = 0  # executed lines that the tool reported
    error: str | None = None


@dataclass
class ProgramResults:
    """One program: `kind` is "compute" or "suite", `result` what it printed."""

    kind: str
    argument: str
    result: str
    tools: dict[str, Measured] = field(default_factory=dict)


@dataclass
class Results:
    """All that was measured on one interpreter in one run."""

    python: str
    machine: dict[str, str]
    started: str  # UTC, ISO 8601
    options: dict[str, Any]
    versions: dict[str, str]
    commands: dict[str, str]
    startup: dict[str, Samples] = field(default_factory=dict)
    programs: dict[str, ProgramResults] = field(default_factory=dict)
    instructions: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)  # at the tiny and reduced size
    finished: bool = False
    format: int = FORMAT

    def to_json(self) -> str:
        """Give the file's text; a list of numbers stays on one line."""
        return compact(dataclasses.asdict(self)) + "\n"

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(self.to_json(), encoding="utf-8")
        os.replace(new, path)


def compact(value: Any, indent: int = 0) -> str:
    """Format JSON with an object's members on lines of their own and lists on one line."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = " " * (indent + 2)
    members = (f"{inner}{json.dumps(str(key))}: {compact(each, indent + 2)}" for key, each in value.items())
    return "{\n" + ",\n".join(members) + "\n" + " " * indent + "}"


def load(path: Path) -> Results:
    """Read a file that `save` wrote; ValueError for any other."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']}, not {FORMAT}")
        document["startup"] = {tool: Samples(**each) for tool, each in document["startup"].items()}
        document["programs"] = {name: _program(each) for name, each in document["programs"].items()}
        return Results(**document)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: not results of this benchmark: {error}") from error


def _program(document: dict[str, Any]) -> ProgramResults:
    tools = {}
    for name, each in document["tools"].items():
        each["pairs"] = [(plain, tool) for plain, tool in each["pairs"]]
        each["wall"] = [(plain, tool) for plain, tool in each["wall"]]
        tools[name] = Measured(**each)
    return ProgramResults(**{**document, "tools": tools})


def load_all(directory: Path) -> list[Results]:
    """Read all results in `directory`, oldest Python first."""
    found = [load(path) for path in directory.glob("cpython-*.json")]
    return sorted(found, key=lambda results: [int(part) for part in results.python.split(".")])
