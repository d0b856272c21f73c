"""Starts blockcov in a process whose environment has BLOCKCOV_START; imported while the site module runs.

`blockcov.pth` imports this (or `site/sitecustomize.py`, where blockcov is not installed but on PYTHONPATH). It must
not break the process that it is in: whatever goes wrong becomes one line on stderr. It imports only what the
interpreter has loaded anyway, for it is paid for by every child process.

BLOCKCOV_START is a JSON object: `data_dir`, `mode`; `base`, `source`, `packages`, `include`, `omit` as for
select.Selector; `main`: the process that `blockcov run` became, which is ended if blockcov cannot start.
"""

from __future__ import annotations

import os

from blockcov import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Context:
    """What the C scanner of the json package asks for; the package itself would import `re`."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012


def settings(text: str) -> dict[str, Any]:
    """Parse the value of BLOCKCOV_START. Raises ValueError when it is not a JSON object."""
    try:
        from _json import make_scanner
    except ImportError:
        import json

        value = json.loads(text)
    else:
        try:
            value, _ = make_scanner(_Context)(text, 0)  # type: ignore[arg-type]
        except StopIteration:
            raise ValueError("not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def unmeasured(filename: str, qualname: str, reason: str) -> None:
    """Say once that a code object runs uninstrumented (the extension calls this once for each)."""
    errors.warn(f"{filename}: {qualname} is not measured: {reason}")


def start(text: str) -> None:
    """Start measuring this process."""
    given = settings(text)
    is_main = given.get("main") == os.getpid()
    status = errors.UNAVAILABLE
    try:
        errors.check_interpreter()
        status = errors.CANNOT_CREATE
        from blockcov import _blockcov, entry
        from blockcov.select import Selector

        select = Selector(given["base"], given["source"], given["packages"], given["include"], given["omit"])
        _blockcov.start(given["data_dir"], given["mode"], select, unmeasured)
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
