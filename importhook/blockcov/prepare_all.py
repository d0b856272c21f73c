"""Preparing many files, in several processes when there are so many that it takes long."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blockcov import _blockcov
from blockcov.analysis import Exclusion, SourceError
from blockcov.prepare import prepare
from blockcov.progress import Progress
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
    progress = Progress("analysing sources", len(jobs))
    try:
        for each in _prepare_all(handle, jobs):
            progress.step()
            yield each
    finally:
        progress.end()


def _prepare_all(handle: _blockcov.Gathered, jobs: Sequence[Job]) -> Iterator[tuple[Job, Result]]:
    workers = min(len(os.sched_getaffinity(0)), len(jobs) // IN_PROCESSES)
    done: set[str] = set()
    if workers > 1:
        for job, prepared in _in_processes(handle, jobs, workers):
            done.add(job.path)
            yield job, prepared
    for job in jobs:
        if job.path not in done:
            yield job, prepare_one(handle, job)


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
