"""Has the interpreter run what the main script is rewritten to.

`python -m module` and `python directory` go through the runpy module and its `exec` anyway, but `python script.py` is
compiled and evaluated in C. Before that, the interpreter asks the path hooks whether the script is a directory or an
archive to import from, and if so, calls `runpy._run_module_as_main`. So: one path hook that says yes to the script,
once, and a stand-in for runpy that is seen only by that call.

What it calls in turn is a C callable, so no Python frame is below the program's (`sys._getframe(1)` fails as it
should) and no traceback has one more entry; exit status, `SystemExit`, `sys.excepthook` and dying by SIGINT stay the
interpreter's own. Checked on 3.11 to 3.14. If the script does not compile, the hook says no, and the
interpreter reports the error its own way.
"""

import _frozen_importlib_external as _external  # importlib.machinery, which most programs do not import
import sys

from blockcov import _blockcov

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any


def take_over_script() -> None:
    """Install the path hook if this process runs a script, not a module, a directory or an archive."""
    if not sys.argv or sys.argv[0] in ("", "-", "-c", "-m"):
        return
    for hook in sys.path_hooks:
        try:
            hook(sys.argv[0])
        except ImportError:
            continue
        return
    sys.path_hooks.append(_script_hook)  # type: ignore[arg-type]


class _Importer:
    """Tells the interpreter that the script can be imported from; never asked anything."""


def _script_hook(path: str) -> _Importer:
    """Answer for the script, when the interpreter itself asks; refuse (ImportError) in any other case."""
    try:
        sys._getframe(1)
    except ValueError:
        pass  # called from C, with no Python frame below: this is the start of the main program
    else:
        raise ImportError
    code = _compile(path)
    if code is None:
        # Only from the end: the loop that calls this goes by index, and would miss the hook after a removed one.
        if sys.path_hooks[-1] is _script_hook:  # type: ignore[comparison-overlap]
            sys.path_hooks.pop()
        raise ImportError
    stand_in = _Runpy("runpy")
    stand_in.script = path
    stand_in.code = code
    stand_in.hidden = sys.modules.get("runpy")
    sys.modules["runpy"] = stand_in
    return _Importer()


def _compile(path: str) -> "CodeType | None":
    """Compile the script as the interpreter would; None when it cannot be, the interpreter then says why."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        if path.endswith(".pyc"):
            return _external.SourcelessFileLoader("__main__", path).get_code("__main__")
        code, warned = _compile_silently(source, path)
        return compile(source, path, "exec", 0, True) if warned else code
    except Exception:
        return None


def _compile_silently(source: bytes, path: str) -> "tuple[CodeType, bool]":
    """Compile without showing warnings, and tell whether there are any.

    A script that does not compile is compiled by the interpreter once more, which is the one to show them.
    """
    import _warnings

    noted = _NotedWarnings()
    # As warnings.simplefilter would write it; in place of a pattern stands an object that notes who asks, which
    # typeshed does not know.
    ignore = ("ignore", noted, Warning, None, 0)
    _warnings.filters.insert(0, ignore)  # type: ignore[arg-type]
    _filters_changed(_warnings)
    try:
        return compile(source, path, "exec", 0, True), noted.any
    finally:
        _warnings.filters.remove(ignore)  # type: ignore[arg-type]
        _filters_changed(_warnings)


def _filters_changed(warnings: "Any") -> None:
    """Tell the interpreter to look at `warnings.filters`, the C module's, again."""
    if not hasattr(warnings, "_acquire_lock"):  # new in 3.14
        warnings._filters_mutated()
        return
    warnings._acquire_lock()
    try:
        warnings._filters_mutated_lock_held()
    finally:
        warnings._release_lock()


class _NotedWarnings:
    """Stands for the regular expression of a filter's message; matches all."""

    any = False

    def match(self, _message: str) -> bool:
        self.any = True
        return True


class _Runpy(type(sys)):  # type: ignore[misc]
    """Stands for runpy in `sys.modules` until the interpreter has asked it for the function to call."""

    script: str
    code: "CodeType"
    hidden: object

    @property
    def _run_module_as_main(self) -> "Callable[..., object]":
        sys.path_hooks.remove(_script_hook)  # type: ignore[arg-type]
        if self.hidden is None:
            del sys.modules["runpy"]
        else:
            sys.modules["runpy"] = self.hidden  # type: ignore[assignment]
        _restore_path(self.script)
        return _blockcov.main_script(self.code, _main_namespace(self.script))


def _restore_path(script: str) -> None:
    """Undo what the interpreter did for an archive: `sys.path[0]` is the script's directory again."""
    sys.path_importer_cache[script] = None
    if sys.path and sys.path[0] == script:
        del sys.path[0]
    directory = None
    if not sys.flags.safe_path:
        import os

        directory = os.path.dirname(os.path.realpath(script))
        sys.path.insert(0, directory)
    _blockcov.set_first_path(directory)


def _main_namespace(script: str) -> dict[str, object]:
    """Fill in `__main__` as the interpreter does for a script."""
    namespace = sys.modules["__main__"].__dict__
    loader = _external.SourcelessFileLoader if script.endswith(".pyc") else _external.SourceFileLoader
    namespace["__file__"] = script
    if sys.version_info < (3, 15):
        namespace["__cached__"] = None
    namespace["__loader__"] = loader("__main__", script)
    return namespace
