"""`blockcov.Coverage`: measuring and reporting from inside a program, in the shape of coverage.py's class of that name.

    cov = blockcov.Coverage(source=["shop"])
    with cov.collect():
        import shop
        shop.main()
    print(cov.report(show_missing=True))

What is imported, executed or compiled while measuring is on is counted; modules that were imported before are not.
Counts are in the data directory as they happen, so a process that is killed loses nothing.
"""

from __future__ import annotations

import atexit
import copy
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, TextIO, TypedDict, Unpack

from blockcov import autostart, config, errors, run, start_text
from blockcov.config_keys import OWN
from blockcov.errors import NO_INPUT, USAGE, Failure
from blockcov.live import context

if TYPE_CHECKING:
    from blockcov.data import FileCoverage, Measurements

Morf = ModuleType | str | os.PathLike[str]
"""A module, or the name of a file."""


class Chosen(TypedDict, total=False):
    """What of the measurements a report is of, and how it counts; None, or left out: as the settings say."""

    include: Iterable[str] | None
    omit: Iterable[str] | None
    contexts: Iterable[str] | None
    branch: bool | None
    precision: int | None
    ignore_errors: bool | None


class CoverageWarning(UserWarning):
    """Something of the measurements is left out of a report: it says what, and why."""


class Coverage:
    """Measures this process and its children, and reports what is in a data directory.

    One instance can measure at a time, and none in a process that `blockcov run` or the pytest plugin measures: there
    `start` raises Failure. All methods raise Failure for what the commands of the same name end with an error for.
    """

    _running: ClassVar[Coverage | None] = None

    def __init__(
        self,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        config_file: str | os.PathLike[str] | bool = True,
        mode: str | None = None,
        placement: str | None = None,
        branch: bool | None = None,
        source: Iterable[str] | None = None,
        source_pkgs: Iterable[str] | None = None,
        source_dirs: Iterable[str] | None = None,
        include: Iterable[str] | None = None,
        omit: Iterable[str] | None = None,
    ) -> None:
        """Read the settings: those of `config_file` (True: what the commands would find, False: none), then arguments.

        The arguments mean what the options of `blockcov run` mean; globs and directories count from the current one.
        """
        rcfile = None if config_file is True else os.devnull if config_file is False else os.fspath(config_file)
        given: dict[str, object] = {
            "data_dir": None if data_dir is None else os.fspath(data_dir),
            "mode": mode,
            "placement": placement,
            "branch": branch,
        }
        lists = {
            "source": source,
            "source_pkgs": source_pkgs,
            "source_dirs": source_dirs,
            "include": include,
            "omit": omit,
        }
        given.update((name, None if value is None else list(value)) for name, value in lists.items())
        self.options = config.load(rcfile, given)
        self._environment: dict[str, str | None] = {}
        self._begun = False
        self._context: context | None = None

    @classmethod
    def current(cls) -> Coverage | None:
        """Give the instance that measures now, if there is one."""
        return cls._running

    # -- measuring -------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Add to what earlier runs measured; without it, the first `start` begins afresh."""
        self.options.append = True

    def start(self) -> None:
        """Measure from now on, also in processes that are started from now on."""
        if Coverage._running is self:
            return
        errors.check_interpreter()
        from blockcov import _blockcov

        if Coverage._running is not None or os.environ.get(run.START):
            raise Failure(USAGE, "this process is measured already")
        if _blockcov.shard_path() is not None and not self._begun:
            self.options.append = True  # another instance's measurements are in this process's file
        if not self._begun:
            run.prepare_data_dir(self.options)
        settings = run.start_settings(self.options, ["-c"])
        if settings["source"]:
            from blockcov import unimported

            unimported.note(self.options.data_dir, settings)
        if self._begun:
            self._forget()
            autostart.begin(settings)
        else:
            autostart.begin(settings)
            atexit.register(self._forget)
            self._begun = True
        environment = dict(os.environ)
        run.start_site(environment)
        environment[run.START] = start_text.dumps(settings)
        self._environment = {
            name: os.environ.get(name) for name, value in environment.items() if os.environ.get(name) != value
        }
        os.environ.update({name: environment[name] for name in self._environment})
        Coverage._running = self

    def stop(self) -> None:
        """Measure no more.

        With `mode="hits"`, what was measured already goes on to be: functions keep their probes until these have fired.
        """
        if Coverage._running is not self:
            return
        from blockcov import _blockcov

        self.switch_context("")
        _blockcov.stop()
        _blockcov.snapshot()
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        Coverage._running = None

    def _forget(self) -> None:
        """Drop what functions that were measured have counted since measuring stopped."""
        if self._begun and Coverage._running is None and self.options.mode == "counts":
            from blockcov import _blockcov

            _blockcov.reset()

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Measure what is executed inside of the `with` statement."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def save(self) -> None:
        """Make what this process has counted so far a finished file, which others may read at once.

        Not needed: every count is in the data directory as it happens.
        """
        if Coverage._running is self:
            from blockcov import _blockcov

            _blockcov.snapshot()

    def switch_context(self, name: str) -> None:
        """Count for the context `name` from now on, and no more for the one before; for none with an empty name."""
        if self._context is not None:
            self._context.__exit__()
            self._context = None
        if name:
            self._context = context(name)
            self._context.__enter__()

    def erase(self) -> None:
        """Remove all measurements of the data directory, but for those of processes that still run."""
        from blockcov.commands import remove

        remove(self.options)

    def combine(self, data_paths: Iterable[str | os.PathLike[str]] | None = None, keep: bool = False) -> None:
        """Merge shards and data directories (without any, those of the own data directory) into the data directory."""
        from blockcov.combine import merge

        for message in merge(self.options, [os.fspath(path) for path in data_paths or ()], keep):
            _warn(message)

    # -- settings --------------------------------------------------------------------------------------------------

    def get_option(self, name: str) -> Any:
        """Give a setting by section and key, as they stand in a file of settings: `report:fail_under`."""
        return getattr(self.options, _field(name))

    def set_option(self, name: str, value: Any) -> None:
        """Change a setting."""
        self.options.put(_field(name), value, "set_option")

    # -- reading ---------------------------------------------------------------------------------------------------

    def measurements(self, morfs: Iterable[Morf] | None = None, **settings: Any) -> Measurements:
        """Read everything that was measured, of the files `morfs` or of all.

        What has to be left out is warned of (CoverageWarning). `settings` are fields of Options, None for unchanged.
        """
        return self._measurements(self._options(settings), morfs)

    def analysis(self, morf: Morf) -> tuple[str, list[int], list[int], str]:
        """Give of a file: its name, its statements, those that never ran, and the latter as text."""
        name, statements, _, missing, text = self.analysis2(morf)
        return name, statements, missing, text

    def analysis2(self, morf: Morf) -> tuple[str, list[int], list[int], list[int], str]:
        """Give of a file: its name, its statements, excluded lines, statements that never ran, and these as text."""
        from blockcov.report.missing import line_ranges

        file = self._file(morf)
        analysis = file.analysis
        ranges = line_ranges(analysis.statements, analysis.missing_lines)
        text = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
        statements = sorted([*analysis.executed_lines, *analysis.missing_lines])
        return file.path, statements, analysis.excluded_lines, analysis.missing_lines, text

    def why(self, morf: Morf, line: int) -> str:
        """Say what is known of a line: see report/why.py. Raises IndexError when the file has no such line."""
        from blockcov.report.why import explain

        return explain(self._file(morf), line)

    # -- reports ---------------------------------------------------------------------------------------------------

    def report(
        self,
        morfs: Iterable[Morf] | None = None,
        *,
        show_missing: bool | None = None,
        file: TextIO | None = None,
        skip_covered: bool | None = None,
        skip_empty: bool | None = None,
        sort: str | None = None,
        output_format: str | None = None,
        **chosen: Unpack[Chosen],
    ) -> float:
        """Print the table to `file` (default: sys.stdout) and give the total in percent."""
        from blockcov.commands import render_report

        options = self._options(
            {
                "show_missing": show_missing,
                "skip_covered": skip_covered,
                "skip_empty": skip_empty,
                "sort": sort,
                "format": output_format,
                **_settings_of(chosen),
            }
        )
        text, percent = render_report(options, self._measurements(options, morfs))
        (sys.stdout if file is None else file).write(text)
        return percent

    def json_report(
        self,
        morfs: Iterable[Morf] | None = None,
        outfile: str | None = None,
        *,
        pretty_print: bool | None = None,
        show_contexts: bool | None = None,
        **chosen: Unpack[Chosen],
    ) -> float:
        """Write coverage.py's JSON with all counts (`-` is stdout) and give the total in percent."""
        settings = {"json_output": outfile, "json_pretty_print": pretty_print, "json_show_contexts": show_contexts}
        return self._write("json", morfs, settings, chosen)

    def xml_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write Cobertura's XML and give the total in percent."""
        return self._write("xml", morfs, {"xml_output": outfile}, chosen)

    def lcov_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write lcov's tracefile and give the total in percent."""
        return self._write("lcov", morfs, {"lcov_output": outfile}, chosen)

    def sonar_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write SonarQube's generic coverage and give the total in percent."""
        return self._write("sonar", morfs, {"sonar_output": outfile}, chosen)

    def gocover_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write a cover profile of the Go tools and give the total in percent."""
        return self._write("gocover", morfs, {"gocover_output": outfile}, chosen)

    def llvm_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write the JSON of llvm-cov export and give the total in percent."""
        return self._write("llvm", morfs, {"llvm_output": outfile}, chosen)

    def sqlite_report(
        self, morfs: Iterable[Morf] | None = None, outfile: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write coverage.py's data file and give the total in percent."""
        return self._write("sqlite", morfs, {"sqlite_output": outfile}, chosen)

    def annotate(
        self, morfs: Iterable[Morf] | None = None, directory: str | None = None, **chosen: Unpack[Chosen]
    ) -> float:
        """Write each source file with the counts in the margin and give the total in percent."""
        return self._write("annotate", morfs, {"annotate_directory": directory}, chosen)

    def html_report(
        self,
        morfs: Iterable[Morf] | None = None,
        directory: str | None = None,
        *,
        title: str | None = None,
        extra_css: str | None = None,
        show_contexts: bool | None = None,
        skip_covered: bool | None = None,
        skip_empty: bool | None = None,
        **chosen: Unpack[Chosen],
    ) -> float:
        """Write pages for a browser and give the total in percent."""
        settings = {
            "html_directory": directory,
            "html_title": title,
            "html_extra_css": extra_css,
            "html_show_contexts": show_contexts,
            "html_skip_covered": skip_covered,
            "html_skip_empty": skip_empty,
        }
        return self._write("html", morfs, settings, chosen)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _write(self, report: str, morfs: Iterable[Morf] | None, settings: dict[str, Any], chosen: Chosen) -> float:
        from blockcov import exports

        options = self._options({**settings, **_settings_of(chosen)})
        measured = self._measurements(options, morfs)
        exports.WRITERS[report](options, measured)
        return exports.total_of(measured)

    def _options(self, settings: dict[str, Any]) -> config.Options:
        """Give the settings with others laid over them; None leaves one as it is."""
        options = copy.copy(self.options)
        options.origin = dict(options.origin)
        for name, value in settings.items():
            if name not in config.DEFAULTS:
                raise TypeError(f"there is no setting {name!r}")
            if value is not None:
                options.put(
                    name, value if isinstance(value, str) or not isinstance(value, Iterable) else list(value), "API"
                )
        return options

    def _measurements(self, options: config.Options, morfs: Iterable[Morf] | None) -> Measurements:
        from blockcov.contexts import load_measurements

        errors.check_interpreter()
        self.save()
        self._forget()
        measured = load_measurements(options)
        for message in (*measured.damaged, *measured.stale, *measured.remarks):
            _warn(message)
        if morfs is not None:
            paths = {_path(morf) for morf in morfs}
            measured.files = [file for file in measured.files if file.path in paths]
        return measured

    def _file(self, morf: Morf) -> FileCoverage:
        files = self._measurements(self.options, [morf]).files
        if not files:
            raise Failure(NO_INPUT, f"{_path(morf)} is not measured")
        return files[0]


def _warn(message: str) -> None:
    """Warn at the line that called this module."""
    level = 1
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
        level += 1
    warnings.warn(message, CoverageWarning, stacklevel=level)


def _path(morf: Morf) -> str:
    """Give the canonical path of a module or of a file."""
    if isinstance(morf, ModuleType):
        if not morf.__file__:
            raise Failure(NO_INPUT, f"{morf.__name__} has no file")
        morf = morf.__file__
    return os.path.realpath(morf)


def _field(name: str) -> str:
    """Find the field of Options for `section:key`."""
    section, _, key = name.partition(":")
    found = OWN.get(section, {}).get(key)
    if found is None:
        raise Failure(USAGE, f"there is no option {name!r}")
    return found.field


def _settings_of(chosen: Chosen) -> dict[str, Any]:
    """Give the fields of Options that are meant: `include` and `omit` are those of reports."""
    return {f"report_{name}" if name in ("include", "omit") else name: value for name, value in chosen.items()}
