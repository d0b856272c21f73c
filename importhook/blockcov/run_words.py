"""The command line of `run`, taken apart without argparse: importing that would take longer than all that `run` does.

Importable on Python 3.8, as cli.py is.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODES = ("counts", "hits")
PLACEMENTS = ("fewest", "blocks")
CHOICES = {"--mode": MODES, "--placement": PLACEMENTS}
LISTS = ("source", "include", "omit")
FLAGS = ("append", "branch")
VALUES = (  # options that take a value
    "mode",
    "placement",
    "source",
    "include",
    "omit",
    "data_dir",
    "rcfile",
    "context",
    "snapshot_signal",
    "reset_signal",
    "data_file",  # coverage.py's, as the next
    "concurrency",
)
_TAKES_VALUE = frozenset("--" + name.replace("_", "-") for name in VALUES)
_FLAGS = {"--" + name: name for name in FLAGS}


def split_commas(text: str) -> "list[str]":
    """Split a comma-separated value; blanks around items do not count."""
    return [item.strip() for item in text.split(",") if item.strip()]


def scan(words: "list[str]") -> "dict[str, Any] | None":
    """Give the options of `run` by name, as parser.py would; None for all that is not plain, which parser.py decides.

    Plain is `--option value` and `--option=value` with values that are not empty and do not begin with `-`.
    """
    given: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option in _FLAGS and not equals:
            given[_FLAGS[option]] = True
            continue
        if option not in _TAKES_VALUE:
            return None
        if not equals:
            value = next(rest, "")
        if not value or value.startswith("-") or value not in CHOICES.get(option, (value,)):
            return None
        name = option[2:].replace("-", "_")
        given[name] = split_commas(value) if name in LISTS else value
    return given


def split_program(words: "list[str]") -> "tuple[list[str], list[str]]":
    """Split what follows `run` into blockcov's own options and the program with its arguments.

    The program begins at `-m`, `-c` or the first word that is neither an option nor an option's value; `--` ends the
    options. Nothing after that is looked at.
    """
    index = 0
    while index < len(words):
        word = words[index]
        if word == "--":
            return words[:index], words[index + 1 :]
        if word[:2] in ("-m", "-c"):
            if len(word) > 2:  # -mmodule
                return words[:index], [word[:2], word[2:], *words[index + 1 :]]
            return words[:index], words[index:]
        if not word.startswith("-") or word == "-":
            return words[:index], words[index:]
        index += 2 if word in _TAKES_VALUE else 1
    return words, []
