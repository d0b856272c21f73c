"""Preparing many files, with what to say of those that cannot be."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blockcov import _blockcov, processes
from blockcov.analysis import Exclusion, SourceError
from blockcov.prepare import prepare
from blockcov.sources import read_source

_WHAT = "analysing sources"


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
        return str(error) if _is_python(job.path) else ""  # a template, whose code has been made of something else


def _is_python(path: str) -> bool:
    """Say whether a file has the name of Python source, or none that would say something else."""
    suffix = os.path.splitext(path)[1]
    return not suffix or suffix.startswith(".py")


def prepare_all(handle: _blockcov.Gathered, jobs: Sequence[Job]) -> Iterator[tuple[Job, Result]]:
    """Prepare all files, in any order."""
    for index, prepared in processes.for_each(lambda index: prepare_one(handle, jobs[index]), len(jobs), _WHAT):
        yield jobs[index], prepared
