"""Starts blockcov in a process whose environment has BLOCKCOV_START; imported while the site module runs.

`blockcov.pth` imports this (or `site/sitecustomize.py`, where blockcov is not installed but on PYTHONPATH). It must
not break the process that it is in: whatever goes wrong becomes one line on stderr. It imports only what the
interpreter has loaded anyway, for it is paid for by every child process.

BLOCKCOV_START is a JSON object: `data_dir`, `mode`, `placement`; `base`, `source`, `packages`, `include`, `omit` as for
select.Selector; `main`: the process that `blockcov run` became, which is ended if blockcov cannot start; `context`: the
one that all is counted in, or ""; `signals`: numbers of those for snapshot() and reset(), or 0.
"""

import os

from blockcov import errors, start_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def unmeasured(filename: str, qualname: str, reason: str) -> None:
    """Say once that a code object runs uninstrumented (the extension calls this once for each)."""
    errors.warn(f"{filename}: {qualname} is not measured: {reason}")


def begin(given: "dict[str, Any]") -> None:
    """Start measuring this process. Raises Failure, NotMainInterpreterError."""
    errors.check_interpreter()
    try:
        from blockcov import _blockcov
        from blockcov.select import Selector

        select = Selector(given["base"], given["source"], given["packages"], given["include"], given["omit"])
        _blockcov.start(given["data_dir"], given["mode"], select, unmeasured, given.get("placement", "fewest"))
        begin_live(given)
    except Exception as error:
        problem = f"cannot write measurements into {given.get('data_dir')}: {error}"
        raise errors.Failure(errors.CANNOT_CREATE, problem) from None
    import atexit

    atexit.register(_blockcov.finish)  # registered first, so called last


def begin_live(given: "dict[str, Any]") -> None:
    """Enter the context of the whole run, and handle the signals of live control."""
    from blockcov import _blockcov

    if given.get("context"):
        _blockcov.switch_context(None, given["context"])
    handlers = _blockcov.on_snapshot_signal, _blockcov.on_reset_signal
    for number, handler in zip(given.get("signals", ()), handlers, strict=False):
        if number:
            import _signal  # type: ignore[import-not-found]  # signal would import enum, in every process

            _signal.signal(number, handler)


def start(text: str) -> None:
    """Start as BLOCKCOV_START says, and take over the main script."""
    given = start_text.loads(text)
    if not isinstance(given, dict):
        raise ValueError("not a JSON object")
    try:
        begin(given)
        from blockcov import entry

        entry.take_over_script()
    except errors.NotMainInterpreterError:
        return
    except errors.Failure as failure:
        if given.get("main") == os.getpid():
            errors.write_line("error: " + failure.message)
            os._exit(failure.status)  # nothing of the program has run; site would report SystemExit as a fatal error
        errors.warn(f"process {os.getpid()} is not measured: {failure.message}")


def autostart() -> None:
    """Start if the environment says so; never raises."""
    text = os.environ.get("BLOCKCOV_START")
    if not text:
        return
    try:
        start(text)
    except Exception as error:
        errors.warn(f"process {os.getpid()} is not measured: BLOCKCOV_START: {type(error).__name__}: {error}")


autostart()
