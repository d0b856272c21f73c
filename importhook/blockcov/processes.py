"""Doing the same to many things: in several processes when it takes long, with a line that shows how far it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

IN_PROCESSES = 24
"""So many things are worth starting a process for."""
_CHUNK = 8

R = TypeVar("R")

_task: Callable[[int], Any] | None = None
"""What forked workers inherit."""


def for_each(task: Callable[[int], R], count: int, what: str) -> Iterator[tuple[int, R]]:
    """Call `task` with every number below `count`, in any order, and give each number with the result.

    Workers are forked, so that `task` sees what is in memory now; its results are pickled. `what` stands in the line
    on the terminal: "analysing sources".
    """
    progress = _Progress(count, what)
    workers = min(len(os.sched_getaffinity(0)), count // IN_PROCESSES)
    done = bytearray(count)
    try:
        if workers > 1:
            for index, result in _in_processes(task, count, workers):
                done[index] = 1
                progress.step()
                yield index, result
        for index in range(count):
            if not done[index]:
                progress.step()
                yield index, task(index)
    finally:
        progress.end()


def _in_processes(task: Callable[[int], R], count: int, workers: int) -> Iterator[tuple[int, R]]:
    """Work in forked processes. Where that cannot be done, or one of them dies, some numbers are left over."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    global _task
    _task = task
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            try:
                futures = [pool.submit(_chunk, first, count) for first in range(0, count, _CHUNK)]
                for future in as_completed(futures):
                    yield from future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    except (BrokenProcessPool, OSError, ImportError, NotImplementedError):
        pass  # a worker died, or there can be none here (no semaphores): the caller does what is missing itself
    finally:
        _task = None


def _chunk(first: int, count: int) -> list[tuple[int, Any]]:
    """Do some of the work; in a worker."""
    assert _task is not None
    return [(index, _task(index)) for index in range(first, min(first + _CHUNK, count))]


class _Progress:
    """One changing line on a terminal, when there is much to do."""

    def __init__(self, total: int, what: str) -> None:
        self.total = total
        self.what = what
        self.done = 0
        self.shown = total >= IN_PROCESSES and sys.stderr is not None and sys.stderr.isatty()

    def step(self) -> None:
        """Count one thing."""
        self.done += 1
        if self.shown and self.done % _CHUNK == 0:
            sys.stderr.write(f"\rblockcov: {self.what}, {self.done} of {self.total} ")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
