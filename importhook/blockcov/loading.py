"""What all commands that report begin and end with: reading the measurements, and the status that they lead to."""

from __future__ import annotations

from blockcov import contexts, data
from blockcov.config import Options
from blockcov.errors import DATA, FAIL_UNDER, OK, USAGE, Failure, warn, write_line
from blockcov.report.numbers import falls_under


def load(
    options: Options, everything: bool = True, source_of: data.SourceOf = data.current_source
) -> data.Measurements:
    """Read the measurements and say on stderr what of them is damaged or stale, and what settings mean nothing here."""
    for name, place in options.unused:
        if name == "[run] plugins":
            warn(f"{place}: coverage.py's plugins do not run here: what they measure, exclude or set is missing")
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


def held_status(options: Options, measured: data.Measurements, percent: float) -> int:
    """Give the exit status of a report whose total, `percent`, is held against the limit of the options."""
    status = status_of(options, measured)
    under = falls_under(percent, options.fail_under, options.precision)
    if status == OK and under:
        write_line(under)
        return FAIL_UNDER
    return status


def check_limit(options: Options, command: str) -> None:
    """Raise Failure for a limit that no total can be held against."""
    if not 0 <= options.fail_under <= 100:
        raise Failure(USAGE, f"{command}: --fail-under {options.fail_under:g} is not between 0 and 100")


def load_contexts(options: Options) -> contexts.Contexts:
    """Read the contexts and say on stderr what of them is damaged."""
    found = contexts.load(options)
    for message in found.damaged:
        write_line("error: " + message)
    return found
