"""`blockcov run`: replaces this process by the interpreter that runs the program.

The program is started as `python [interpreter options] script.py args ...`, exactly as the user would without
blockcov, with one environment variable that makes the site module import `blockcov.autostart` first. Nothing is
imitated: `sys.argv`, `sys.flags`, `sys.path[0]`, `__main__`, the exit status, signals and tracebacks are the
interpreter's own, and no frame and no module of the command line is left in the process.

All that is done here is paid for by every program that is measured, on top of what its own interpreter takes to start:
modules are imported where they are needed.
"""

import os
import site
import sys

from blockcov import start_text
from blockcov.config import DEFAULTS
from blockcov.errors import CANNOT_CREATE, NO_INPUT, UNAVAILABLE, USAGE, Failure, check_interpreter, warn
from blockcov.select import PACKAGE_DIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from blockcov.config import Options

START = "BLOCKCOV_START"
SITE_DIR = os.path.join(PACKAGE_DIR, "site")  # holds sitecustomize.py


def run(options: "Options", program: list[str]) -> "NoReturn":
    """Run `program`: `[script, args ...]`, `["-m", module, args ...]` or `["-c", code, args ...]`.

    Raises Failure for what can be known before the program starts; otherwise never returns.
    """
    check_program(program)
    if not sys.executable:
        raise Failure(UNAVAILABLE, "this interpreter does not know its own path (sys.executable is empty)")
    environment = dict(os.environ)
    start_site(environment)
    prepare_data_dir(options)
    settings = start_settings(options, program)
    if settings["source"]:
        from blockcov import unimported

        unimported.note(options.data_dir, settings)
    if options.parsed and options.data_dir == os.path.abspath(DEFAULTS["data_dir"]):
        from blockcov import settings_cache

        names = [name for name in ("include", "omit") if options.origin.get(name, "") != "command line"]
        settings_cache.keep(options.data_dir, options.parsed, {name: settings[name] for name in names})
    environment[START] = start_text.dumps(settings)
    arguments = [sys.orig_argv[0], *interpreter_options(sys.orig_argv), *program]
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(sys.executable, arguments, environment)
    except OSError as error:
        raise Failure(UNAVAILABLE, f"cannot run {sys.executable}: {error.strerror}") from None


def check_program(program: list[str]) -> None:
    """Raise Failure unless there is something to run; the interpreter itself reports an unknown module."""
    if not program:
        raise Failure(USAGE, "run: no program given: script.py, -m module or -c code")
    script = program[0]
    if script in ("-m", "-c"):
        if len(program) < 2:
            raise Failure(USAGE, f"run: {script} needs an argument")
        return
    if script == "-":
        return
    if not os.path.exists(script):
        raise Failure(NO_INPUT, f"run: cannot open {script!r}: no such file")
    if os.path.isdir(script):
        if not any(name.partition(".")[0] == "__main__" for name in os.listdir(script)):
            raise Failure(NO_INPUT, f"run: cannot find a __main__ module in directory {script!r}")
    elif not os.access(script, os.R_OK):
        raise Failure(NO_INPUT, f"run: cannot open {script!r}: permission denied")


def start_site(environment: dict[str, str]) -> None:
    """See to it that the interpreter imports blockcov.autostart; put sitecustomize on PYTHONPATH if no .pth does."""
    if sys.flags.no_site:
        raise Failure(UNAVAILABLE, "run: python -S leaves out the site module, which starts blockcov")
    directories = list(site.getsitepackages())
    if site.ENABLE_USER_SITE:
        directories.append(site.getusersitepackages())
    if any(os.path.exists(os.path.join(directory, "blockcov.pth")) for directory in directories):
        return
    if sys.flags.ignore_environment:
        raise Failure(UNAVAILABLE, "run: python -I or -E needs an installed blockcov, not one from PYTHONPATH")
    old = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = SITE_DIR + (os.pathsep + old if old else "")


def prepare_data_dir(options: "Options") -> None:
    """Create the data directory; start afresh unless `--append` was given. Raises Failure(CANNOT_CREATE)."""
    path = options.data_dir
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise Failure(CANNOT_CREATE, f"data directory {path}: there is a file of that name") from None
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot create data directory {path}: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise Failure(CANNOT_CREATE, f"cannot write into data directory {path}: permission denied")
    if not options.append and os.listdir(path) and not _adds_up(options):
        start_afresh(path)
    if options.origin.get("branch") == "command line":
        from blockcov import asked

        asked.note(options)


