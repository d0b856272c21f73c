"""The extension module: rewriter, counters and data files (importhook/_blockcov.cc)."""

from collections.abc import Callable, Sequence
from types import CodeType
from typing import Literal, NotRequired, TypedDict

Span = tuple[int, int, int, int]

class Site(TypedDict):
    """One original branching instruction. Columns are UTF-8 byte offsets."""

    offset: int
    op: str
    test: Literal["bool", "none", "iter", "aiter"]
    span: Span | None
    trail: list[tuple[str, Span | None]]
    true: int
    false: int
    inflow: list[tuple[int, str, int]]

class Code(TypedDict):
    """One code object of a unit; `refused` is the reason why it ran unmeasured."""

    name: str
    qualname: str
    first_line: int
    flags: int
    parent: int
    refused: str | None
    calls: int
    lines: dict[int, int]
    raises: dict[int, int]
    sites: list[Site]
    instructions: NotRequired[list[tuple[int, str, int | None, int]]]
    edges: NotRequired[list[tuple[int, int, str, int]]]

class Unit(TypedDict):
    """One top-level code object with all its nested ones in pre-order, `codes[0]` is the root."""

    filename: str
    source_hash: str
    python: str
    mode: Literal["counts", "hits"]
    map: str
    codes: list[Code]

Head = tuple[str, str, str, str, str]
"""Of a unit: file name, hash of its source or "", version of Python, mode, map."""

Numbers = tuple[int, int, int, int, int, int, int]
"""Statements, missing, branches, partial branches, missing branches, outcomes, missing outcomes."""

Counted = tuple[Numbers] | tuple[Numbers, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""The numbers; then, with `everything`, arrays as runtime/file_counts.h has them: lines, raises, executed, missing,
executed arcs, missing arcs, outcomes, calls, unknown lines, all arcs."""

class Gathered:
    """What gather() keeps: an opaque handle."""

class Contexts:
    """What contexts() keeps: an opaque handle."""

class Internals(TypedDict):
    """Attributes of a code object as the interpreter has them, where they show the original otherwise."""

    co_code: bytes
    _co_code_adaptive: bytes
    co_consts: tuple[object, ...]
    co_stacksize: int
    co_linetable: bytes
    co_exceptiontable: bytes

class DataError(Exception):
    """Damaged measurements: names file, offset and reason."""

DIALECT: str
VERSION: str

def start(
    data_dir: str,
    mode: str,
    select: Callable[[str], bool],
    warn: Callable[[str, str, str], None],
    placement: str = ...,
) -> None: ...
def stop() -> None: ...
def finish() -> None: ...
def main_script(code: CodeType, namespace: dict[str, object]) -> Callable[..., object]: ...
def set_first_path(directory: str | None) -> None: ...
def instrument(code: CodeType) -> CodeType: ...
def is_instrumented(code: CodeType) -> bool: ...
def original(code: CodeType) -> CodeType: ...
def switch_context(leave: str | None, enter: str | None) -> None: ...
def active_contexts() -> tuple[str, ...]: ...
def snapshot() -> str | None: ...
def reset() -> None: ...
def on_snapshot_signal(signum: int, frame: object) -> None: ...
def on_reset_signal(signum: int, frame: object) -> None: ...
def internals(code: CodeType) -> Internals: ...
def shard_path() -> str | None: ...
def read(paths: Sequence[str], detail: bool = False) -> tuple[list[Unit], list[str]]: ...
def gather(paths: Sequence[str]) -> tuple[Gathered, list[Head], list[str]]: ...
def unit(handle: Gathered, index: int) -> Unit: ...
def count(
    handle: Gathered, requests: Sequence[tuple[bytes, Sequence[int]]], everything: bool
) -> list[Counted | str]: ...
def contexts(paths: Sequence[str]) -> tuple[Contexts, list[str], list[str]]: ...
def gather_contexts(
    handle: Contexts, indices: Sequence[int], outside: bool
) -> tuple[Gathered, list[Head], list[str]]: ...
def count_contexts(handle: Contexts, analysis: bytes, maps: Sequence[str]) -> list[tuple[int, Counted]]: ...
def logical_lines(text: str) -> list[tuple[int, int, int, int, tuple[int, ...]]] | None: ...
def combine(
    paths: Sequence[str], out_dir: str, keep: bool, rename: Callable[[str], str] | None = None
) -> tuple[int, list[str], list[str]]: ...
def erase(data_dir: str) -> tuple[int, list[str]]: ...
def dump(code: CodeType, stage: str, mode: str = ..., placement: str = ...) -> str: ...
def source_hash(data: bytes) -> str: ...
