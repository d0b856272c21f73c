"""Options: defaults, overridden by a configuration file, overridden by the command line.

`run` is on the way of every program that is measured, so this module imports nothing that reads files of settings:
config_file.py is loaded when there is one that speaks of blockcov or of coverage.py.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

EXCLUDE_LINES = (
    r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER)",
    r"^\s*(((async )?def .*?)?[\])]+(\s*->.*?)?:\s*)?\.\.\.\s*(#|$)",
    r"^\s*if (typing\.)?TYPE_CHECKING:",
)
"""coverage.py's default for lines that are not counted."""
PARTIAL_BRANCHES = (r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(branch|BRANCH)",)
"""coverage.py's default for lines whose missing branches do not count."""
PARTIAL_BRANCHES_ALWAYS = (r"^\s*while (True|1|False|0):", r"^\s*if (True|1|False|0):")
"""coverage.py's default for tests that are constants."""


class Options:
    """Every setting. `data_dir` is absolute; other paths are as given, or absolute when they are from a file elsewhere.

    Fields that begin with the name of a report are that report's alone. None: not set, and something else decides.
    """

    def __init__(self) -> None:
        # What is measured, and how.
        self.data_dir = ".blockcov"
        self.mode = "counts"
        self.placement = "fewest"
        self.branch = True
        self.source: list[str] = []
        self.source_pkgs: list[str] = []
        self.source_dirs: list[str] = []
        self.include: list[str] = []
        self.omit: list[str] = []
        self.include_namespace_packages = False
        self.append = False
        self.parallel = False
        self.context = ""
        self.snapshot_signal = ""
        self.reset_signal = ""
        self.dynamic_context = ""
        self.relative_files = False
        self.paths: dict[str, list[str]] = {}
        # What is reported.
        self.report_include: list[str] = []
        self.report_omit: list[str] = []
        self.exclude_lines = list(EXCLUDE_LINES)
        self.exclude_also: list[str] = []
        self.partial_branches = list(PARTIAL_BRANCHES)
        self.partial_also: list[str] = []
        self.partial_branches_always = list(PARTIAL_BRANCHES_ALWAYS)
        self.contexts: list[str] = []
        self.fail_under = 0.0
        self.precision = 0
        self.skip_covered = False
        self.skip_empty = False
        self.ignore_errors = False
        # Each report's own.
        self.format = "text"
        self.show_missing = False
        self.sort = "name"
        self.html_directory = "htmlcov"
        self.html_title = "Coverage report"
        self.html_extra_css = ""
        self.html_skip_covered: bool | None = None
        self.html_skip_empty: bool | None = None
        self.html_show_contexts = False
        self.xml_output = "coverage.xml"
        self.xml_package_depth = 99
        self.xml_branches = "lines"
        self.xml_missing_branches = False
        self.json_output = "coverage.json"
        self.json_pretty_print = False
        self.json_show_contexts = False
        self.lcov_output = "coverage.lcov"
        self.lcov_line_checksums = False
        self.lcov_branches = "outcomes"
        self.sonar_output = "sonar-coverage.xml"
        self.sonar_branches = "outcomes"
        self.gocover_output = "coverage.out"
        self.llvm_output = "coverage.llvm.json"
        self.sqlite_output = ".coverage"
        self.annotate_directory = ""
        # About the settings: the file that was read; where each that was made stands, `file:line` or `command line`;
        # keys of coverage.py's files that mean nothing here, and where they stand; the environment variables in values.
        self.file = ""
        self.origin: dict[str, str] = {}
        self.unused: list[tuple[str, str]] = []
        self.variables: set[str] = set()
        # For settings_cache.py: what a parser has just read, or what was kept of globs.
        self.parsed: dict[str, Any] = {}
        self.expressions: dict[str, list[str]] = {}

    def put(self, name: str, value: "Any", origin: str) -> None:
        """Set a field and note where its value comes from."""
        setattr(self, name, value)
        self.origin[name] = origin


_ABOUT = ("file", "origin", "unused", "variables", "parsed", "expressions")
DEFAULTS = {name: value for name, value in vars(Options()).items() if name not in _ABOUT}

OUR_CANDIDATES = (
    ("blockcov.toml", ""),
    ("pyproject.toml", "blockcov"),
)
CANDIDATES = (
    *OUR_CANDIDATES,
    (".coveragerc", ""),
    (".coveragerc.toml", ""),
    ("setup.cfg", "coverage:"),
    ("tox.ini", "coverage:"),
    ("pyproject.toml", "coverage"),
)
"""Files of the current directory that are looked for, in this order; what one of others must mention to be for us.

Our own settings come first, then coverage.py's in the order in which it looks for them itself; with COVERAGE_RCFILE, in
the file of that name alone.
"""


def load(rcfile: "str | None", given: "dict[str, Any]") -> Options:
    """Read the configuration file and lay the options given on the command line over it.

    `rcfile` None: the first of CANDIDATES that has settings. `given` maps field names to values, None for what was not
    given. Raises Failure(CONFIG) with file and line.
    """
    options = Options()
    if rcfile is not None:
        if not is_blank(rcfile):
            from blockcov.config_file import read_file

            read_file(rcfile, options)
    else:
        find_file(options)
    data_file = given.get("data_file")
    _take_data_file(
        options, data_file or os.environ.get("COVERAGE_FILE"), "command line" if data_file else "COVERAGE_FILE"
    )
    for name, value in given.items():
        if name in DEFAULTS and value is not None:
            options.put(name, value, "command line")
    options.data_dir = os.path.abspath(options.data_dir)
    return options


def find_file(options: Options) -> None:
    """Take the settings of the first file of the current directory that has some, if there is one."""
    texts: dict[str, str | None] = {}
    named = os.environ.get("COVERAGE_RCFILE")
    for path, word in CANDIDATES:
        if named and (path, word) not in OUR_CANDIDATES:
            if not is_blank(named):
                from blockcov.config_file import read_file

                read_file(named, options)
            return
        if path not in texts:
            texts[path] = text_of(path)
        text = texts[path]
        if text is None or (word and not mentions(text, word)):
            continue
        if _was_kept(options, texts):
            return
        from blockcov.config_file import read_candidate

        if read_candidate(path, word, options):
            options.parsed = {
                "texts": texts,
                "variables": {name: os.environ.get(name) for name in ("HOME", *sorted(options.variables))},
                "file": options.file,
                "values": {name: getattr(options, name) for name in options.origin},
                "origin": dict(options.origin),
                "unused": options.unused,
            }
            return


def _take_data_file(options: Options, data_file: "str | None", origin: str) -> None:
    """Take the name of coverage.py's data file; a variable has no say where our own setting names a data directory."""
    ours = options.origin.get("data_dir") not in (None, options.origin.get("sqlite_output"))
    if data_file and not (ours and origin == "COVERAGE_FILE"):
        from blockcov.config_file import data_dir_for

        options.put("sqlite_output", data_file, origin)
        options.put("data_dir", data_dir_for(data_file), origin)


def _was_kept(options: Options, texts: "dict[str, str | None]") -> bool:
    """Take the settings that an earlier run kept, if they are those of the files that are here now."""
    from blockcov import settings_cache

    kept = settings_cache.read(options.data_dir)
    if kept is None:
        return False
    for path in kept["texts"]:
        if path not in texts:
            texts[path] = text_of(path)
    if any(texts[path] != text for path, text in kept["texts"].items()):
        return False
    for name, value in kept["values"].items():
        options.put(name, value, kept["origin"][name])
    options.file = kept["file"]
    options.unused = [(name, place) for name, place in kept["unused"]]
    options.expressions = kept["expressions"]
    return True


def text_of(path: str) -> "str | None":
    """Give the text of a file; None when there is none. What cannot be read reads as escapes: see `mentions`."""
    try:
        with open(path, "rb", 0) as file:
            return file.read().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return "\\u"


def mentions(text: str, word: str) -> bool:
    """Can the text have settings under `word`? Most have none, and a parser for them is long in loading.

    A header or a key has the word behind `[`, or in front of `=` or `.`: a requirement such as "coverage>=7" is none.
    A key can be spelled with escapes in TOML, `"block\\u0063ov"`; what cannot be read is for the parser to complain of.
    """
    if "\\u" in text or "\\U" in text or "\\x" in text:
        return True
    if word not in text:
        return False
    for line in text.splitlines():
        if word in line and line.lstrip()[:1] == "[":
            return True
        if any(behind.lstrip("'\" \t")[:1] in ("=", ".") for behind in line.split(word)[1:]):
            return True
    return False


def is_blank(path: str) -> bool:
    """Is this a file without a setting? One like that, /dev/null for example, is named to have no other file read."""
    try:
        with open(path, "rb", 0) as file:
            return not file.read().strip()
    except OSError:
        return False
