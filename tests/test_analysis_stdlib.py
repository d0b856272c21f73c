"""Every branching instruction of the standard library is one branch of the source, and the other way round.

The fast run takes a sample of the modules; with ``BLOCKCOV_STDLIB=all`` in the environment it takes all of them.
``python -m tests.test_analysis_stdlib [FILE ...]`` prints figures, for all modules or for those files.
"""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from blockcov.analysis.join import Claim, Joiner
from blockcov.analysis.patterns import is_refutable
from blockcov.analysis.source import Source, SourceError, deep_recursion
from blockcov.analysis.spans import span_of, within
from blockcov.analysis.tested import Counted, enumerate_tests
from tests.analysis_reference import Span, code_objects, decode, resolve

STEP = 12
"""The sample is every STEP-th module, beside ALWAYS."""
ALWAYS = {
    "argparse.py",
    "typing.py",
    "dataclasses.py",
    "test_patma.py",
    "test_coroutines.py",
    "test_asyncgen.py",
    "test_grammar.py",
    "test_fstring.py",
    "test_except_star.py",
    "test_named_expressions.py",
}

_FOLDS = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.Subscript, ast.operator, ast.unaryop, ast.expr_context)
_BOOKKEEPING = {"COPY", "SWAP", "TO_BOOL", "POP_TOP", "NOP", "EXTENDED_ARG"}


@dataclass
class Figures:
    """What was found, over any number of modules."""

    modules: int = 0
    sites: Counter[str] = field(default_factory=Counter)
    branches: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        self.modules += other.modules
        self.sites += other.sites
        self.branches += other.branches
        self.unexplained += other.unexplained

    def __str__(self) -> str:
        def shown(counts: Counter[str]) -> str:
            return "".join(f"\n  {count:7} {what}" for what, count in counts.most_common())

        return (
            f"{self.modules} modules, {self.sites.total()} sites:{shown(self.sites)}\n"
            f"{self.branches.total()} branches:{shown(self.branches)}\n{len(self.unexplained)} unexplained"
        )


def modules() -> list[Path]:
    """The modules of the standard library."""
    root = Path(sysconfig.get_path("stdlib"))
    return sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)


def examine(path: Path) -> Figures:
    """Join one module with itself, compiled; a file that is no source is no module."""
    figures = Figures()
    try:
        with deep_recursion():
            source = Source(str(path), path.read_bytes())
            root = source.compile()
            program = enumerate_tests(source.tree)
    except SourceError:
        return figures
    figures.modules = 1
    codes: Any = resolve(root)
    joined = Joiner(program).run(codes)
    sites = {(index, site["offset"]): site for index, code in enumerate(codes) for site in code["sites"]}
    for claim in joined.claims:
        figures.sites[_site_reason(claim)] += 1
        if claim.counted is None and claim.pattern is None and not claim.reason:
            site = sites[claim.code, claim.offset]
            figures.unexplained.append(f"{path}: {codes[claim.code]['qualname']}: nothing claims {site}")
    spans: set[Span] = set()
    producers: Counter[tuple[int, str, Span]] = Counter()
    for index, (code, _) in enumerate(code_objects(root)):
        for one in decode(code):
            if one.span is not None and one.op not in _BOOKKEEPING:
                spans.add(one.span)
                producers[index, one.op, one.span] += 1
    figures.unexplained += [f"{path}: {text}" for text in _missed_copies(joined.claims, sites, producers)]
    cases = dict(program.cases)
    nodes = {span_of(node): node for node in ast.walk(source.tree) if isinstance(node, ast.expr)}
    singles = _single_items(source.tree)
    lines: dict[int, list[Span]] = {}
    for span in spans:
        lines.setdefault(span[0], []).append(span)
    for counted in program.counted:
        reason: str = counted.kind
        if not counted.sites:
            pattern = cases.get(counted)
            if pattern is not None and not is_refutable(pattern):
                reason = "no branch: a case that cannot fail"
            elif counted.span in singles:
                reason = "no branch: a comprehension over one item"
            elif _folds(nodes.get(counted.span)):
                reason = "no branch: constant"
            elif not _compiled(counted, lines):
                reason = "no branch: code that the compiler dropped"
            else:
                figures.unexplained.append(f"{path}:{counted.span}: no site for this {counted.kind}")
        figures.branches[reason] += 1
    return figures


