"""Starts blockcov in a process whose environment has BLOCKCOV_START; imported while the site module runs.

`blockcov.pth` imports this (or `site/sitecustomize.py`, where blockcov is not installed but on PYTHONPATH). It must
not break the process that it is in: whatever goes wrong becomes one line on stderr. It imports only what the
interpreter has loaded anyway, for it is paid for by every child process.

BLOCKCOV_START is a JSON object: `data_dir`, `mode`; `base`, `source`, `packages`, `include`, `omit` as for
select.Selector; `main`: the process that `blockcov run` became, which is ended if blockcov cannot start; `context`: the
one that all is counted in, or ""; `signals`: numbers of those for snapshot() and reset(), or 0.
"""

import os

from blockcov import errors, start_text


def unmeasured(filename: str, qualname: str, reason: str) -> None:
    """Say once that a code object runs uninstrumented (the extension calls this once for each)."""
    errors.warn(f"{filename}: {qualname} is not measured: {reason}")


def start(text: str) -> None:
    """Start measuring this process."""
    given = start_text.loads(text)
    if not isinstance(given, dict):
        raise ValueError("not a JSON object")
    is_main = given.get("main") == os.getpid()
    status = errors.UNAVAILABLE
    try:
        errors.check_interpreter()
        status = errors.CANNOT_CREATE
        from blockcov import _blockcov, entry
        from blockcov.select import Selector

        select = Selector(given["base"], given["source"], given["packages"], given["include"], given["omit"])
        _blockcov.start(given["data_dir"], given["mode"], select, unmeasured)
        if given.get("context"):
            _blockcov.switch_context(None, given["context"])
        handlers = _blockcov.on_snapshot_signal, _blockcov.on_reset_signal
        for number, handler in zip(given.get("signals", ()), handlers, strict=False):
            if number:
                import _signal  # type: ignore[import-not-found]

                _signal.signal(number, handler)
    except errors.NotMainInterpreterError:
        return
    except errors.Failure as failure:
        problem = failure.message
    except Exception as error:
        problem = f"cannot write measurements into {given.get('data_dir')}: {error}"
    else:
        import atexit

        atexit.register(_blockcov.finish)  # registered first, so called last
        entry.take_over_script()
        return
    if is_main:
        errors.write_line("error: " + problem)
        os._exit(status)  # nothing of the program has run; site would report SystemExit as a fatal error
    errors.warn(f"process {os.getpid()} is not measured: {problem}")


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
