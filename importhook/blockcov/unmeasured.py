"""Lines of code objects that the rewriter refused: they ran or did not, nobody knows, so they are not missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from blockcov.analysis import FileAnalysis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from blockcov._blockcov import Code

_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def leave_out_unmeasured(file: FileAnalysis, tree: ast.Module, codes: list[Code]) -> None:
    """Take what lies on the lines of refused code objects out of an analysis, unless it was seen to run.

    A code object that ran in another process or in another form and was measured there counts as measured.
    """
    unknown = {line for line in refused_lines(tree, codes) if not file.lines.get(line)}
    if not unknown:
        return
    unknown = {line for line in unknown if file.first_line.get(line, line) not in file.executed_lines}
    file.lines = {line: count for line, count in file.lines.items() if line not in unknown}
    file.statements -= unknown
    file.missing_lines = [line for line in file.missing_lines if line not in unknown]
    file.missing_branches = [arc for arc in file.missing_branches if arc[0] not in unknown]
    file.accepted_branches = [arc for arc in file.accepted_branches if arc[0] not in unknown]
    file.branches = [branch for branch in file.branches if branch.span[0] not in unknown]


def refused_lines(tree: ast.Module, codes: Sequence[Code]) -> set[int]:
    """Give the lines of refused code objects, without those of the code objects in them."""
    measured = {(code["first_line"], code["name"]) for code in codes if code["refused"] is None}
    refused = {(code["first_line"], code["name"]) for code in codes if code["refused"] is not None} - measured
    return set(_own_lines(tree, refused)) if refused else set()


def _own_lines(tree: ast.Module, refused: set[tuple[int, str]]) -> Iterator[int]:
    """Give the lines of the bodies of refused functions, classes and of the module, without the bodies in them."""
    scopes: list[tuple[ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, bool]]
    scopes = [(tree, any(name == "<module>" for _, name in refused))]
    while scopes:
        scope, is_refused = scopes.pop()
        todo: list[ast.AST] = list(scope.body)
        while todo:
            node = todo.pop()
            if isinstance(node, _OWN_SCOPE):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                scopes.append((node, (first, node.name) in refused))
                if is_refused:
                    yield from range(first, node.body[0].lineno)
                continue
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.excepthandler)]
            cases = [case for case in ast.iter_child_nodes(node) if isinstance(case, ast.match_case)]
            todo += inner
            for case in cases:
                todo += case.body
            if is_refused and isinstance(node, ast.stmt | ast.excepthandler):
                first_inner = min(
                    [child.lineno for child in inner] + [case.pattern.lineno for case in cases], default=None
                )
                last = (node.end_lineno or node.lineno) if first_inner is None else max(first_inner - 1, node.lineno)
                yield from range(node.lineno, last + 1)
                yield from (case.pattern.lineno for case in cases)
