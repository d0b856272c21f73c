"""The same program run plain and measured in each mode: whatever can be told apart is a difference."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

from tests.project import Project, Result

MODES = ("counts", "hits")


def same(text: bytes) -> bytes:
    """Leave nothing out."""
    return text


def alike(
    project: Project,
    *program: str | Path,
    options: tuple[str, ...] = (),
    interpreter: tuple[str, ...] = (),
    input: bytes = b"",
    steady: Callable[[bytes], bytes] = same,
    **environment: str,
) -> Result:
    """Run `program` plain and in both modes; give how the plain run ended.

    Output, standard error and status have to be equal byte for byte, once `steady` has taken out what differs from run
    to run anyway. `options` are those of `blockcov run`, `interpreter` those of Python. The data of a mode is in the
    directory of its name.
    """
    plain = project.python(*interpreter, *program, input=input, **environment)
    for mode in MODES:
        run = ("-m", "blockcov", "run", "--mode", mode, "--data-dir", mode, *options)
        measured = project.python(*interpreter, *run, *program, input=input, **environment)
        for one, other in (plain.out, measured.out), (plain.err, measured.err):
            assert steady(one) == steady(other), _difference(steady(one), steady(other), mode)
        assert measured.status == plain.status, mode
    return plain


def _difference(plain: bytes, measured: bytes, mode: str) -> str:
    one, other = (text.decode(errors="replace").splitlines() for text in (plain, measured))
    return "\n".join(unified_diff(one, other, "plain", mode, n=1, lineterm=""))


def lines(project: Project, name: str, mode: str = "counts") -> dict[int, int]:
    """Give the count of each line of a file that `alike` has measured in a mode."""
    counted = project.json("--data-dir", mode)["files"][name]["blockcov"]["lines"]
    return {int(line): count for line, count in counted.items()}
