"""How cases are shared out among the interpreters of one run: each goes somewhere, and nobody's mark is misread."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import sharing
from tests.project import clean_environment

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS.parent / "tools")]

import interpreters  # noqa: E402
import run_tests  # noqa: E402

AMONG = ("3.11.2", "3.11.7", "3.12.1", "3.13.0")


@pytest.mark.parametrize(("scope", "times"), [("run", 1), ("minor", 3)])
def test_each_case_has_its_interpreters(scope: str, times: int) -> None:
    seen: set[str] = set()
    for number in range(100):
        versions = sharing.chosen(f"tests/test_x.py::test_y[{number}]", scope, AMONG)
        assert len(versions) == times
        assert len({sharing.numbers(version)[:2] for version in versions}) == times
        seen |= versions
    assert seen == set(AMONG)


def test_cases_that_need_an_older_version() -> None:
    names = [f"tests/test_x.py::test_y[{number}]" for number in range(100)]
    among = ("3.13.0t", "3.14", "3.15")
    assert {sharing.chosen(name, "run", among, below="3.14") for name in names} == {frozenset({"3.13.0t"})}
    nowhere = {sharing.chosen(name, "run", among[1:], below="3.14") for name in names}
    assert nowhere == {frozenset({"3.14"}), frozenset({"3.15"})}


def test_arguments_for_pytest() -> None:
    root = interpreters.Interpreter("3.14.8", "/usr/bin/python3.14")
    assert run_tests.share(root, ["3.13.0", "3.14"]) == ["--share=3.14/3.13.0,3.14"]
    assert (
        run_tests.share(root, ["3.14.8"])
        == run_tests.share(root, ["3.13.0", "3.15"])
        == run_tests.share(root, [])
        == []
    )
    assert run_tests.newest(["3.11.2", "3.11.10", "3.13.0", "3.14"]) == ["3.11.10", "3.13.0", "3.14"]


def cases(directory: Path, *words: str) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words],
        cwd=directory,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [line for line in done.stdout.splitlines() if "::" in line], done.stdout + done.stderr


@pytest.mark.parametrize(("name", "scope"), [("test_config.py", "run"), ("test_drivers.py", "minor")])
def test_no_case_of_a_file_is_lost(name: str, scope: str) -> None:
    path = str(TESTS / name)
    status, every, printed = cases(TESTS.parent, path)
    assert status == 0, printed
    shares = [cases(TESTS.parent, f"--share={own}/{','.join(AMONG)}", path)[1] for own in AMONG]
    if scope == "run":
        assert sorted(case for share in shares for case in share) == sorted(every)
    else:
        assert shares[2] == shares[3] == every
        assert sorted(shares[0] + shares[1]) == sorted(every)
    assert all(shares)


def test_cases_that_are_skipped_somewhere_are_not_shared(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(TESTS.parent)!r})\nfrom tests.conftest import *\n"
    )
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\nmarkers = ['once(scope)', 'judge']\n")
    (tmp_path / "test_a.py").write_text(
        "import pytest\npytestmark = pytest.mark.once('run')\n"
        "@pytest.mark.skipif(False, reason='')\ndef test_b(): pass\n"
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.skip)])\ndef test_c(n): pass\n"
        "def test_d(): pass\n"
        "@pytest.mark.judge\ndef test_e(): pass\n"
    )
    assert len(cases(tmp_path)[1]) == 4
    shares = [cases(tmp_path, f"--share={own}/{','.join(AMONG)}")[1] for own in AMONG]
    both = ["test_a.py::test_b", "test_a.py::test_c[1]"]
    assert sorted(map(len, shares)) == [2, 2, 2, 3]
    assert all([case for case in share if "test_d" not in case] == both for share in shares)


def test_what_cannot_be_meant_is_an_error(tmp_path: Path) -> None:
    path = str(TESTS / "test_config.py")
    status, _, printed = cases(TESTS.parent, "--share=3.10.1/3.11.2,3.11.7", path)
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "3.10.1 is none of 3.11.2,3.11.7" in printed
