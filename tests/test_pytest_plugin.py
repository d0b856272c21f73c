"""`pytest --blockcov`: what is measured, what is reported, and the exit status."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.packages import directory
from tests.project import Project, Result

pytestmark = pytest.mark.once("run")

SHOP = """\
def price(n, vip=False):
    if n > 3 and vip:
        return n * 2
    return n
"""
TEST = """\
import pytest
from shop import price

@pytest.mark.parametrize("n", [1, 2, 5])
def test_price(n):
    assert price(n) == n
"""


@pytest.fixture
def shop(project: Project) -> Project:
    project.write("src/shop.py", SHOP)
    project.write("tests/test_shop.py", TEST)
    project.write("pytest.ini", "[pytest]\npythonpath = src\n")
    return project


def run_pytest(project: Project, *words: str | Path, **environment: str) -> Result:
    return project.python("-m", "pytest", *words, input=b"", **environment)


def table(result: Result) -> list[str]:
    """Give the rows of the table in what pytest printed, blanks made single."""
    _, heading, rest = result.text.partition("coverage (blockcov)")
    assert heading, result.text + result.errors
    return [" ".join(line.split()) for line in rest.splitlines() if ".py " in line or line.startswith("TOTAL")]


def test_source_is_measured(shop: Project) -> None:
    result = run_pytest(shop, "--blockcov=src", "--blockcov-report=term-missing")
    assert result.status == 0, result.errors
    assert table(result) == ["src/shop.py 4 1 2 1 67% 2:17-20 never true, 3", "TOTAL 4 1 2 1 67%"]
    assert "3 passed" in result.text.splitlines()[-1]
    assert not result.errors
    assert shop.counts("src/shop.py") == {1: 1, 2: 3, 3: 0, 4: 3}


def test_without_the_option_nothing_happens(shop: Project) -> None:
    plain = run_pytest(shop, "-p", "no:blockcov")
    result = run_pytest(shop, "--blockcov-report=term", "--blockcov-fail-under=100")
    assert result.status == plain.status == 0
    assert "coverage" not in result.text
    assert not (shop.path / ".blockcov").exists()


def test_current_directory_by_default_and_the_next_word_is_not_a_source(shop: Project) -> None:
    shop.write("tests/test_other.py", "def test_other():\n    pass\n")
    result = run_pytest(shop, "--blockcov", "tests/test_shop.py")
    assert "3 passed" in result.text
    assert table(result) == ["src/shop.py 4 1 2 1 67%", "tests/test_shop.py 5 0 0 0 100%", "TOTAL 9 1 2 1 82%"]


def test_several_sources_and_never_imported_modules(shop: Project) -> None:
    shop.write("more/unused.py", "x = 1\n")
    result = run_pytest(shop, "--blockcov=src", "--blockcov", "--blockcov=more")
    assert table(result)[:2] == ["more/unused.py 1 1 0 0 0%", "src/shop.py 4 1 2 1 67%"]


def test_source_by_package_name(shop: Project) -> None:
    assert table(run_pytest(shop, "--blockcov=shop"))[0] == "src/shop.py 4 1 2 1 67%"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\npythonpath = src\naddopts = --blockcov=src --blockcov-report=term-missing\n"),
        ("tox.ini", "[pytest]\npythonpath = src\naddopts = --blockcov=src --blockcov-report=term-missing\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath = src\naddopts = --blockcov=src --blockcov-report=term-missing\n"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\npythonpath = 'src'\n"
            "addopts = ['--blockcov=src', '--blockcov-report=term-missing']\n",
        ),
        (
            "pyproject.toml",
            "[tool.pytest]\npythonpath = ['src']\naddopts = ['--blockcov=src', '--blockcov-report=term-missing']\n",
        ),
    ],
    ids=["pytest.ini", "tox.ini", "setup.cfg", "ini_options", "tool.pytest"],
)
def test_configuration_of_pytest(shop: Project, name: str, text: str) -> None:
    (shop.path / "pytest.ini").unlink()
    shop.write(name, text)
    assert table(run_pytest(shop))[0] == "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"
    silent = run_pytest(shop, "--no-blockcov")
    assert silent.status == 0
    assert "coverage" not in silent.text


def test_own_configuration(shop: Project) -> None:
    shop.write("pyproject.toml", "[tool.blockcov]\nsource = ['src']\nfail_under = 90\ndata_dir = 'kept'\n")
    result = run_pytest(shop, "--blockcov")
    assert result.status == 1
    assert "total of 67 is less than --fail-under 90" in result.text
    assert (shop.path / "kept").is_dir()
    assert not (shop.path / ".blockcov").exists()
    shop.write("other.toml", "[tool.blockcov]\nsource = ['src']\nshow_missing = true\n")
    result = run_pytest(shop, "--blockcov", "--blockcov-config=other.toml")
    assert result.status == 0
    assert table(result)[0] == "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"


def test_wrong_configuration_ends_before_the_tests(shop: Project) -> None:
    shop.write("pyproject.toml", "[tool.blockcov]\nsauce = ['src']\n")
    result = run_pytest(shop, "--blockcov")
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert "pyproject.toml:2: unknown key 'sauce'" in result.errors
    assert "passed" not in result.text


@pytest.mark.parametrize("limit", ["66.67", "66.68"])
@pytest.mark.parametrize("report", ["term", "json", ""])
def test_fail_under(shop: Project, limit: str, report: str) -> None:
    result = run_pytest(shop, "--blockcov=src", f"--blockcov-report={report}", f"--blockcov-fail-under={limit}")
    assert result.status == (1 if limit == "66.68" else 0)
    assert ("is less than --fail-under 66.68" in result.text) == (limit == "66.68")
    assert "3 passed" in result.text


def test_failed_tests_stay_failed(shop: Project) -> None:
    shop.write("tests/test_bad.py", "def test_bad():\n    assert False, 'on purpose'\n")
    result = run_pytest(shop, "--blockcov=src", "--blockcov-fail-under=1")
    assert result.status == 1
    assert "on purpose" in result.text
    assert table(result)
    assert "coverage" not in run_pytest(shop, "--blockcov=src", "--no-blockcov-on-fail").text


@pytest.mark.parametrize("report", ["json:no/such/directory/c.json", "annotate:tests/test_shop.py"])
def test_a_report_that_fails_hides_nothing(shop: Project, report: str) -> None:
    result = run_pytest(shop, "--blockcov=src", f"--blockcov-report={report}", "--blockcov-report=term")
    assert result.status == 1
    assert "blockcov: error: cannot" in result.text
    assert "3 passed" in result.text
    assert table(result)
    shop.write("tests/test_bad.py", "def test_bad():\n    assert False, 'on purpose'\n")
    result = run_pytest(shop, "--blockcov=src", f"--blockcov-report={report}")
    assert "on purpose" in result.text
    assert "1 failed, 3 passed" in result.text


def test_nothing_measured_is_an_error(shop: Project) -> None:
    shop.write("empty/readme", "")
    result = run_pytest(shop, "--blockcov=empty")
    assert result.status == 1
    assert "no measurements in" in result.text
    assert "3 passed" in result.text


def test_report_files(shop: Project) -> None:
    words = ["--blockcov-report=json:out.json", "--blockcov-report=annotate:listings", "--blockcov-report=markdown"]
    result = run_pytest(shop, "--blockcov=src", *words)
    assert result.status == 0, result.text
    assert not [row for row in table(result) if row.startswith("TOTAL")]
    document = json.loads((shop.path / "out.json").read_text())
    assert document["totals"]["missing_lines"] == 1
    assert "    3:     if n > 3 and vip:" in (shop.path / "listings/src_shop.py.cover").read_text()
    assert "| **TOTAL** |" in (shop.path / "coverage.md").read_text()
    for line in ("json report written to out.json", "annotate report written to listings"):
        assert line in result.text


@pytest.mark.parametrize(
    ("report", "name", "beginning"),
    [
        ("xml", "coverage.xml", b"<?xml "),
        ("lcov", "coverage.lcov", b"SF:src/shop.py"),
        ("json", "coverage.json", b'{"meta": '),
        ("sqlite", ".coverage", b"SQLite format 3\0"),
        ("html", "htmlcov/index.html", b"<!doctype html>"),
    ],
)
def test_formats(shop: Project, report: str, name: str, beginning: bytes) -> None:
    other = name.replace("htmlcov", "other") if "/" in name else "other"
    for option, place in ((report, name), (f"{report}:other", other)):
        result = run_pytest(shop, "--blockcov=src", f"--blockcov-report={option}")
        assert result.status == 0, result.text
        assert beginning in (shop.path / place).read_bytes()[:200]


def test_skip_covered(shop: Project) -> None:
    result = run_pytest(shop, "--blockcov", "--blockcov-report=term:skip-covered")
    assert table(result) == ["src/shop.py 4 1 2 1 67%", "TOTAL 9 1 2 1 82%"]
    assert "1 file skipped due to complete coverage." in result.text


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("--blockcov-report=pdf", "there is no report 'pdf'; there are term, term-missing"),
        ("--blockcov-report=term:out", "term takes :skip-covered and nothing else, not :out"),
        ("--blockcov-report=html:", "html:: nothing stands behind the colon"),
        ("--blockcov-fail-under=much", "invalid float value: 'much'"),
        ("--blockcov-fail-under=101", "101 is not between 0 and 100"),
        ("--blockcov-fail-under=nan", "nan is not between 0 and 100"),
        ("--blockcov-context=line", "invalid choice: 'line'"),
    ],
)
def test_wrong_option(shop: Project, word: str, message: str) -> None:
    result = run_pytest(shop, "--blockcov", word)
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert message in result.errors
    assert not (shop.path / ".blockcov").exists()


def test_append(shop: Project) -> None:
    assert run_pytest(shop, "--blockcov=src", "-k", "5").status == 0
    assert run_pytest(shop, "--blockcov=src", "-k", "5", "--blockcov-append").status == 0
    assert shop.counts("src/shop.py")[2] == 2
    assert run_pytest(shop, "--blockcov=src", "-k", "5").status == 0
    assert shop.counts("src/shop.py")[2] == 1


def test_looking_at_the_tests_measures_nothing(shop: Project) -> None:
    assert run_pytest(shop, "--blockcov=src").status == 0
    for option in ("--collect-only", "--help", "--version", "--fixtures", "--markers"):
        result = run_pytest(shop, "--blockcov=src", "--blockcov-fail-under=100", option)
        assert result.status == 0
        assert "TOTAL" not in result.text
    assert shop.counts("src/shop.py")[2] == 3


def test_interrupted_tests_are_not_reported(shop: Project) -> None:
    shop.write("tests/test_wrong.py", "import shop, no_such_module\n")
    result = run_pytest(shop, "--blockcov=src")
    assert result.status == pytest.ExitCode.INTERRUPTED
    assert "no_such_module" in result.text
    assert "TOTAL" not in result.text


def test_quiet_and_without_terminal_plugin(shop: Project) -> None:
    assert table(run_pytest(shop, "--blockcov=src", "-qq"))
    result = run_pytest(
        shop, "--blockcov=src", "-p", "no:terminal", "--blockcov-report=json", "--blockcov-fail-under=99"
    )
    assert result.status == 1
    assert (shop.path / "coverage.json").is_file()


@pytest.mark.parametrize("capture", ["fd", "sys", "no", "tee-sys"])
def test_capture(shop: Project, capture: str) -> None:
    shop.write(
        "tests/test_print.py", "import os\ndef test_print():\n    print('printed')\n    os.write(1, b'written')\n"
    )
    result = run_pytest(shop, "--blockcov=src", f"--capture={capture}")
    assert result.status == 0
    assert ("printed" in result.text) == (capture in ("no", "tee-sys"))
    assert ("written" in result.text) == (capture != "fd")
    assert table(result)


def test_module_shadowing_the_standard_library_in_the_project(shop: Project) -> None:
    shop.write("json.py", "raise SystemError('not the one of the standard library')\n")
    shop.write("ast.py", "raise SystemError('not the one of the standard library')\n")
    result = shop.python("-P", "-m", "pytest", "--blockcov=src", "-p", "no:cacheprovider", "--rootdir=.", "tests")
    assert result.status == 0, result.text + result.errors
    assert table(result)[0] == "src/shop.py 4 1 2 1 67%"


def test_tests_that_leave_a_mess(shop: Project) -> None:
    shop.write(
        "tests/test_mess.py",
        """
        import builtins, os, sys
        def test_mess(tmp_path):
            os.chdir(tmp_path)
            os.environ.clear()
            sys.executable = sys.stdin = None
            sys.path[:] = []
            sys.setrecursionlimit(200)
        """,
    )
    assert table(run_pytest(shop, "--blockcov=src"))[0] == "src/shop.py 4 1 2 1 67%"


# ---- starting early enough ------------------------------------------------------------------------------------------

PLUGIN = """\
import pytest
def helper(n):
    if n > 1:
        return "many"
    return "few"
