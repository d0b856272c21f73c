"""The cell magic of IPython and Jupyter: `%load_ext blockcov`, then `%%blockcov` on top of a cell.

The cell runs as it would without; below its output it is shown with its counts, and with what never happened marked
where it stands. For the cell's code to have a source that reports can read, it is written into a temporary file, whose
name IPython gives to what it compiles. The measurements lie beside it, and go when the interpreter ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blockcov import _blockcov, autostart, data, run, start_text
from blockcov.config import Options
from blockcov.errors import NO_INPUT, Failure
from blockcov.report.cell import MarkedCell

MAGIC = "blockcov"


class CellFailedError(Exception):
    """The cell has raised, and IPython has shown how: the cell counts as failed, and nothing is shown again."""

    def _render_traceback_(self) -> list[str]:
        return []


def load_ipython_extension(shell: Any) -> None:
    """Register the magic with an IPython shell."""
    cells = Cells(shell)

    def blockcov(line: str, cell: str) -> None:
        """Run the cell, and show how often each line ran and which outcomes never came."""
        cells.run(line, cell)

    shell.register_magic_function(blockcov, "cell", MAGIC)


class Cells:
    """The measured cells of one shell, each a file of its own."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._directory = ""
        self._count = 0

    def run(self, line: str, cell: str) -> None:
        """Run a cell, and show it with its counts."""
        from IPython.core.error import UsageError
        from IPython.display import display

        if line.strip():
            raise UsageError(f"%%{MAGIC} takes no arguments: {line.strip()}")
        transformed = self._shell.transform_cell(cell)
        if self._shell.should_run_async(cell, transformed_cell=transformed):
            # Neither can a magic run it while an event loop runs, nor does it pass exec().
            raise UsageError(f"%%{MAGIC} cannot run a cell with `await` outside of a function")
        path = self._new_file(transformed)
        with self._names(path), _measured(path, self._data_dir()):
            result = self._shell.run_cell(cell)
        marked = self._marked(path)
        if marked is not None:
            display(marked)
        if not result.success:
            raise CellFailedError

    def _data_dir(self) -> str:
        return os.path.join(self._directory, ".blockcov")

    def _new_file(self, text: str) -> str:
        if not self._directory:
            self._directory = os.path.realpath(tempfile.mkdtemp(prefix="blockcov-"))
            atexit.register(shutil.rmtree, self._directory, ignore_errors=True)
        self._count += 1
        path = os.path.join(self._directory, f"cell{self._count}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    @contextmanager
    def _names(self, path: str) -> Iterator[None]:
        """Have IPython take `path` for the name of what it compiles."""
        compiler = self._shell.compile
        compiler.get_code_name = lambda *_: path
        try:
            yield
        finally:
            del compiler.get_code_name

    def _marked(self, path: str) -> MarkedCell | None:
        """Give the cell with its counts; None when it did not compile."""
        _blockcov.finish()
        options = Options()
        options.data_dir = self._data_dir()
        try:
            files = data.load(options).files
        except Failure as failure:
            if failure.status == NO_INPUT:
                return None
            raise
        return next((MarkedCell(file) for file in files if file.path == path), None)


@contextmanager
def _measured(path: str, data_dir: str) -> Iterator[None]:
    """Measure what has this file name; then measure on what was measured before, if anything."""
    autostart.begin(
        {
            "data_dir": data_dir,
            "mode": "counts",
            "base": "",
            "source": [path],
            "packages": [],
            "include": [],
            "omit": [],
        }
    )
    try:
        yield
    finally:
        _blockcov.stop()
        before = os.environ.get(run.START)
        if before:
            autostart.begin(start_text.loads(before))
