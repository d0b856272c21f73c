"""The recursion limit is reached where it is reached without blockcov."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.alike import alike, lines
from tests.project import Project

DEPTHS = {
    "function": """
        def f(n):
            found[0] = n
            f(n + 1)
    """,
    "method": """
        class C:
            def __getattr__(self, n):
                found[0] += 1
                return self.x
        def f(n): C().x
    """,
    "generator": """
        def f(n):
            found[0] = n
            yield from f(n + 1)
    """,
    "comprehension": """
        def f(n):
            found[0] = n
            [f(n + 1) for _ in "a"]
    """,
    "try": """
        def f(n):
            try:
                found[0] = n
                f(n + 1)
            finally:
                found[1] += 1
    """,
    "with": """
        import contextlib
        def f(n):
            found[0] = n
            with contextlib.nullcontext():
                f(n + 1)
    """,
    "built_in": """
        def f(n):
            found[0] = n
            list(map(f, [n + 1]))
    """,
    "sort": """
        def f(n):
            found[0] = n
            sorted([n + 1], key=f)
    """,
}


@pytest.mark.parametrize("name", DEPTHS)
def test_recursion_limit(project: Project, name: str) -> None:
    """At the same depth, and what is measured of the last call is right."""
    project.write("mod.py", dedent(DEPTHS[name]) + "found = [0, 0]\n")
    project.write(
        "app.py",
        """
        import mod, sys
        def deep():
            try:
                for _ in mod.f(0) or (): pass
            except RecursionError as error:
                trace, n = error.__traceback__, 0
                while trace:
                    trace, n = trace.tb_next, n + 1
                print(mod.found, n, error)
        for limit in 200, 333, 1000:
            sys.setrecursionlimit(limit)
            deep()
        """,
    )
    plain = alike(project, "app.py")
    assert plain.text.count("recursion") == 3
    if name == "function":
        counts = lines(project, "mod.py")
        assert counts[3] == counts[4] > 1000
