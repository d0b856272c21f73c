"""Options: defaults, overridden by `[tool.blockcov]` of a TOML file, overridden by the command line."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_FILE = "pyproject.toml"


class Options:
    """Every setting; `data_dir` is absolute. `origin` says for each one that was set where it was."""

    def __init__(self) -> None:
        self.data_dir = ".blockcov"
        self.mode = "counts"
        self.source: list[str] = []
        self.include: list[str] = []
        self.omit: list[str] = []
        self.append = False
        self.context = ""
        self.snapshot_signal = ""
        self.reset_signal = ""
        self.format = "text"
        self.show_missing = False
        self.skip_covered = False
        self.sort = "name"
        self.fail_under = 0.0
        self.ignore_errors = False
        self.origin: dict[str, str] = {}


DEFAULTS = {name: value for name, value in vars(Options()).items() if name != "origin"}


def load(rcfile: "str | None", given: "dict[str, Any]") -> Options:
    """Read the configuration file and lay the options given on the command line over it.

    `rcfile` None means `pyproject.toml` in the current directory, if there is one and it mentions blockcov. Paths in a
    file count from the file's directory. `given` maps field names to values, None for what was not given. Raises
    Failure(CONFIG) with file and line.
    """
    options = Options()
    if may_be_meant(DEFAULT_FILE) if rcfile is None else not is_blank(rcfile):
        from blockcov.config_file import read_file

        read_file(rcfile or DEFAULT_FILE, options)
    for name, value in given.items():
        if name in DEFAULTS and value is not None:
            setattr(options, name, value)
            options.origin[name] = "command line"
    options.data_dir = os.path.abspath(options.data_dir)
    return options


def may_be_meant(path: str) -> bool:
    """Can the TOML file have a table for us? Most have none, and a parser for them is long in loading.

    A key can be spelled with escapes: `"block\\u0063ov"`. What cannot be read is for the parser to complain of.
    """
    try:
        with open(path, "rb", 0) as file:
            text = file.read().decode("utf-8")
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True
    return any(word in text for word in ("blockcov", "\\u", "\\U", "\\x"))


def is_blank(path: str) -> bool:
    """Is this a file without a setting? One like that, /dev/null for example, is named to have no other file read."""
    try:
        with open(path, "rb", 0) as file:
            return not file.read().strip()
    except OSError:
        return False
