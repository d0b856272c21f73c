"""What a file of settings said the last time, so that `run` needs no parser for it.

A parser of TOML takes longer to import than all that `run` does. The data directory keeps what was read, with
everything that it follows from: the texts of the files that were looked at, the environment variables in them, the
current directory, blockcov's own code. When one of these is another, the file is parsed again.
"""

import os

from blockcov import start_text
from blockcov.select import PACKAGE_DIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE_NAME = "settings.json"
_OWN_FILES = ("config.py", "config_file.py", "config_keys.py", "config_text.py", "globs.py")


def read(data_dir: str) -> "dict[str, Any] | None":
    """Give what is kept (see config.find_file); None when there is nothing, or nothing that holds here and now."""
    try:
        with open(os.path.join(data_dir, FILE_NAME), encoding="utf-8", errors="surrogatepass") as file:
            kept: dict[str, Any] = start_text.loads(file.read())
        holds = kept["place"] == _place() and all(
            os.environ.get(name) == kept["variables"][name] for name in kept["variables"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return kept if holds else None


def keep(data_dir: str, settings: "dict[str, Any]", expressions: "dict[str, list[str]]") -> None:
    """Keep settings, with the globs of the run translated; where that cannot be, nothing is kept."""
    path = os.path.join(data_dir, FILE_NAME)
    partial = f"{path}.{os.getpid()}"
    try:
        with open(partial, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(start_text.dumps({**settings, "expressions": expressions, "place": _place()}))
        os.replace(partial, path)
    except OSError:
        pass


def forget(data_dir: str) -> None:
    """Remove what is kept. Raises OSError."""
    try:
        os.unlink(os.path.join(data_dir, FILE_NAME))
    except FileNotFoundError:
        pass


def _place() -> "list[object]":
    """Give what settings follow from beside their text: where this is, and which blockcov reads them."""
    place: list[object] = [os.getcwd()]
    for name in _OWN_FILES:
        status = os.stat(os.path.join(PACKAGE_DIR, name))
        place += [status.st_size, status.st_mtime_ns]
    return place
