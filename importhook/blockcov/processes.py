"""Doing the same to many things: in several processes when it takes long, with a line that shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from blockcov.progress import Progress

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
    progress = Progress(what, count)
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
                pool.shutdown(cancel_futures=True)  # and wait: at its exit, Python wakes a pool whose pipe is closing
    except (BrokenProcessPool, OSError, ImportError, NotImplementedError):
        pass  # a worker died, or there can be none here (no semaphores): the caller does what is missing itself
    finally:
        _task = None


def _chunk(first: int, count: int) -> list[tuple[int, Any]]:
    """Do some of the work; in a worker."""
    assert _task is not None
    return [(index, _task(index)) for index in range(first, min(first + _CHUNK, count))]
