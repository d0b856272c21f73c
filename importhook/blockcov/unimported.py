"""Source files that no process imported: they are part of what `--source` asked for, with nothing executed.

`run` notes what was asked for in the data directory; a report looks there which files of it were never measured.
"""

import os

from blockcov import start_text
from blockcov.errors import CANNOT_CREATE, DATA, Failure
from blockcov.select import Selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any

FILE_NAME = "sources.json"
_ODD = frozenset(".#~!$@%^&*()+=,")  # in the names of editors' backups and resource forks
_KEYS = ("base", "source", "packages", "include", "omit")


def forget(data_dir: str) -> None:
    """Remove the note. Raises OSError."""
    try:
        os.unlink(os.path.join(data_dir, FILE_NAME))
    except FileNotFoundError:
        pass


def note(data_dir: str, settings: "dict[str, Any]") -> None:
    """Add what a run was asked to measure (the settings of BLOCKCOV_START); only `--source` names files for certain."""
    if not settings["source"]:
        return
    asked = [each for each in _noted(data_dir) if each != _part(settings)] + [_part(settings)]
    path = os.path.join(data_dir, FILE_NAME)
    partial = f"{path}.{os.getpid()}"
    try:
        os.makedirs(data_dir, exist_ok=True)
        with open(partial, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(start_text.dumps(asked))
        os.replace(partial, path)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot write {path}: {error.strerror}") from None


def carry(source: str, target: str, mapped: "Callable[[str], str]") -> None:
    """Add to the note of one data directory that of another, whose directories have other names here."""
    for asked in _noted(source):
        moved = {**asked, "base": mapped(asked["base"]), "source": [mapped(root) for root in asked["source"]]}
        note(target, moved)


def find(data_dir: str, executed: "Collection[str]" = (), namespaces: bool = False) -> "Iterator[str]":
    """Yield the canonical paths of all modules that were asked for. Raises Failure if the note cannot be read.

    `executed` are the canonical paths of those that were measured. With `namespaces`, directories below the sources
    count as packages without an `__init__.py`, too.
    """
    seen: set[str] = set()
    for asked in _noted(data_dir):
        asked["source"] = [place for root in asked["source"] for place in _imported(root, asked, executed) or [root]]
        select = Selector(*(asked[key] for key in _KEYS))
        for root in asked["source"]:
            for path in _modules(root, namespaces):
                if path not in seen and select(path):
                    seen.add(path)
                    yield path


def _imported(root: str, asked: "dict[str, Any]", executed: "Collection[str]") -> list[str]:
    """Say where a package was imported from, if not from `root`, where it was found before the program began.

    An installed copy is found there, and a program that changes `sys.path` then imports that of its checkout.
    """
    ends = [os.sep + name.replace(".", os.sep) for name in asked["packages"]]
    end = next((end for end in ends if root.endswith((end, end + ".py"))), None)
    if end is None or any(path == root or path.startswith(root + os.sep) for path in executed):
        return []
    package, module = os.path.join(end, "__init__.py"), end + ".py"
    packages = [os.path.dirname(path) for path in executed if path.endswith(package)]
    return packages + [path for path in executed if path.endswith(module)]


def _part(settings: "dict[str, Any]") -> "dict[str, Any]":
    return {key: settings[key] for key in _KEYS}


def _noted(data_dir: str) -> "list[dict[str, Any]]":
    path = os.path.join(data_dir, FILE_NAME)
    try:
        with open(path, encoding="utf-8", errors="surrogatepass") as file:
            noted = start_text.loads(file.read())
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise Failure(DATA, f"cannot read {path}: {error}") from None
    if not isinstance(noted, list) or not all(isinstance(each, dict) and set(_KEYS) <= each.keys() for each in noted):
        raise Failure(DATA, f"cannot read {path}: it is not what blockcov run writes")
    return noted


def _modules(root: str, namespaces: bool) -> "Iterator[str]":
    """Yield the modules under `root`: below it only those in packages, as an import would find them."""
    if os.path.isfile(root):
        yield root
    for directory, inner, names in os.walk(root):
        if directory != root and not namespaces and "__init__.py" not in names:
            inner.clear()
            continue
        inner.sort()
        for name in sorted(names):
            if _is_module(name):
                yield os.path.realpath(os.path.join(directory, name))


def _is_module(name: str) -> bool:
    """Is this the file name of a module, as far as its name tells?"""
    stem, _, suffix = name.rpartition(".")
    return suffix in ("py", "pyw") and stem != "" and _ODD.isdisjoint(stem)
