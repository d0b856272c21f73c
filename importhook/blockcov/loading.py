"""What all commands that report begin and end with: reading the measurements, and the status that they lead to."""

from __future__ import annotations

from blockcov import contexts, data
from blockcov.config import Options
from blockcov.errors import DATA, OK, warn, write_line


def load(
    options: Options, everything: bool = True, source_of: data.SourceOf = data.current_source
) -> data.Measurements:
    """Read the measurements and say on stderr what of them is damaged or stale."""
    measured = contexts.load_measurements(options, everything, source_of)
    for message in measured.damaged:
        write_line("error: " + message)
    for message in (*measured.stale, *measured.remarks):
        warn(message)
    return measured


def status_of(options: Options, measured: data.Measurements) -> int:
    """Give the exit status that tells whether the report is whole."""
    if measured.damaged or (measured.stale and not options.ignore_errors):
        return DATA
    return OK


def load_contexts(options: Options) -> contexts.Contexts:
    """Read the contexts and say on stderr what of them is damaged."""
    found = contexts.load(options)
    for message in found.damaged:
        write_line("error: " + message)
    return found
