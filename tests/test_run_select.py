"""What is measured: sources, globs, and what is somebody else's."""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from pathlib import Path

import pytest

from blockcov.errors import Failure
from blockcov.globs import prepare, to_regex
from blockcov.select import Selector
from tests.project import Project

APP = "import helper\nimport lib.inner\n"


def tree(top: Path, *names: str) -> dict[str, str]:
    """Create empty files and give their full names by the short ones."""
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).touch()
    return {name: str(top / name) for name in names}


def test_default_is_what_lies_under_the_current_directory(tmp_path: Path) -> None:
    files = tree(tmp_path, "here/a.py", "here/sub/b.py", "hereafter/c.py", "d.py")
    select = Selector(str(tmp_path / "here"))
    assert [select(name) for name in files.values()] == [True, True, False, False]


@pytest.mark.parametrize("name", ["", "<string>", "<frozen os>", "<doctest x[0]>", "nul\0byte", "x" * 5000, "gone.py"])
def test_names_of_no_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Selector(str(tmp_path))(name) is False


def test_environments_and_installed_packages_are_left_out(tmp_path: Path) -> None:
    files = tree(
        tmp_path,
        "app.py",
        ".venv/pyvenv.cfg",
        ".venv/bin/tool.py",
        ".venv/lib/python3.11/site-packages/six.py",
        "target/site-packages/six.py",
        "target/dist-packages/six.py",
    )
    select = Selector(str(tmp_path))
    assert [name for name, path in files.items() if select(path)] == ["app.py"]


def test_current_directory_inside_an_environment(tmp_path: Path) -> None:
    files = tree(tmp_path, "pyvenv.cfg", "app.py", "src/app.py", "lib/python3/site-packages/six.py")
    assert [name for name, path in files.items() if Selector(str(tmp_path))(path)][1:] == ["app.py", "src/app.py"]
    below = os.path.dirname(files["lib/python3/site-packages/six.py"])
    assert Selector(below)(files["lib/python3/site-packages/six.py"]) is False
    assert Selector("/nowhere", roots=[below])(files["lib/python3/site-packages/six.py"]) is True


def test_standard_library_and_blockcov_only_if_asked_for() -> None:
    import json.decoder

    import blockcov

    stdlib = os.path.dirname(os.path.realpath(os.__file__))
    assert json.decoder.__file__
    assert not Selector(stdlib)(json.decoder.__file__)
    assert not Selector("/nowhere", roots=[os.path.dirname(stdlib)])(json.decoder.__file__)
    assert Selector("/nowhere", roots=[os.path.dirname(json.decoder.__file__)])(json.decoder.__file__)
    assert Selector("/nowhere", packages=["json"])(json.decoder.__file__)
    assert Selector("/nowhere", packages=["json.decoder"])(json.decoder.__file__)
    assert not Selector("/nowhere", packages=["jso"])(json.decoder.__file__)
    assert blockcov.__file__
    assert not Selector("/nowhere", roots=[os.path.dirname(os.path.realpath(blockcov.__file__))])(blockcov.__file__)


def test_symlinks_are_followed(tmp_path: Path) -> None:
    files = tree(tmp_path, "real/a.py")
    (tmp_path / "here").mkdir()
    (tmp_path / "here/link").symlink_to(tmp_path / "real")
    assert Selector(str(tmp_path / "real"))(str(tmp_path / "here/link/a.py"))
    assert not Selector(str(tmp_path / "here"))(files["real/a.py"])


def test_file_in_an_archive(tmp_path: Path) -> None:
    files = tree(tmp_path, "app.zip")
    select = Selector(str(tmp_path))
    assert select(files["app.zip"] + "/pkg/mod.py")
    assert not select(str(tmp_path / "missing/mod.py"))


def test_include_alone_reaches_outside(tmp_path: Path) -> None:
    files = tree(tmp_path, "here/a.py", "there/b.py", "there/c.txt")
    select = Selector(str(tmp_path / "here"), include=[to_regex("there/*.py"), to_regex(f"{tmp_path}/there/*.py")])
    assert [select(path) for path in files.values()] == [False, True, False]


def test_omit_wins(tmp_path: Path) -> None:
    files = tree(tmp_path, "a.py", "test_a.py", "sub/test_b.py")
    select = Selector(str(tmp_path), omit=[to_regex("test_*")])
    assert [name for name, path in files.items() if select(path)] == ["a.py"]


