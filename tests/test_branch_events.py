"""Tools that hear of branches from sys.monitoring (3.14) hear the same of instrumented code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.project import clean_environment

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="BRANCH_LEFT and BRANCH_RIGHT are new in 3.14")

PROGRAM = """
import asyncio

async def items(n):
    for i in range(n):
        yield i

async def loop(n):
    found = []
    async for i in items(n):
        if i % 2:
            found.append(i)
    return found

def every(values, key):
    total = 0
    for value in values:
        if value is None:
            continue
        while value > 1 and key:
            value //= 2
        total += value or 1
    for left, right in zip(values, values):
        if left is not right:
            break
    else:
        total += 1
    match key:
        case [a, b] if a:
            total += b
        case {"k": 1}:
            total -= 1
    with_key = [v for v in values if v]
    return total if any(v for v in with_key) else None

def run():
    asyncio.run(loop(3))
    for key in ([1, 2], {"k": 1}, 0):
        every([3, None, 0], key)
        every([], key)
"""

LISTEN = """
import json, sys
import blockcov._blockcov as engine
mode, data, path = sys.argv[1:]
source = open(path).read()
mon = sys.monitoring
TOOL = mon.DEBUGGER_ID

def place(code, offset):
    return list(code.co_positions())[offset // 2]

def heard(code):
    log = []
    def hears(name):
        def callback(where, source, target):
            if where.co_filename == path:
                log.append([name, where.co_qualname, place(where, source)])
        return callback
    namespace = {}
    exec(code, namespace)
    mon.use_tool_id(TOOL, "test")
    mon.register_callback(TOOL, mon.events.BRANCH_LEFT, hears("left"))
    mon.register_callback(TOOL, mon.events.BRANCH_RIGHT, hears("right"))
    mon.set_events(TOOL, mon.events.BRANCH_LEFT | mon.events.BRANCH_RIGHT)
    namespace["run"]()
    mon.set_events(TOOL, 0)
    mon.free_tool_id(TOOL)
    known = {}
    for name in ("loop", "every"):
        code = namespace[name].__code__
        known[name] = [place(code, source) for source, _, _ in code.co_branches()]
    return {"log": log, "known": known}

plain = heard(compile(source, path, "exec"))
engine.start(data, mode, lambda name: False, print)
json.dump([plain, heard(engine.instrument(compile(source, path, "exec")))], sys.stdout)
"""


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_branch_events(mode: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-c", LISTEN, mode, str(tmp_path / "data"), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    assert done.returncode == 0, done.stderr
    plain: dict[str, Any]
    instrumented: dict[str, Any]
    plain, instrumented = json.loads(done.stdout)
    assert len(plain["log"]) > 40
    assert instrumented["log"] == plain["log"]
    for name, places in plain["known"].items():
        assert {*map(tuple, instrumented["known"][name])} == {*map(tuple, places)}
