"""Runs a program uninstrumented under `sys.settrace` and logs every step from one instruction to the next.

Run by the interpreter under test, as a script: `record.py MODE OUT FILES PROGRAM ARGS...`, where MODE is
  opcodes  log steps with `f_trace_opcodes`, and which of them were line events;
  lines    count lines with the standard library's `trace` module, as `python -m trace --count` does;
  monitor  count instructions with `sys.monitoring` (3.12+), a second way to the same figures;
FILES is a file that lists the measured source files, one a line. Nothing else of this package is imported, so that
the program finds the interpreter as undisturbed as may be.

The log of one code object maps a step to how often it happened. A step is one integer, `before << SHIFT | after`:
`before` is `offset << 2 | flags` with the flags RAISED (an exception event came in between) and SUSPENDED (the frame
had yielded), `after` is an offset, or `RESUMED | offset` for a `call` event of a frame that had run before, or LEFT.

How the interpreters differ in what they say, and what is done here about it (the rest is in `derive`):
- 3.12 decides when `sys.settrace` is called whether opcodes are traced at all, so a frame must have asked before;
- 3.13 switches opcode events on for a code object when a frame that already has a trace function asks for them, so
  `f_trace` is set before `f_trace_opcodes`, or the first call of every function would be lost;
- none of them traces RESUME and what is before it: a `call` event stands for it;
- 3.14 closes a generator that is not inside a `try` without running it, as 3.13 does, but only if nobody wants to hear
  of that. Here somebody does; so what is traced of such a frame's end is left out. (A GeneratorExit that is thrown by
  hand looks the same. It runs the frame.)
"""

from __future__ import annotations

import gc
import marshal
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from types import CodeType, FrameType, ModuleType
    from typing import Any

    LocalTracer = Callable[[FrameType, str, Any], Any]

SHIFT = 28
RAISED = 1
SUSPENDED = 2
RESUMED = 1 << 26
LEFT = 1 << 27
CLOSES_UNRUN = sys.version_info >= (3, 13)
DEPTH_1 = 4  # in the argument of a RESUME: only the handler that every generator has is around it


class Log:
    """What was seen of one code object."""

    __slots__ = ("code", "copies", "lines", "starts", "steps")

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.copies: list[CodeType] = []  # alive, so that their ids stay theirs
        self.steps: dict[int, int] = {}  # step -> count
        self.lines: dict[int, int] = {}  # step -> line events that came with it
        self.starts: dict[int, int] = {}  # offset at the first call event of a frame -> count


def likeness(code: CodeType) -> Hashable:
    """What a copy of a code object with other flags, constants or names shares with it (`types.coroutine`)."""
    return code.co_filename, code.co_qualname, code.co_firstlineno, code.co_code, code.co_linetable


class Recorder:
    """The trace functions and the logs they fill."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        self.logs: dict[int, Log] = {}  # id of the code object -> Log; the Log keeps the code object alive
        self.roots: list[tuple[str, list[Log]]] = []  # (file, [Log of code 0, of code 1, ...])
        self.originals: dict[Hashable, Log] = {}  # by what a copy made by code.replace() shares with it

    def register(self, code: CodeType) -> Log:
        """Number a code object never seen, with all that is in it, as a unit of its own."""
        unit: list[Log] = []
        self.roots.append((code.co_filename, unit))
        pending = [code]
        while pending:
            here = pending.pop()
            log = self.logs[id(here)] = Log(here)
            self.originals[likeness(here)] = log
            unit.append(log)
            pending.extend(const for const in reversed(here.co_consts) if hasattr(const, "co_code"))
        return self.logs[id(code)]

    def on_call(self, frame: FrameType, event: str, arg: Any) -> LocalTracer | None:
        """The global trace function: a frame begins or goes on."""
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        local = frame.f_trace
        if local is not None:
            local(frame, "resumed", None)
            return local
        log = self.logs.get(id(code))
        if log is None:
            if code.co_name == "<module>":
                log = self.register(code)
            else:
                log = self.originals.get(likeness(code))
                if log is None:
                    return None  # of a module that was imported before the program started
                log.copies.append(code)
                self.logs[id(code)] = log
        lasti = frame.f_lasti
        log.starts[lasti] = log.starts.get(lasti, 0) + 1
        local = local_tracer(log, lasti)
        frame.f_trace = local
        frame.f_trace_opcodes = True
        return local


def local_tracer(log: Log, lasti: int) -> LocalTracer:
    """The trace function of one frame, which remembers what the frame executed last."""
    steps = log.steps
    before = lasti << 2 << SHIFT
    events = resumption = 0
    closed = False

    def local(frame: FrameType, event: str, arg: Any) -> LocalTracer:
        nonlocal before, events, resumption, closed
        if closed:
            return local
        if event == "opcode":
            after = frame.f_lasti
            step = before | after
            try:
                steps[step] += 1
            except KeyError:
                steps[step] = 1
            if events:
                log.lines[step] = log.lines.get(step, 0) + events
                events = 0
            before = after << 2 << SHIFT
            resumption = 0
        elif event == "line":
            events += 1
        elif event == "exception":
            if CLOSES_UNRUN and resumption and arg[0] is GeneratorExit and log.code.co_code[frame.f_lasti + 1] & DEPTH_1:
                steps[resumption] -= 1
                closed = True
            before |= RAISED << SHIFT
        elif event == "return":
            step = before | LEFT
            steps[step] = steps.get(step, 0) + 1
            before |= SUSPENDED << SHIFT
        elif event == "resumed":
            resumption = step = before | RESUMED | frame.f_lasti
            steps[step] = steps.get(step, 0) + 1
            before = frame.f_lasti << 2 << SHIFT
        return local

    return local


def end_program(main: ModuleType) -> None:
    """What the interpreter does when a program ends, as far as it runs the program's code: wait for threads, call
    what `atexit` has, collect the garbage, clear `__main__` as `_PyModule_ClearDict` does, collect again. Suspended
    generators are closed by that, and their `finally` blocks run. It is done here, since no trace function lives that
    long.
    """
    import atexit

    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    gc.collect()
    names, kept = main.__dict__, ("__builtins__", "__file__")  # `trace` counts nothing without __file__
    for private in (True, False):
        for name in list(names):
            if (name.startswith("_") and not name.startswith("__")) == private and name not in kept:
                names[name] = None
    gc.collect()


def run_program(path: str, arguments: Sequence[str], around: AbstractContextManager[None]) -> None:
    """Run the script `path` as `__main__`, inside the context manager `around`; its exit is not this process's.

    The garbage collector waits for the end of the program: it could run inside the trace function, where a generator
    that it closes is not traced.
    """
    gc.disable()
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    main = type(sys)("__main__")
    loader: Any = type(sys.modules["__main__"].__loader__)
    main.__dict__.update(__file__=path, __cached__=None, __loader__=loader("__main__", path), __builtins__=__builtins__)
    sys.modules["__main__"] = main
    sys.argv = [path, *arguments]
    sys.path[0] = path.rpartition("/")[0]
    with around:
        try:
            exec(code, main.__dict__)
        except SystemExit:
            pass
        except BaseException as error:
            sys.excepthook(type(error), error, error.__traceback__)
        end_program(main)


class Tracing:
    """Context manager: the recorder is on, also in threads started meanwhile."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def __enter__(self) -> None:
        sys._getframe().f_trace_opcodes = True
        threading.settrace(self.recorder.on_call)
        sys.settrace(self.recorder.on_call)

    def __exit__(self, *exc: object) -> None:
        sys.settrace(None)
        threading.settrace(None)