GLOBS = [
    ("a.py", ["/x/a.py", "a.py"], ["/x/ba.py", "/x/a.pyc", "/x/a.py/b"]),
    ("*.py", ["/x/y/a.py", "a.py"], ["/x/a.txt"]),
    ("*/a/*", ["/x/a/b.py", "/a/b/c/d.py"], ["/x/b/a.py"]),
    ("/x/*", ["/x/a.py", "/x/y/z.py"], ["/xy/a.py"]),
    ("/x/*.py", ["/x/a.py"], ["/x/y/a.py"]),
    ("/x/**/a.py", ["/x/a.py", "/x/y/z/a.py"], ["/x/y/ba.py"]),
    ("/x/?.py", ["/x/a.py"], ["/x/ab.py", "/x//.py"]),
    ("/x/[ab].py", ["/x/a.py"], ["/x/c.py"]),
    ("/x+y/a(1).py", ["/x+y/a(1).py"], ["/xxy/a1.py"]),
    ("**/t/**/u.py", ["/t/u.py", "/a/t/b/c/u.py", "t/u.py"], ["/a/t/b/uu.py"]),
]


@pytest.mark.parametrize(("glob", "matching", "others"), GLOBS)
def test_globs(glob: str, matching: list[str], others: list[str]) -> None:
    pattern = re.compile(to_regex(glob) + r"\Z")
    assert [name for name in matching if not pattern.match(name)] == []
    assert [name for name in others if pattern.match(name)] == []


@pytest.mark.parametrize(("glob", "matching", "others"), GLOBS)
def test_globs_agree_with_coverage_py(glob: str, matching: list[str], others: list[str]) -> None:
    files = pytest.importorskip("coverage.files")
    pattern = files.globs_to_regex([glob])
    own = re.compile(to_regex(glob) + r"\Z")
    assert [bool(own.match(name)) for name in matching + others] == [bool(pattern.match(n)) for n in matching + others]


@pytest.mark.parametrize("glob", ["***", "a**/b", "**a/b", "**/**", "a[b", "a]b"])
def test_globs_that_mean_nothing(glob: str) -> None:
    with pytest.raises(Failure, match="file pattern"):
        to_regex(glob)


def test_relative_globs_count_from_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "odd [name]"
    here.mkdir()
    monkeypatch.chdir(here)
    pattern = re.compile("(?:" + "|".join(prepare(["sub/*"])) + r")\Z")
    assert pattern.match(str(here / "sub/a.py"))
    assert not pattern.match(str(tmp_path / "other/sub/a.py"))


def layout(project: Project) -> None:
    project.write("app.py", APP)
    project.write("helper.py", "x = 1\n")
    project.write("lib/__init__.py", "x = 1\n")
    project.write("lib/inner.py", "import json.tool\n")
    project.write("elsewhere/other.py", "x = 1\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"app.py", "helper.py", "lib/__init__.py", "lib/inner.py"}),
        (["--source=lib"], {"lib/__init__.py", "lib/inner.py"}),
        (["--source", "lib.inner"], {"lib/inner.py"}),
        (["--source=lib,app.py"], {"app.py", "lib/__init__.py", "lib/inner.py"}),
        (["--omit=lib/*"], {"app.py", "helper.py"}),
        (["--omit", "helper.py,*/inner.py"], {"app.py", "lib/__init__.py"}),
        (["--include=helper.py"], {"helper.py"}),
        (["--source=lib", "--include=*/inner.py"], {"lib/inner.py"}),
    ],
    ids=str,
)
def test_selection_in_a_run(project: Project, options: list[str], expected: set[str]) -> None:
    layout(project)
    project.run(*options, "app.py")
    assert project.measured() == expected


def test_source_is_a_package_of_the_standard_library(project: Project) -> None:
    project.write("app.py", "import json.tool\n")
    project.run("--source=json", "app.py")
    names = {Path(name).name for name in project.measured()}
    assert {"tool.py", "decoder.py"} <= names
    assert "app.py" not in names


def test_relative_source_survives_chdir(project: Project) -> None:
    layout(project)
    project.write("start.py", "import os, sys\nsys.path[0]\nos.chdir('elsewhere')\nimport lib.inner\n")
    project.run("--source=lib", "start.py")
    assert project.measured() == {"lib/__init__.py", "lib/inner.py"}
    assert not (project.path / "elsewhere/.blockcov").exists()


def test_program_in_an_archive_is_measured(project: Project) -> None:
    with zipfile.ZipFile(project.path / "app.pyz", "w") as archive:
        archive.writestr("__main__.py", "import mod\nmod.f(3)\n")
        archive.writestr("mod.py", "def f(n):\n    for i in range(n):\n        g = i\n")
    project.run("app.pyz")
    assert project.counts("app.pyz/mod.py") == {1: 1, 2: 4, 3: 3}


def test_settings_for_children_are_absolute(project: Project) -> None:
    project.write("app.py", "import os\nprint(os.environ['BLOCKCOV_START'])\n")
    project.write("lib/x.py", "")
    settings = json.loads(project.run("--source=lib", "--data-dir=data", "app.py").text)
    assert settings["data_dir"] == str(project.path / "data")
    assert settings["source"] == [str(project.path / "lib")]
    assert settings["mode"] == "counts"
    assert sys.version_info >= (3, 11)
