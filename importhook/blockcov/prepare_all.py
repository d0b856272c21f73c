"""Preparing many files: in several processes when it takes long, with a line that shows how far it is."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blockcov import _blockcov
from blockcov.analysis import Exclusion, SourceError
from blockcov.prepare import prepare
from blockcov.sources import read_source

IN_PROCESSES = 24
"""So many files are worth starting processes for."""
_CHUNK = 8


@dataclass(frozen=True)
class Job:
    """A source file and the units that were measured of it. `source` may be empty: then it is read when needed."""

    path: str
    name: str
    key: str
    units: list[int]
    source_hash: str
    source: bytes
    exclusion: Exclusion


@dataclass(frozen=True)
class BadUnit:
    """The unit of this index cannot be read, and why."""

    index: int
    message: str


Result = bytes | str | BadUnit
"""A prepared analysis, or a message when the file is not Python source or was changed a moment ago."""


def prepare_one(handle: _blockcov.Gathered, job: Job) -> Result:
    """Prepare one file."""
    collects = gc.isenabled()
    gc.disable()  # a syntax tree has no cycles, and looking for some in it takes a third of the time
    try:
        return _prepare(handle, job)
    finally:
        if collects:
            gc.enable()


def _prepare(handle: _blockcov.Gathered, job: Job) -> Result:
    source = job.source or read_source(job.path) or b""
    if not job.source and _blockcov.source_hash(source) != job.source_hash:
        return "the source file changed while it was read"
    codes: list[_blockcov.Code] = []
    for index in job.units:
        base = len(codes)
        try:
            unit = _blockcov.unit(handle, index)
        except (_blockcov.DataError, OSError) as error:
            return BadUnit(index, str(error))
        for code in unit["codes"]:
            code["parent"] += base if code["parent"] >= 0 else 0
            codes.append(code)
    try:
        return prepare(job.path, source, codes, job.exclusion)
    except SourceError as error:
        return str(error)


def prepare_all(handle: _blockcov.Gathered, jobs: Sequence[Job]) -> Iterator[tuple[Job, Result]]:
    """Prepare all files, in any order."""
    progress = _Progress(len(jobs))
    workers = min(len(os.sched_getaffinity(0)), len(jobs) // IN_PROCESSES)
    done: set[str] = set()
    if workers > 1:
        for job, prepared in _in_processes(handle, jobs, workers):
            done.add(job.path)
            progress.step()
            yield job, prepared
    for job in jobs:
        if job.path not in done:
            progress.step()
            yield job, prepare_one(handle, job)
    progress.end()


_work: tuple[_blockcov.Gathered, Sequence[Job]] | None = None
"""What forked workers inherit."""


def _chunk(first: int) -> list[tuple[int, Result]]:
    """Prepare some of the files; in a worker."""
    assert _work is not None
    handle, jobs = _work
    return [(index, prepare_one(handle, jobs[index])) for index in range(first, min(first + _CHUNK, len(jobs)))]


def _in_processes(handle: _blockcov.Gathered, jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, Result]]:
    """Prepare in forked processes. Where that cannot be done, or one of them dies, some files are left over."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    global _work
    _work = handle, jobs
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            try:
                futures = [pool.submit(_chunk, first) for first in range(0, len(jobs), _CHUNK)]
                for future in as_completed(futures):
                    for index, prepared in future.result():
                        yield jobs[index], prepared
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    except (BrokenProcessPool, OSError, ImportError, NotImplementedError):
        pass  # a worker died, or there can be none here (no semaphores): the caller prepares what is missing itself
    finally:
        _work = None


class _Progress:
    """One changing line on a terminal, when there is much to do."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.shown = total >= IN_PROCESSES and sys.stderr is not None and sys.stderr.isatty()

    def step(self) -> None:
        """Count one file."""
        self.done += 1
        if self.shown and self.done % _CHUNK == 0:
            sys.stderr.write(f"\rblockcov: analysing sources, {self.done} of {self.total} ")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
