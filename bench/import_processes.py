"""What instrumenting costs when modules are imported: the standard library of the interpreter that runs this.

    build/release/cpython-3.12.1/venv/bin/python bench/import_processes.py

Every measurement is a process of its own, which imports all modules of the standard library that can be imported
without side effects (test suites, windows and terminals are left out). These kinds take turns:

- `plain` and `measured` are the whole program, without and with `blockcov run --source=<standard library>`, whose data
  directory has the compiled code of earlier runs: CPU time of the process with its start-up, as the kernel reports it;
- `start plain` and `start measured` are the same program without any module to import: what the others take for
  starting;
- `parts` and `instrument` have a clock inside, which charges each moment to finding a module, to `marshal.loads`, to
  executing modules or to instrumenting. `instrument` is all that blockcov does to a code object before it is executed:
  deciding whether it is measured, rewriting, storing its map, making its counters and the new code objects. The data
  directory is empty at first, as it is for `blockcov run` without --append.

The first share is instrument / (loads + exec), the last two from the process without blockcov; the second one is what
the measured program takes more than the plain one, start-up taken off, in the least disturbed processes. All else are
medians over the repetitions. With
--instructions, each process is counted by `perf stat`, and the differences are given in instructions, too.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import os
import pkgutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STDLIB = os.path.dirname(os.path.realpath(os.__file__))
LEFT_OUT: tuple[str, ...] = (
    "antigravity",
    "this",
    "test",
    "tests",
    "idlelib",
    "turtledemo",
    "tkinter",
    "turtle",
    "lib2to3",
    "__main__",
)
LEFT_OUT += ("pip", "ensurepip", "curses", "idle_test", "site", "sitecustomize", "usercustomize", "cgitb", "_pyrepl")
PARTS = ("find", "loads", "exec", "instrument")


def modules() -> Iterator[str]:
    """Names of the standard library's modules, packages before what is in them."""
    top = sorted(name for name in sys.stdlib_module_names if name not in LEFT_OUT)
    for name in top:
        yield name
        directory = os.path.join(STDLIB, name)
        if not os.path.isfile(os.path.join(directory, "__init__.py")):
            continue
        for found in pkgutil.walk_packages([directory], name + "."):
            if not any(part in LEFT_OUT for part in found.name.split(".")):
                yield found.name