def _site_reason(claim: Claim) -> str:
    if claim.pattern is not None:
        return "pattern"
    if claim.counted is None:
        return claim.reason or "nothing"
    return claim.counted.kind + (f", {claim.reason}" if claim.reason else "")


def _missed_copies(
    claims: list[Claim], sites: dict[tuple[int, int], Any], producers: Counter[tuple[int, str, Span]]
) -> list[str]:
    """Copies of a tested value whose test nobody found: each instruction that makes one stands before a test."""
    found: Counter[tuple[int, str, Span]] = Counter()
    for claim in claims:
        trail = sites[claim.code, claim.offset]["trail"]
        made = next(((op, span) for op, span in trail if op not in _BOOKKEEPING), None)
        if claim.counted is None or claim.counted.kind != "condition" or made is None or made[1] is None:
            continue
        if made[0].startswith(("LOAD", "CALL", "BINARY")) and "LOAD_FAST_LOAD" not in made[0]:
            found[claim.code, made[0], made[1]] += 1
    return [
        f"code {key[0]}: {key[1]} at {key[2]} has {producers[key]} copies, {count} of them tested"
        for key, count in found.items()
        if producers[key] != count
    ]


def _single_items(tree: ast.AST) -> set[Span]:
    """The iterables ``[x]`` of inner comprehensions, which are compiled as an assignment."""
    return {
        span_of(inner.iter)
        for node in ast.walk(tree)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        for inner in node.generators[1:]
        if isinstance(inner.iter, ast.List | ast.Tuple)
        and len(inner.iter.elts) == 1
        and not isinstance(inner.iter.elts[0], ast.Starred)
    }


def _folds(node: ast.AST | None) -> bool:
    """Whether the compiler can fold `node` to a constant."""
    return node is not None and all(
        isinstance(part, _FOLDS) or (isinstance(part, ast.Name) and part.id == "__debug__") for part in ast.walk(node)
    )


def _compiled(counted: Counted, lines: dict[int, list[Span]]) -> bool:
    first, _, last, _ = counted.span
    return any(within(span, counted.span) for line in range(first, last + 1) for span in lines.get(line, ()))


def chosen() -> list[Path]:
    found = modules()
    if os.environ.get("BLOCKCOV_STDLIB") == "all":
        return found
    return [path for index, path in enumerate(found) if index % STEP == 0 or path.name in ALWAYS]


def examine_all(paths: list[Path]) -> Figures:
    figures = Figures()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in paths:
            figures.add(examine(path))
    return figures


def test_standard_library_has_nothing_unexplained() -> None:
    figures = examine_all(chosen())
    print(figures)
    assert not figures.unexplained, "\n".join(figures.unexplained[:20])
    assert figures.modules > 50


@pytest.mark.parametrize(
    "text",
    [
        "x = [s for s in q if s is not None]",
        "x = [i or 0 for i in q]",
        "async def f():\n    return [i async for i in a if b async for j in c if d if e]",
        "x = (a and not (b and c)) or d",
        "async def f():\n    async with a, (await b) as c:\n        if await c or await d: pass",
        "for x in [y for y in z]: pass",
        "for x in [y for y in [w for w in z]]: pass",
        "try:\n    if a: b\nfinally:\n    if c and d or e: f",
        "while a < b < c is None: pass\nelse: x = a < b < c or d",
    ],
)
def test_small_source_has_nothing_unexplained(text: str, tmp_path: Path) -> None:
    path = tmp_path / "small.py"
    path.write_text(text)
    figures = examine(path)
    assert figures.modules == 1
    assert not figures.unexplained, "\n".join(figures.unexplained)
    assert not any(reason.startswith("no branch") for reason in figures.branches)


if __name__ == "__main__":
    result = examine_all([Path(name) for name in sys.argv[1:]] or modules())
    print("\n".join([*result.unexplained[:50], str(result)]))
    sys.exit(bool(result.unexplained))
