"""`combine`: one shard out of many, from this machine or others; and what one data directory covers beyond another."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack

from blockcov import _blockcov, asked, compare, copies, data, fetch, rounds, unimported
from blockcov.config import Options
from blockcov.errors import CANNOT_CREATE, DATA, NO_INPUT, OK, USAGE, Failure, warn, write_line
from blockcov.paths import PathMap
from blockcov.report.output import make_directory


def combine(options: Options, given: argparse.Namespace) -> int:
    """Merge shards into the data directory, or compare two data directories."""
    how = "subtract" if given.subtract else "intersect" if given.intersect else ""
    if how:
        if given.merged or given.keep:
            raise Failure(USAGE, f"combine: --{how} takes two data directories and nothing else")
        return compare.report(options, how, *getattr(given, how))
    damaged = merge(options, given.merged, given.keep)
    rounds.close(options.data_dir)
    for message in damaged:
        write_line("error: " + message)
    return DATA if damaged else OK


def merge(options: Options, paths: list[str], keep: bool) -> list[str]:
    """Merge the shards of these data directories, shard files and URLs (none: of the data directory) into it.

    Gives messages about what is damaged and left out. Raises Failure.
    """
    paths = paths or [options.data_dir]
    mapped = PathMap(options.paths)
    with ExitStack() as stack:
        local = list(_fetched(options, paths, stack))
        make_directory(options.data_dir)
        try:
            merged, damaged, several = _blockcov.combine(local, options.data_dir, keep, mapped if mapped else None)
            _carry(options, local, mapped)
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"combine: {options.data_dir}: {error.strerror or error}") from None
        except _blockcov.DataError as error:
            raise Failure(DATA, f"combine: {error}") from None
    if not merged and not damaged:
        raise Failure(NO_INPUT, f"combine: no measurements in {', '.join(paths)}")
    for filename in several:
        warn(f"{filename} was measured in several versions; reports show the one that is there, never their sum")
    return damaged


def _fetched(options: Options, paths: list[str], stack: ExitStack) -> Iterator[str]:
    """Give the paths, with local copies in place of URLs, which live as long as `stack`."""
    for path in paths:
        if fetch.is_url(path):
            make_directory(options.data_dir)
            copy = stack.enter_context(tempfile.TemporaryDirectory(prefix="fetched-", dir=options.data_dir))
            fetch.copy(path, copy)
            yield copy
        elif os.path.exists(path):
            if os.path.isdir(path):
                data.require(path)
            yield path
        else:
            raise Failure(NO_INPUT, f"combine: there is no {path}")


def _carry(options: Options, paths: list[str], mapped: PathMap) -> None:
    """Take along what other data directories note beside their counts. Raises OSError."""
    for path in paths:
        if os.path.isdir(path) and not os.path.samefile(path, options.data_dir):
            unimported.carry(path, options.data_dir, mapped.directory)
            asked.carry(path, options.data_dir)
            copies.carry(path, options.data_dir)
