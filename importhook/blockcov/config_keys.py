"""The keys of configuration files: which setting each makes, and of what kind its value is.

Sections are those of coverage.py. In our own files the keys of `run` and `report` may also stand without a section.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from blockcov.run_words import MODES, PLACEMENTS

FORMATS = ("text", "markdown", "total")
BRANCHES = ("lines", "outcomes")  # report/statements.py says what they mean
SORTS = ("name", "stmts", "miss", "branch", "brpart", "cover")


class Key(NamedTuple):
    """The `field` of Options that a key sets. Empty: it is coverage.py's, and means nothing here."""

    field: str
    kind: str
    """`flag`, `integer`, `number`, `text`, `file`, `list` (of strings), `globs`, `sources` or `regexes`."""
    choices: tuple[str, ...] = ()


_IGNORED = Key("", "any")

COVERAGE: dict[str, dict[str, Key]] = {
    "run": {
        "branch": Key("branch", "flag"),
        "command_line": _IGNORED,
        "concurrency": _IGNORED,
        "context": Key("context", "text"),
        "core": _IGNORED,
        "cover_pylib": _IGNORED,
        "data_file": Key("sqlite_output", "file"),
        "debug": _IGNORED,
        "debug_file": _IGNORED,
        "disable_warnings": _IGNORED,
        "dynamic_context": Key("dynamic_context", "text"),
        "include": Key("include", "globs"),
        "omit": Key("omit", "globs"),
        "parallel": Key("parallel", "flag"),
        "patch": _IGNORED,
        "plugins": _IGNORED,
        "relative_files": Key("relative_files", "flag"),
        "sigterm": _IGNORED,
        "source": Key("source", "sources"),
        "source_dirs": Key("source_dirs", "sources"),
        "source_pkgs": Key("source_pkgs", "list"),
        "timid": _IGNORED,
    },
    "report": {
        "contexts": Key("contexts", "list"),
        "exclude_also": Key("exclude_also", "regexes"),
        "exclude_lines": Key("exclude_lines", "regexes"),
        "fail_under": Key("fail_under", "number"),
        "format": Key("format", "text", FORMATS),
        "ignore_errors": Key("ignore_errors", "flag"),
        "include": Key("report_include", "globs"),
        "include_namespace_packages": Key("include_namespace_packages", "flag"),
        "omit": Key("report_omit", "globs"),
        "partial_also": Key("partial_also", "regexes"),
        "partial_branches": Key("partial_branches", "regexes"),
        "partial_branches_always": Key("partial_branches_always", "regexes"),
        "precision": Key("precision", "integer"),
        "show_missing": Key("show_missing", "flag"),
        "skip_covered": Key("skip_covered", "flag"),
        "skip_empty": Key("skip_empty", "flag"),
        "sort": Key("sort", "text", SORTS),
    },
    "html": {
        "directory": Key("html_directory", "file"),
        "extra_css": Key("html_extra_css", "file"),
        "show_contexts": Key("html_show_contexts", "flag"),
        "skip_covered": Key("html_skip_covered", "flag"),
        "skip_empty": Key("html_skip_empty", "flag"),
        "title": Key("html_title", "text"),
    },
    "xml": {
        "output": Key("xml_output", "file"),
        "package_depth": Key("xml_package_depth", "integer"),
    },
    "json": {
        "output": Key("json_output", "file"),
        "pretty_print": Key("json_pretty_print", "flag"),
        "show_contexts": Key("json_show_contexts", "flag"),
    },
    "lcov": {
        "line_checksums": Key("lcov_line_checksums", "flag"),
        "output": Key("lcov_output", "file"),
    },
}
"""What coverage.py's own files may say; a section `paths` has a list for each key."""

_NEW = {
    "run": {
        "append": Key("append", "flag"),
        "data_dir": Key("data_dir", "file"),
        "mode": Key("mode", "text", MODES),
        "placement": Key("placement", "text", PLACEMENTS),
        "snapshot_signal": Key("snapshot_signal", "text"),
        "reset_signal": Key("reset_signal", "text"),
    },
    "xml": {
        "branches": Key("xml_branches", "text", BRANCHES),
        "missing_branches": Key("xml_missing_branches", "flag"),
    },
    "lcov": {"branches": Key("lcov_branches", "text", BRANCHES)},
    "sonar": {"output": Key("sonar_output", "file"), "branches": Key("sonar_branches", "text", BRANCHES)},
    "gocover": {"output": Key("gocover_output", "file")},
    "llvm": {"output": Key("llvm_output", "file")},
    "sqlite": {"output": Key("sqlite_output", "file")},
    "annotate": {"directory": Key("annotate_directory", "file")},
}


def _own() -> dict[str, dict[str, Key]]:
    """Lay our keys over those of coverage.py that mean something; "" is what stands without a section."""
    known = {section: {name: key for name, key in keys.items() if key.field} for section, keys in COVERAGE.items()}
    del known["run"]["data_file"]
    for section, keys in _NEW.items():
        known[section] = {**known.get(section, {}), **keys}
    return {"": {**known["report"], **known["run"]}, **known}


OWN = _own()
"""What `blockcov.toml` and `[tool.blockcov]` may say, beside a section `paths`."""

_MAXIMUM = {"fail_under": 100.0}


def check_value(key: Key, value: object) -> str:
    """Give what is wrong with a value of the right kind; empty when nothing is."""
    if key.choices:
        shown = str(value).lower().lstrip("+-") if key.field == "sort" else value
        if shown not in key.choices:
            return f"must be one of {', '.join(key.choices)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        most = _MAXIMUM.get(key.field)
        if most is not None and not 0 <= value <= most:
            return f"must be between 0 and {most:g}"
        if value < 0:
            return "must not be negative"
    if key.kind == "regexes" and isinstance(value, list):
        for each in value:
            try:
                re.compile(each)
            except re.error as error:
                return f"has {each!r}, which is no regular expression: {error}"
    return ""
