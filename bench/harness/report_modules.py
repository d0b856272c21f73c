"""Makes real modules to report on, and runs them without harm. Run by the interpreter that is measured.

    python report_modules.py make DIR N           copies N modules of its standard library (tests included) to DIR
    blockcov run --source DIR report_modules.py run DIR
    python report_modules.py parse DIR            makes the syntax tree of each, in a process for each processor

Running executes every module's body and calls each function once, with *stubs* in place of everything from outside:
what is imported, what opens files or asks for input, and all arguments. A stub can be called, compared, iterated,
entered and inherited from. So conditions, loops and handlers really run, and nothing outside of the process changes.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import sysconfig
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STEPS = 400  # operations on stubs that one function may make
SECONDS = 0.05  # and how long it may run
PER_DIRECTORY = 100
ENDLESS = ("test_exceptions",)  # they swallow whatever should end them
OUTSIDE = ("open", "input", "print", "exec", "eval", "compile", "breakpoint", "exit", "quit", "help")


class Enough(BaseException):
    """A function has run for long enough."""


class Stub:
    """Stands for anything. Its answers follow a fixed pattern."""

    steps = 0

    def _step(self) -> int:
        Stub.steps += 1
        if Stub.steps > STEPS:
            raise Enough
        return Stub.steps

    def __getattr__(self, name: str) -> Any:
        self._step()
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Leave what it decorates alone, else give itself."""
        self._step()
        return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], type | types.FunctionType) else self

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """Vanish from the bases of a class."""
        return ()

    def __iter__(self) -> Iterator[Any]:
        yield from (self,) * (self._step() % 4)

    def __bool__(self) -> bool:
        return self._step() % 3 > 0

    def __len__(self) -> int:
        return self._step() % 3

    def __index__(self) -> int:
        return self._step() % 3

    def __contains__(self, item: object) -> bool:
        return self._step() % 2 > 0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def _same(self, *others: Any) -> Any:
        self._step()
        return self

    def _truth(self, other: object) -> bool:
        return self._step() % 2 > 0

    __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __floordiv__ = _same
    __mod__ = __rmod__ = __or__ = __ror__ = __and__ = __rand__ = __lshift__ = __rshift__ = __neg__ = __invert__ = _same
    __setitem__ = __delitem__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = _truth

    def __setattr__(self, name: str, value: object) -> None:
        self._step()

    def __delattr__(self, name: str) -> None:
        self._step()


def sources() -> list[Path]:
    """Give the standard library's source files, those of its tests last."""
    root = Path(sysconfig.get_path("stdlib"))
    found = [path for path in root.rglob("*.py") if "site-packages" not in path.parts]
    found = [path for path in found if path.stem not in ENDLESS]
    return sorted(found, key=lambda path: ("test" in path.parts or "tests" in path.parts, path))


def make(directory: Path, count: int) -> None:
    """Copy the first `count` that compile; when there are fewer, some twice."""
    shutil.rmtree(directory, ignore_errors=True)
    warnings.simplefilter("ignore")
    made = 0
    for turn in range(count):
        before = made
        for path in sources():
            if made == count:
                return
            source = path.read_bytes()
            try:
                compile(source, path.name, "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                continue  # some tests hold what must not compile
            target = directory / f"part{made // PER_DIRECTORY:02}" / f"{path.stem}_{made}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source + (b"\n# again\n" if turn else b""))
            made += 1
        if made == before:
            raise SystemExit("report_modules.py: this interpreter has no sources of its standard library")


def execute(path: Path) -> None:
    """Run the body of a module, then call what it defines."""
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    replaced = {**vars(builtins), **dict.fromkeys(OUTSIDE, Stub()), "__import__": lambda *_: Stub()}
    module: dict[str, Any] = {"__name__": path.stem, "__file__": str(path), "__builtins__": replaced}
    limited(lambda: exec(code, module))  # blockcov's: this is where the module gets its probes
    for function in list(functions(module, path.stem, set())):
        code = function.__code__
        given = [Stub()] * (code.co_argcount - len(function.__defaults__ or ()))
        named = dict.fromkeys(code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount], Stub())
        limited(lambda call=function, given=given, named=named: run(call(*given, **named)))


def functions(names: dict[str, Any], module: str, seen: set[int]) -> Iterator[types.FunctionType]:
    """Give the functions of a module and the methods of its classes."""
    for value in list(names.values()):
        if id(value) in seen or getattr(value, "__module__", None) != module:
            continue
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            yield value
        elif isinstance(value, type):
            yield from functions(dict(vars(value)), module, seen)


def run(result: object) -> None:
    """Run a generator or a coroutine a little, then close it."""
    if isinstance(result, types.GeneratorType | types.CoroutineType):
        try:
            for _ in range(5):
                result.send(None)
        finally:
            result.close()


def limited(call: Any) -> None:
    """Call; what it raises is part of the game."""
    Stub.steps = 0
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)
        with contextlib.suppress(BaseException):
            call()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Enough:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_all(directory: Path) -> None:
    """Execute all modules of `directory`."""

    def stop(*_: object) -> None:
        raise Enough

    signal.signal(signal.SIGALRM, stop)
    sys.unraisablehook = lambda _: None  # what __del__ raises
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    sys.setrecursionlimit(200)
    warnings.simplefilter("ignore")
    for path in sorted(directory.rglob("*.py")):
        execute(path)
    sys.stdout.flush()
    os._exit(0)  # nothing of what was defined is to be taken down


def parse(path: Path) -> None:
    """Make a syntax tree and drop it, as fast as that goes: without looking for cycles, which it has not."""
    gc.disable()
    warnings.simplefilter("ignore")
    ast.parse(path.read_bytes())


def parse_all(directory: Path) -> None:
    """Parse all modules of `directory`, in forked processes."""
    with multiprocessing.get_context("fork").Pool(len(os.sched_getaffinity(0))) as pool:
        pool.map(parse, sorted(directory.rglob("*.py")), chunksize=8)


def main() -> None:
    """Make, run or parse."""
    command, directory, *rest = sys.argv[1:]
    if command == "make":
        make(Path(directory), int(rest[0]))
    elif command == "parse":
        parse_all(Path(directory))
    else:
        run_all(Path(directory))


if __name__ == "__main__":
    main()