def record_opcodes(path: str, arguments: Sequence[str], files: Collection[str]) -> list[Any]:
    """Units as (file, marshalled code, [(starts, steps, lines) of each code object in pre-order])."""
    recorder = Recorder(files)
    run_program(path, arguments, Tracing(recorder))
    return [
        (name, marshal.dumps(unit[0].code), [(log.starts, log.steps, log.lines) for log in unit])
        for name, unit in recorder.roots
    ]


class Counting:
    """Context manager: `trace.Trace(count=1)` is on, as in its `runctx`."""

    def __init__(self) -> None:
        import trace

        self.tracer = trace.Trace(count=1, trace=0)

    def __enter__(self) -> None:
        threading.settrace(self.tracer.globaltrace)
        sys.settrace(self.tracer.globaltrace)

    def __exit__(self, *exc: object) -> None:
        sys.settrace(None)
        threading.settrace(None)


def record_lines(path: str, arguments: Sequence[str], files: Collection[str]) -> dict[str, dict[int, int]]:
    """Line counts: {file: {line: count}}."""
    counting = Counting()
    run_program(path, arguments, counting)
    found: dict[str, dict[int, int]] = {}
    for (name, line), count in counting.tracer.results().counts.items():
        if name in files:
            found.setdefault(name, {})[line] = count
    return found


class Monitoring:
    """Context manager: a tool that counts INSTRUCTION events is on."""

    def __init__(self, files: Collection[str]) -> None:
        self.files = files
        self.monitoring: Any = getattr(sys, "monitoring")  # noqa: B009  (3.12+)
        self.counts: dict[tuple[int, int], int] = {}  # (id of the code, offset) -> count
        self.codes: dict[int, CodeType] = {}

    def __enter__(self) -> None:
        monitoring = self.monitoring
        tool, events = monitoring.DEBUGGER_ID, monitoring.events
        monitoring.use_tool_id(tool, "oracle")

        def on_instruction(code: CodeType, offset: int) -> Any:
            if code.co_filename not in self.files:
                return monitoring.DISABLE
            key = (id(code), offset)
            if key not in self.counts:
                self.codes[id(code)] = code
                self.counts[key] = 0
            self.counts[key] += 1
            return None

        monitoring.register_callback(tool, events.INSTRUCTION, on_instruction)
        monitoring.set_events(tool, events.INSTRUCTION)

    def __exit__(self, *exc: object) -> None:
        self.monitoring.set_events(self.monitoring.DEBUGGER_ID, 0)
        self.monitoring.free_tool_id(self.monitoring.DEBUGGER_ID)


def record_monitor(path: str, arguments: Sequence[str], files: Collection[str]) -> list[Any]:
    """Instruction counts: [(file, marshalled code, {offset: count})], one entry a code object, in no order."""
    monitoring = Monitoring(files)
    run_program(path, arguments, monitoring)
    found: dict[int, dict[int, int]] = {}
    for (code, offset), count in monitoring.counts.items():
        found.setdefault(code, {})[offset] = count
    codes = monitoring.codes
    return [(codes[key].co_filename, marshal.dumps(codes[key]), counts) for key, counts in found.items()]


def main() -> None:
    mode, out, listing, path, *arguments = sys.argv[1:]
    with open(listing, encoding="utf-8") as file:
        files = frozenset(file.read().split("\n"))
    recorders: dict[str, Callable[[str, Sequence[str], Collection[str]], Any]] = {
        "opcodes": record_opcodes,
        "lines": record_lines,
        "monitor": record_monitor,
    }
    recorded = recorders[mode](path, arguments, files)
    with open(out, "wb") as file:
        marshal.dump(recorded, file)


if __name__ == "__main__":
    main()
