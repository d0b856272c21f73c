"""Reads the contexts of a project's measurements, for tests."""

from __future__ import annotations

import json

from tests.project import Project

_READER = """
import json, os, sys
from blockcov import config, contexts, data
options = config.load(None, {"data_dir": sys.argv[1]})
found = contexts.load(options)
files = {}
for file in data.load(options).files:
    for each in found.of_file(file):
        files.setdefault(file.name, {})[each.name] = {
            "lines": {line: count for line, count in each.lines.items()},
            "outcomes": [branch.outcomes for branch in each.analysis.branches],
            "calls": {function["name"]: function["calls"] for function in each.analysis.functions},
        }
chosen = [{file.name: {line: count for line, count in file.analysis.lines.items() if count}
           for file in found.measurements(names).files} for names in json.loads(sys.argv[2])]
print(json.dumps([list(found.names), files, chosen, found.damaged]))
"""


class Read:
    """What `blockcov.contexts` says of a project.

    `names`: all contexts. `lines[file][context]`: the counts of the lines that ran; likewise `outcomes` and `calls`.
    `chosen`: for each list of names asked for, the lines of each file counted in any of them. `damaged`: messages.
    """

    def __init__(self, project: Project, *chosen: list[str], data_dir: str = ".blockcov") -> None:
        done = project.python("-c", _READER, data_dir, json.dumps(chosen))
        assert done.status == 0, done.errors
        names, files, selected, self.damaged = json.loads(done.out)
        self.names: list[str] = names
        self.lines = {
            file: {name: _by_line(each["lines"]) for name, each in by_name.items()} for file, by_name in files.items()
        }
        self.outcomes = {
            file: {name: each["outcomes"] for name, each in by_name.items()} for file, by_name in files.items()
        }
        self.calls = {file: {name: each["calls"] for name, each in by_name.items()} for file, by_name in files.items()}
        self.chosen = [{file: _by_line(lines) for file, lines in each.items()} for each in selected]


def _by_line(lines: dict[str, int]) -> dict[int, int]:
    return {int(line): count for line, count in lines.items()}