def _adds_up(options: "Options") -> bool:
    """Say whether this is one of several runs that are to be combined."""
    if not options.parallel:
        return False
    from blockcov import rounds

    return rounds.is_open(options.data_dir)


def start_afresh(path: str) -> None:
    """Remove what earlier runs measured into a data directory. Raises Failure(CANNOT_CREATE)."""
    check_interpreter()
    from blockcov import _blockcov, asked, code_cache, copies, rounds, unimported

    code_cache.trim(path)
    try:
        asked.forget(path)
        copies.forget(path)
        rounds.forget(path)
        _, kept = _blockcov.erase(path)
        unimported.forget(path)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot erase {path}: {error.strerror or error}") from None
    kept = [name for name in kept if not name.startswith(f"{os.getpid()}-")]  # blockcov running blockcov: this process
    if kept:
        warn(f"{path}: kept {', '.join(kept)}: the process still runs, its counts add to this run's")


def start_settings(options: "Options", program: list[str]) -> "dict[str, Any]":
    """Give what BLOCKCOV_START says, as JSON values (see autostart.py); every path is absolute."""
    roots: list[str] = []
    packages: list[str] = []
    for name in options.source:
        if os.path.exists(name):
            roots.append(os.path.realpath(name))
        else:
            packages.append(name)
            roots.extend(package_roots(name, program))
    for name in options.source_pkgs:
        packages.append(name)
        roots.extend(package_roots(name, program))
    for name in options.source_dirs:
        if not os.path.isdir(name):
            place = options.origin.get("source_dirs", "command line")
            raise Failure(NO_INPUT, f"{place}: source_dirs: there is no directory {name}")
        roots.append(os.path.realpath(name))
    return {
        "data_dir": options.data_dir,
        "mode": options.mode,
        "placement": options.placement,
        "base": os.path.realpath(os.curdir),
        "source": roots,
        "packages": packages,
        "include": expressions(options, "include"),
        "omit": expressions(options, "omit"),
        "main": os.getpid(),
        "context": options.context,
        "signals": [signal_number(options.snapshot_signal), signal_number(options.reset_signal)],
    }


def signal_number(name: str) -> int:
    """Give the number of a signal by its name, with or without SIG; 0 for none. Raises Failure(USAGE)."""
    if not name:
        return 0
    import signal

    try:
        number = signal.Signals[name if name.startswith("SIG") else "SIG" + name]
    except KeyError:
        raise Failure(USAGE, f"run: there is no signal {name!r}") from None
    if number in (signal.SIGKILL, signal.SIGSTOP):
        raise Failure(USAGE, f"run: no process can handle {number.name}")
    return number.value


def expressions(options: "Options", name: str) -> list[str]:
    """Give the regular expressions for the globs of one setting; see globs.py, which takes long to import."""
    globs: list[str] = getattr(options, name)
    if not globs:
        return []
    if name in options.expressions and options.origin.get(name) != "command line":
        return options.expressions[name]
    from blockcov.globs import prepare

    return prepare(globs, options.origin.get(name))


def package_roots(name: str, program: list[str]) -> list[str]:
    """Find where the package or module `name` lives, without importing it; [] when nothing is known yet."""
    import importlib.util

    top, *rest = name.split(".")
    saved = list(sys.path)
    if program[0] not in ("-m", "-c", "-"):
        sys.path.insert(0, os.path.dirname(os.path.realpath(program[0])))
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return []
    finally:
        sys.path[:] = saved
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        tops = [os.path.join(os.path.realpath(place), *rest) for place in spec.submodule_search_locations]
        return [top if os.path.isdir(top) or not rest else top + ".py" for top in tops]
    return [os.path.realpath(spec.origin)] if spec.origin and not rest else []


def interpreter_options(command: list[str]) -> list[str]:
    """Give the interpreter's own options out of `sys.orig_argv`: what stands before `-m`, `-c` or the script."""
    found: list[str] = []
    index = 1
    while index < len(command):
        word = command[index]
        if word == "-" or not word.startswith("-"):
            break
        if word.startswith("--"):
            found += command[index : index + 2]
            index += 2
            continue
        letters = word[1:]
        for position, letter in enumerate(letters):
            if letter in "mc":
                return found + (["-" + letters[:position]] if position else [])
            if letter in "WX":
                end = index + (1 if letters[position + 1 :] else 2)
                found += command[index:end]
                index = end
                break
        else:
            found.append(word)
            index += 1
    return found
