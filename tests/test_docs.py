"""The documentation: complete, as the program is, and a site without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from blockcov import pytest_plugin
from tests import options_page
from tests.html_browser import PICTURES
from tests.packages import directory
from tests.project import Project
from tests.test_html_browser import SCENES

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_page_of_options() -> None:
    assert text_of("options.md") == options_page.render(), "python -m tests.options_page writes it"


def test_every_command_is_explained() -> None:
    guide = text_of("guide.md")
    for name in options_page.commands():
        assert re.search(rf"^#+ .*\b{name}\b", guide, re.M), name


def test_every_option_of_pytest_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Group:
        def addoption(self, *words: str, **_: Any) -> None:
            seen.extend(words)

        _addoption = addoption

    class Parser:
        def getgroup(self, *_: str, **__: Any) -> Group:
            return Group()

    class PluginManager:
        def is_blocked(self, _: str) -> bool:
            return True

    pytest_plugin.pytest_addoption(Parser(), PluginManager())  # type: ignore[arg-type]
    assert {"--blockcov", "--blockcov-report", "--cov", "--cov-branch"} <= set(seen)
    page = text_of("pytest.md")
    assert [word for word in seen if word.startswith("--") and f"`{word}" not in page] == []


def test_pictures_are_those_that_tests_make() -> None:
    assert {path.name for path in PICTURES.iterdir()} == set(SCENES)
    pages = "".join(path.read_text(encoding="utf-8") for path in [*DOCS.glob("*.md"), TOP / "README.md"])
    assert [name for name in SCENES if f"pictures/{name})" not in pages] == []


def test_named_tests_are_there() -> None:
    tests = {path.name: path.read_text(encoding="utf-8") for path in (TOP / "tests").glob("test_*.py")}
    for name in re.findall(r"`(?:tests/)?(test_\w+(?:\.py)?)`", text_of("consumers.md")):
        assert name in tests or any(f"def {name}(" in text for text in tests.values()), name


def test_start_in_a_minute(project: Project) -> None:
    """What the first page shows is what its program gives."""
    page = text_of("index.md")
    program, table = (re.search(rf"^```{kind}\n(.*?)^```$", page, re.M | re.S) for kind in ("python", "text"))
    assert program is not None
    assert table is not None
    project.write("app.py", program[1])
    project.run("app.py")
    assert project.blockcov("report", "-m").text == table[1]


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 12), reason="the site is the same on all versions: built on 3.12")
def test_site(tmp_path: Path) -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    site = directory(*project["project"]["optional-dependencies"]["docs"])
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(words, cwd=TOP, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    for page in DOCS.glob("*.md"):
        built = tmp_path / "site" / ("index.html" if page.stem == "index" else f"{page.stem}/index.html")
        assert "blockcov" in built.read_text(encoding="utf-8"), page.name