def import_all(names: list[str]) -> int:
    """Import what can be imported; gives how many modules written in Python there are then."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except (Exception, SystemExit):
                continue  # for another platform, or an optional part that is not there
    return sum(1 for module in list(sys.modules.values()) if getattr(module, "__cached__", None))


class Clock:
    """Charges CPU time to the part that is on top of the stack."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(PARTS, 0)
        self._stack = ["find"]
        self._since = time.thread_time_ns()

    def _charge(self) -> None:
        now = time.thread_time_ns()
        self.spent[self._stack[-1]] += now - self._since
        self._since = now

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `function`; what it calls is charged to `part`, unless wrapped too."""

        def call(*arguments: Any) -> Any:
            self._charge()
            self._stack.append(part)
            try:
                return function(*arguments)
            finally:
                self._charge()
                self._stack.pop()

        return call


def import_by_the_clock(names: list[str], data_dir: str | None, mode: str) -> dict[str, float]:
    """Import `names` with a clock in the import system, instrumenting into `data_dir` if there is one; ms by part."""
    import _frozen_importlib as bootstrap
    import _frozen_importlib_external as external
    import builtins
    import marshal
    import types

    clock = Clock()
    execute = clock.timed("exec", builtins.exec)
    if data_dir is not None:
        from blockcov import _blockcov
        from blockcov.select import Selector

        selector = Selector(STDLIB, [STDLIB])
        _blockcov.start(data_dir, mode, selector, print)
        _blockcov.stop()

        def rewritten(code: types.CodeType) -> types.CodeType:
            return _blockcov.instrument(code) if selector(code.co_filename) else code

        instrument = clock.timed("instrument", rewritten)
        run = execute

        def execute(code: Any, *spaces: Any) -> None:
            run(instrument(code), *spaces)

    loads = types.SimpleNamespace(loads=clock.timed("loads", marshal.loads), dumps=marshal.dumps)
    setattr(external, "marshal", loads)  # noqa: B010
    bootstrap._find_and_load = clock.timed("find", bootstrap._find_and_load)  # type: ignore[attr-defined]
    builtins.exec = execute
    count = import_all(names)
    clock.timed("find", int)()  # charges what came last
    return {part: nanoseconds / 1e6 for part, nanoseconds in clock.spent.items()} | {"modules": count}


def child(kind: str, options: argparse.Namespace) -> None:
    """One measurement, in a process of its own; prints JSON."""
    names = json.loads(Path(options.names).read_text())
    if kind == "whole":
        print(json.dumps({"modules": import_all(names)}))
    elif kind == "parts":
        print(json.dumps(import_by_the_clock(names, None, options.mode)))
    else:
        with tempfile.TemporaryDirectory() as data_dir:
            print(json.dumps(import_by_the_clock(names, data_dir, options.mode)))
            sys.stdout.flush()
            os._exit(0)


def measure(kind: str, names: str, mode: str, scratch: str, counter: bool) -> dict[str, float]:
    """Run one child and give what it prints, with its user and system CPU time in ms.

    With `counter`, "instructions" in user mode as well.
    """
    if kind.startswith("start "):
        kind, names = kind.removeprefix("start "), scratch + "/none.json"
    counts = scratch + "/perf.txt"
    command = ["perf", "stat", "-x", ",", "-e", "instructions:u", "-o", counts, "--"] if counter else []
    command += [sys.executable]
    if kind == "measured":
        command += ["-m", "blockcov", "run", "--mode", mode, "--source", STDLIB, "--data-dir", scratch + "/data"]
    inner = "whole" if kind in ("plain", "measured") else kind
    command += [os.path.realpath(__file__), "--child", inner, "--mode", mode, "--names", names]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BLOCKCOV"))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=scratch, env=environment) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: status {process.returncode}")
    counted = {"instructions": float(Path(counts).read_text().split("\n")[2].split(",")[0])} if counter else {}
    return {**json.loads(text), **counted, "user": usage.ru_utime * 1e3, "system": usage.ru_stime * 1e3}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="processes of each kind (default: 5)")
    parser.add_argument("--mode", choices=("counts", "hits"), default="counts")
    parser.add_argument("--instructions", action="store_true", help="count them with perf stat")
    parser.add_argument("--child", choices=("whole", "parts", "instrument"), help=argparse.SUPPRESS)
    parser.add_argument("--names", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options)
        return 0

    kinds = ("plain", "measured", "parts", "instrument", "start plain", "start measured")
    with tempfile.TemporaryDirectory() as scratch:
        names = scratch + "/names.json"
        Path(names).write_text(json.dumps(list(modules())))
        Path(scratch + "/none.json").write_text("[]")
        samples: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        for kind in kinds:
            measure(kind, names, options.mode, scratch, options.instructions)  # fills the bytecode caches
        for _ in range(options.repeat):
            for kind in kinds:
                samples[kind].append(measure(kind, names, options.mode, scratch, options.instructions))

    def median(kind: str, key: str) -> float:
        return statistics.median(sample[key] for sample in samples[kind])

    version = ".".join(map(str, sys.version_info[:3]))
    print(
        f"CPython {version}, {median('plain', 'modules'):.0f} modules, mode {options.mode}, median of {options.repeat}"
    )
    print(f"{'ms':16}" + "".join(f"{name:>12}" for name in ("user", "system", *PARTS)))
    for kind in kinds:
        shown = PARTS if kind in ("parts", "instrument") else ()
        print(f"{kind:16}" + "".join(f"{median(kind, key):12.1f}" for key in ("user", "system", *shown)))
    share = median("instrument", "instrument") / (median("parts", "loads") + median("parts", "exec"))
    ratio = statistics.median(m["user"] / p["user"] for m, p in zip(samples["measured"], samples["plain"], strict=True))
    print(f"instrument / (loads + exec): {share:.1%}    measured / plain, user CPU: {ratio:.3f}")

    def added(*keys: str) -> float:
        """What measuring adds, start-up taken off, in the least disturbed processes."""
        least = {kind: min(sum(sample[key] for key in keys) for sample in samples[kind]) for kind in kinds}
        return least["measured"] - least["start measured"] - (least["plain"] - least["start plain"])

    cpu = added("user", "system")
    imported = median("parts", "loads") + median("parts", "exec")
    print(f"added without start-up: {cpu:.1f} ms, {cpu / imported:.1%} of loads + exec")
    if options.instructions:
        plain = median("plain", "instructions") - median("start plain", "instructions")
        more = added("instructions")
        print(f"added without start-up: {more / 1e6:.0f}M instructions, {more / plain:.1%} of the plain program's")
    return 0


if __name__ == "__main__":
    sys.exit(main())