@pytest.fixture
def few():
    return helper(1)
"""


@pytest.fixture
def plugged(shop: Project) -> Project:
    shop.write("src/plugin.py", PLUGIN)
    shop.write("tests/test_few.py", "def test_few(few):\n    assert few == 'few'\n")
    return shop


@pytest.mark.parametrize("how", ["-p", "addopts", "PYTEST_PLUGINS", "entry point"])
def test_plugin_of_the_project_is_imported_before(plugged: Project, how: str) -> None:
    words = ["--blockcov=src", "--blockcov-report=term-missing"]
    environment: dict[str, str] = {}
    if how == "-p":
        words += ["-p", "plugin"]
    elif how == "addopts":
        plugged.write("pytest.ini", "[pytest]\npythonpath = src\naddopts = -p plugin\n")
    elif how == "PYTEST_PLUGINS":
        environment["PYTEST_PLUGINS"] = "plugin"
    else:
        plugged.write("src/plugin-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: plugin\nVersion: 1\n")
        plugged.write("src/plugin-1.dist-info/entry_points.txt", "[pytest11]\naaa = plugin\n")
        environment["PYTHONPATH"] = str(plugged.path / "src")
    result = run_pytest(plugged, *words, **environment)
    assert result.status == 0, result.text + result.errors
    assert table(result)[0] == "src/plugin.py 8 1 2 1 80% 3:7-12 never true, 4"
    assert "imported before" not in result.text
    counts = plugged.counts("src/plugin.py")
    assert {line: counts[line] for line in (1, 2, 3, 4, 5, 8)} == {1: 1, 2: 1, 3: 1, 4: 0, 5: 1, 8: 1}
    assert result.text.count("test session starts") == 1


@pytest.mark.parametrize("command", ["pytest", "py.test", "-m pytest"])
def test_the_command_begins_again_as_it_was_given(plugged: Project, command: str) -> None:
    words = command.split() if " " in command else [Path(sys.executable).parent / command]
    options = ["-p", "plugin", "--blockcov=src", "-k", "few or price", "tests"]
    result = plugged.python("-X", "dev", "-W", "error::ImportWarning", *words, *options)
    assert result.status == 0, result.text + result.errors
    assert "src/plugin.py 8 1 2 1 80%" in table(result)


def test_pytest_called_by_a_program(plugged: Project) -> None:
    """It cannot begin again: what is imported too early is named, the rest measured, and the process left as it was."""
    plugged.write(
        "run_tests.py",
        """
        import builtins, os, subprocess, sys
        before = dict(os.environ), builtins.exec
        sys.path.insert(0, "src")
        import plugin, pytest
        print("once")
        status = pytest.main(["--blockcov=src", "-p", "plugin", "tests"])
        print((dict(os.environ), builtins.exec) == before)
        sys.exit(status)
        """,
    )
    result = plugged.python("run_tests.py")
    assert result.status == 0, result.text + result.errors
    assert result.text.count("once") == 1
    assert result.text.splitlines()[-1] == "True"
    assert "blockcov: imported before measuring could begin: plugin" in result.text
    assert "src/shop.py 4 1 2 1 67%" in table(result)


def test_conftest_is_measured(shop: Project) -> None:
    shop.write("conftest.py", "import shop\nX = shop.price(9, True)\n")
    shop.write("tests/deep/conftest.py", "import shop\nX = shop.price(9, True)\n")
    shop.write("tests/deep/test_deep.py", "def test_deep():\n    pass\n")
    assert run_pytest(shop, "--blockcov").status == 0
    assert shop.counts("src/shop.py") == {1: 1, 2: 5, 3: 2, 4: 3}
    assert shop.counts("conftest.py") == shop.counts("tests/deep/conftest.py") == {1: 1, 2: 1}


# ---- beside others --------------------------------------------------------------------------------------------------


def test_under_run(shop: Project) -> None:
    """The run decides what is measured and where to; the plugin reports."""
    words = ["--source=src", "--data-dir", "elsewhere", "-m", "pytest", "--blockcov", "--blockcov-report=term-missing"]
    result = shop.blockcov("run", *words)
    assert result.status == 0
    assert table(result) == ["src/shop.py 4 1 2 1 67% 2:17-20 never true, 3", "TOTAL 4 1 2 1 67%"]
    assert not (shop.path / ".blockcov").exists()


def test_pytest_in_tests_does_not_erase(shop: Project) -> None:
    """A suite that starts pytest in the same project, where the options stand in its configuration."""
    shop.write("pytest.ini", "[pytest]\npythonpath = src\naddopts = --blockcov=src\n")
    shop.write(
        "tests/test_inner.py",
        """
        import os, subprocess, sys
        def test_inner():
            for n in (1, 2):
                subprocess.run([sys.executable, "-m", "pytest", "tests/test_shop.py"], check=True)
        """,
    )
    result = run_pytest(shop)
    assert result.status == 0, result.text
    assert shop.counts("src/shop.py") == {1: 3, 2: 9, 3: 0, 4: 9}


def test_children(shop: Project) -> None:
    shop.write(
        "tests/test_shop.py",
        "import subprocess, sys\ndef test_child():\n    subprocess.run([sys.executable, 'src/shop.py'])\n",
    )
    assert run_pytest(shop, "--blockcov=src").status == 0
    assert shop.counts("src/shop.py") == {1: 1, 2: 0, 3: 0, 4: 0}


COV = ("--cov=src", "--cov-report=term-missing")


def test_options_of_pytest_cov(shop: Project) -> None:
    result = run_pytest(shop, *COV, "--cov-branch", "--cov-append", "--cov-fail-under=68", "--cov-context=test")
    assert result.status == 1
    assert table(result)[0] == "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"
    assert run_pytest(shop, "--cov", "src", "--cov-report=").status == 0
    assert shop.measured() == {"src/shop.py"}
    assert "coverage" not in run_pytest(shop, *COV, "--no-cov").text
    assert "coverage" not in run_pytest(shop, *COV, "--cov-reset").text
    shop.write("settings.toml", "[tool.blockcov]\nfail_under = 99\n")
    assert run_pytest(shop, *COV, "--cov-config=settings.toml").status == 1


@pytest.mark.parametrize(
    ("words", "settings", "row"),
    [
        ((), "", "src/shop.py 4 1 75% 2:17-20 never true, 3"),
        (("--cov-branch",), "", "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"),
        (("--cov-branch", "--cov-precision=2"), "", "src/shop.py 4 1 2 1 66.67% 2:17-20 never true, 3"),
        ((), "[run]\nbranch = true\n", "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"),
        ((), "[run]\nparallel = true\n", "src/shop.py 4 1 75% 2:17-20 never true, 3"),
        (("--cov-branch",), "[run]\nparallel = true\n", "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"),
    ],
)
def test_numbers_of_pytest_cov_stay(shop: Project, words: tuple[str, ...], settings: str, row: str) -> None:
    if settings:
        shop.write(".coveragerc", settings)
    assert table(run_pytest(shop, *COV, *words))[0] == row
    theirs = run_pytest(shop, *COV, *words, PYTHONPATH=str(directory("pytest-cov==7.1.0", "pytest-xdist==3.8.0")))
    (their_row,) = (" ".join(line.split()) for line in theirs.text.splitlines() if line.startswith("src/shop.py "))
    assert their_row == row.replace("2:17-20 never true, ", "")


def test_no_cover(shop: Project) -> None:
    shop.write(
        "tests/test_marked.py",
        """
        import pytest, shop
        @pytest.mark.no_cover
        def test_marked():
            shop.price(1)
        def test_with_fixture(no_cover):
            shop.price(1)
        """,
    )
    for site in ("", str(directory("pytest-cov==7.1.0", "pytest-xdist==3.8.0"))):
        result = run_pytest(shop, "--strict-markers", "--cov=src", "-k", "marked or fixture", PYTHONPATH=site)
        assert "2 passed" in result.text


def test_pytest_cov_keeps_its_options(shop: Project) -> None:
    site = str(directory("pytest-cov==7.1.0", "pytest-xdist==3.8.0"))
    result = run_pytest(shop, *COV, "--cov-branch", PYTHONPATH=site)
    assert "tests coverage" in result.text
    assert "coverage (blockcov)" not in result.text
    assert not (shop.path / ".blockcov").exists()
    both = run_pytest(shop, *COV, "--cov-branch", "--blockcov=src", "--blockcov-report=term-missing", PYTHONPATH=site)
    assert both.status == 0
    assert "src/shop.py       4      1      2      1    67%   3\n" in both.text
    assert "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3" in table(both)
    blocked = run_pytest(shop, *COV, "--cov-branch", "-p", "no:pytest_cov", PYTHONPATH=site)
    assert table(blocked)[0] == "src/shop.py 4 1 2 1 67% 2:17-20 never true, 3"


@pytest.mark.parametrize("version", ["7.4.4", "8.0.2", "8.3.5"])
def test_older_pytest(plugged: Project, version: str) -> None:
    site = str(directory(f"pytest=={version}"))
    words = ["--blockcov=src", "--blockcov-report=term-missing", "-p", "plugin", "-p", "no:xdist", "-p", "no:timeout"]
    path = f"{site}:{plugged.path / 'src'}"
    result = run_pytest(plugged, *words, "-W", "error", "--blockcov-fail-under=81", PYTHONPATH=path)
    assert f"pytest-{version}" in result.text
    assert table(result)[0] == "src/plugin.py 8 1 2 1 80% 3:7-12 never true, 4"
    assert result.status == 1
    plugged.write("pyproject.toml", "[tool.blockcov]\nsauce = 1\n")
    result = run_pytest(plugged, "--blockcov", PYTHONPATH=site)
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert "unknown key 'sauce'" in result.errors
    assert "Traceback" not in result.errors
    (plugged.path / "pyproject.toml").unlink()
    plugged.write("src/unused.py", "x = 1\n")
    result = run_pytest(plugged, "--blockcov=shop", "--blockcov=unused", PYTHONPATH=site)
    assert table(result)[:2] == ["src/shop.py 4 1 2 1 67%", "src/unused.py 1 1 0 0 0%"]


def test_plugin_by_name(shop: Project) -> None:
    words = ["-p", "blockcov", "--blockcov=src"]
    assert table(run_pytest(shop, *words, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"))[0] == "src/shop.py 4 1 2 1 67%"
    assert table(run_pytest(shop, *words))[0] == "src/shop.py 4 1 2 1 67%"


def test_pytest_does_not_complain_of_the_package(shop: Project) -> None:
    """It is imported by the site module, before pytest could rewrite its assertions."""
    result = shop.blockcov("run", "-m", "pytest", "-W", "error", "--blockcov")
    assert result.status == 0, result.text + result.errors


def test_cost_without_the_option(shop: Project) -> None:
    """Nothing but the one module is imported, which imports nothing that pytest has not."""
    shop.write(
        "tests/test_modules.py",
        "import sys\ndef test_modules():\n    print('<', *sorted(sys.modules), '>')\n",
    )
    sets = []
    for words in ([], ["-p", "no:blockcov"]):
        result = run_pytest(shop, "-s", "tests/test_modules.py", *words)
        sets.append(set(result.text.partition("<")[2].partition(">")[0].split()))
    assert sets[0] - sets[1] == {"blockcov", "blockcov.pytest_plugin"}
