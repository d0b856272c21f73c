"""Starting to measure a pytest process: in it, or by having it begin again under measurement.

What was imported before the plugin starts (other plugins and what they import, modules named with `-p`) is not
instrumented any more. Where that includes something that is to be measured and the process is nothing but the pytest
command, it replaces itself by the same command with BLOCKCOV_START set, as `blockcov run` does. Otherwise measuring
starts here, and what came too early is named.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from blockcov import config, copies, errors, run, start_text, unimported
from blockcov.pytest_plugin.session import Measured
from blockcov.select import Selector

if TYPE_CHECKING:
    from argparse import Namespace
    from types import FrameType

    from blockcov.config import Options

NAME = "blockcov-measured"
ROOT = "root"
"""In BLOCKCOV_START beside what `blockcov run` writes: pytest's root directory."""
_OF_PYTEST = ("pytest", "_pytest", "pluggy", "runpy", "__main__", "blockcov")
_COMMANDS = ("console_main", "_console_main")


def activate(early_config: pytest.Config) -> None:
    """Start measuring, or go on with what was started, and register what reports. Raises UsageError."""
    given: Namespace = early_config.known_args_namespace
    try:
        options = _options(given)
        measured = _measure(options, early_config)
    except errors.Failure as failure:
        raise pytest.UsageError(f"blockcov: {failure.message}") from None
    early_config.pluginmanager.register(measured, NAME)
    options.parallel = False  # so has pytest-cov it
    if _wants_contexts(given, options) and measured.found:
        from blockcov.pytest_plugin import contexts

        early_config.pluginmanager.register(contexts.Contexts(), contexts.NAME)


def _wants_contexts(given: Namespace, options: Options) -> bool:
    return given.blockcov_context == "test" or options.dynamic_context == "test_function"


def _options(given: Namespace) -> Options:
    """Give the settings: the command line's over those of the file."""
    as_pytest_cov: list[str] = getattr(given, "blockcov_cov_source", [])
    sources = [word for word in (*given.blockcov_source, *as_pytest_cov) if word]
    limit = given.blockcov_fail_under
    if limit is not None and not 0 <= limit <= 100:
        raise errors.Failure(errors.USAGE, f"--blockcov-fail-under: {limit:g} is not between 0 and 100")
    options = config.load(
        given.blockcov_config,
        {
            "source": sources or None,
            "append": given.blockcov_append,
            "fail_under": limit,
            "precision": getattr(given, "blockcov_cov_precision", None),
        },
    )
    if _wants_contexts(given, options) and options.mode == "hits":
        raise errors.Failure(errors.USAGE, "contexts of tests need mode counts, and the settings ask for hits")
    if as_pytest_cov:  # whose numbers are to stay: without branches, unless asked for here or in a file
        options.put("branch", given.blockcov_cov_branch or (options.branch and bool(options.file)), "command line")
    return options


def _measure(options: Options, early_config: pytest.Config) -> Measured:
    errors.check_interpreter()
    worker = is_worker()
    started = _started_by_others(options, worker)
    if started is not None:
        options.data_dir = started["data_dir"]
        if worker and started.get(ROOT, str(early_config.rootpath)) != str(early_config.rootpath):
            started = _in_copy(options, started, early_config)
            _begin(started)
            os.environ[run.START] = start_text.dumps(started)
        else:
            _go_on(started)
        return Measured(early_config, options, worker)
    if worker:  # it was not told where to: on another machine, nobody would find its counts
        return Measured(early_config, options, worker, found=_is_measuring())
    environment = dict(os.environ)
    run.start_site(environment)
    run.prepare_data_dir(options)
    settings = _settings(options, early_config)
    unimported.note(options.data_dir, settings)
    environment[run.START] = start_text.dumps(settings)
    early = sorted(_imported(settings))
    if early and _is_command(early_config):
        _begin_again(environment)
    changed = {name: os.environ.get(name) for name in environment if environment[name] != os.environ.get(name)}
    _begin(settings)
    os.environ.update(environment)
    return Measured(early_config, options, worker, early, changed)


def _settings(options: Options, early_config: pytest.Config) -> dict[str, Any]:
    """Give what BLOCKCOV_START says. Packages are looked for where pytest will import from: before 8.4 not yet so."""
    saved = list(sys.path)
    sys.path[:0] = map(str, early_config.getini("pythonpath"))
    try:
        settings = run.start_settings(options, ["-m", "pytest"])
        return {**settings, ROOT: str(early_config.rootpath)}
    finally:
        sys.path[:] = saved


def _started_by_others(options: Options, worker: bool) -> dict[str, Any] | None:
    """Give the settings under which this process is measured already; None when they are not ours to take.

    They are when `blockcov run` or this plugin has made the process, when it works for another pytest (xdist), and
    when it was started by a process that measures into the same directory, whose counts must not be erased.
    """
    text = os.environ.get(run.START)
    if not text:
        return None
    try:
        given = start_text.loads(text)
    except ValueError:
        return None
    if not isinstance(given, dict) or "data_dir" not in given:
        return None
    if worker or given.get("main") == os.getpid() or given["data_dir"] == options.data_dir:
        return given
    return None


def _in_copy(options: Options, started: dict[str, Any], early_config: pytest.Config) -> dict[str, Any]:
    """Give the settings for a worker that runs a copy of the tests in another directory (xdist's rsync)."""
    original, copy = str(started[ROOT]), str(early_config.rootpath)
    copies.note(options.data_dir, copy, original)
    directory = os.getcwd()
    os.chdir(os.path.join(copy, os.path.relpath(started["base"], original)))
    try:
        return {**_settings(options, early_config), "main": started["main"]}
    finally:
        os.chdir(directory)


def _is_measuring() -> bool:
    from blockcov import _blockcov

    return _blockcov.shard_path() is not None


def _go_on(settings: dict[str, Any]) -> None:
    """Start if the site module has not: isolated interpreters leave out `.pth` files."""
    if not _is_measuring():
        _begin(settings)


def _begin(settings: dict[str, Any]) -> None:
    from blockcov import autostart

    autostart.begin(settings)


def _begin_again(environment: dict[str, str]) -> None:
    """Replace this process by the same command. If that fails, the caller goes on."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(sys.executable, sys.orig_argv, environment)
    except OSError:
        pass


def _imported(settings: dict[str, Any]) -> Iterator[str]:
    """Yield the names of modules that are to be measured and are here already."""
    select = Selector(*(settings[key] for key in ("base", "source", "packages", "include", "omit")))
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and select(path):
            yield name


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def is_worker() -> bool:
    """Does this process run tests for another one, through execnet?"""
    return any(frame.f_globals.get("__name__") == "__channelexec__" for frame in _frames())


def _is_command(early_config: pytest.Config) -> bool:
    """Is this process the pytest command and nothing else, so that beginning again changes nothing?"""
    frames = list(_frames())
    own = all(str(frame.f_globals.get("__name__")).partition(".")[0] in _OF_PYTEST for frame in frames)
    return (
        own
        and any(frame.f_code.co_name in _COMMANDS for frame in frames)
        and bool(sys.orig_argv and sys.executable)
        and list(early_config.invocation_params.args)
        == sys.argv[1:]
        == sys.orig_argv[len(sys.orig_argv) - len(sys.argv) + 1 :]
        and os.getcwd() == str(early_config.invocation_params.dir)
        and threading.active_count() == 1
    )
