"""The testing root: what a command inside sees of the machine, which versions run there, what the summary says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools")]

import builder  # noqa: E402
import interpreters  # noqa: E402
import root_mounts  # noqa: E402
import run_tests  # noqa: E402
import testing_root  # noqa: E402
from summary import Result, Summary  # noqa: E402

HERE = f"3.{sys.version_info.minor}"


def nowhere(name: str) -> interpreters.Interpreter:
    raise interpreters.UnusableError(f"{name}: no such interpreter")


def impossible(upgrade: bool = False) -> Path:
    raise testing_root.TestingRootError("no network")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine, also where these tests run inside."""
    monkeypatch.setattr(testing_root, "inside", lambda: False)


def test_environment_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PYENV_VERSION", "LD_PRELOAD", "XDG_CACHE_HOME", "TMPDIR", "CC"):
        monkeypatch.setenv(name, "/of/the/machine")
    monkeypatch.setenv("HOME", "/of/the/machine")
    monkeypatch.setenv("PIP_INDEX_URL", "file:///index")
    monkeypatch.setenv("https_proxy", "proxy:3128")
    inside = root_mounts.environment()
    assert "/of/the/machine" not in inside.values()
    assert inside["HOME"] == "/root"
    assert "/usr/sbin" in inside["PATH"].split(":")
    assert (inside["PIP_INDEX_URL"], inside["https_proxy"]) == ("file:///index", "proxy:3128")


def test_mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, checkout, home, wheels = (tmp_path / name for name in ("root", "checkout", "home", "wheels"))
    certificates = tmp_path / "bundle.crt"
    certificates.write_text("the machine's")
    monkeypatch.setattr(root_mounts, "_CERTIFICATES", str(certificates))
    for directory in (checkout, wheels, home / ".config" / "pip", home / ".cache" / "pip"):
        directory.mkdir(parents=True)
    index, prefix = tmp_path / "index", tmp_path / "prefix"
    index.mkdir()
    prefix.mkdir()
    configured = home / ".config" / "pip" / "pip.conf"
    configured.write_text(
        f"[global]\nfind-links = {wheels} /not/there\nindex-url = file://{index}\nprefix = {prefix}\n"
    )
    for name in [*os.environ]:
        if name.startswith(("PIP_", "XDG_")) or name.endswith(("CA_BUNDLE", "CERT_FILE", "CERT_DIR")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))

    commands = root_mounts.mounts(root, checkout, Path("build") / "inside")
    bound = [(Path(source), Path(target)) for _, kind, source, target in (c for c in commands if c[1] == "--bind")]
    inner = dict(bound)
    read_only = {Path(command[-1]) for command in commands if "remount,bind,ro" in command}
    assert bound[-2:] == [
        (checkout, root / str(checkout).lstrip("/")),
        (checkout / "build" / "inside", root / str(checkout).lstrip("/") / "build"),
    ]
    assert (checkout / "build" / "inside").is_dir()
    for place in (wheels, index):
        assert inner[place] == root / str(place).lstrip("/")
        assert inner[place].is_dir()
    assert inner[configured] == root / "root/.config/pip/pip.conf"
    assert inner[configured].is_file()
    assert inner[home / ".cache" / "pip"] == root / "root/.cache/pip"
    assert prefix not in inner
    assert Path("/not/there") not in inner
    assert {inner[wheels], inner[index], inner[configured]} <= read_only
    assert not {inner[checkout], inner[home / ".cache" / "pip"], inner[Path("/tmp")]} & read_only
    # A package's installation writes the bundle of certificates: through a mount it would write the machine's.
    assert certificates not in inner
    assert (root / str(certificates).lstrip("/")).read_text() == "the machine's"


def test_minors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert testing_root.path() == tmp_path / "blockcov" / testing_root.SUITE
    assert testing_root.minors() == []
    assert not testing_root.ready()
    (testing_root.path() / "usr" / "bin").mkdir(parents=True)
    for name in ("python3", "python3.15", "python3.9", "python3.14", "python3.14-config", "python3-config"):
        (testing_root.path() / "usr" / "bin" / name).touch()
    assert testing_root.minors() == [(3, 9), (3, 14), (3, 15)]
    assert [name for name in ("3.14", "3.14t", "python3.14") if testing_root.has(name)] == ["3.14", "python3.14"]
    (testing_root.path() / "usr" / "local" / "bin").mkdir(parents=True)
    (testing_root.path() / "usr" / "local" / "bin" / "python3.14t").symlink_to("/opt/of/the/root/python3.14t")
    assert [name for name in ("3.14t", "3.15t") if testing_root.has(name)] == ["3.14t"]
    assert not testing_root.ready()


def test_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "named", lambda name: interpreters.Interpreter(f"{HERE}.0", sys.executable))
    assert not testing_root.needed(HERE)
    monkeypatch.setattr(interpreters, "named", nowhere)
    assert testing_root.needed(HERE)
    assert testing_root.needed(f"python{HERE}")
    assert testing_root.needed(f"{HERE}t")
    assert not testing_root.needed("3.9")
    assert not testing_root.needed(f"/usr/bin/python{HERE}")


def test_not_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outside: None) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(testing_root.TestingRootError, match="root rights"):
        testing_root.make()
    assert list(tmp_path.iterdir()) == []


def test_run_instead_returns_where_the_machine_has_the_version(monkeypatch: pytest.MonkeyPatch, outside: None) -> None:
    monkeypatch.setattr(testing_root, "make", impossible)
    monkeypatch.setattr(testing_root, "needed", lambda name: False)
    testing_root.run_instead([HERE])
    testing_root.run_instead([])


def test_run_instead_says_what_it_cannot_do(monkeypatch: pytest.MonkeyPatch, outside: None) -> None:
    monkeypatch.setattr(testing_root, "make", impossible)
    monkeypatch.setattr(testing_root, "needed", lambda name: name == "3.14")
    with pytest.raises(interpreters.UnusableError, match=r"3\.14: not on this machine, .*: no network"):
        testing_root.run_instead(["3.14"])
    with pytest.raises(interpreters.UnusableError, match=r"3\.14: only in the testing root"):
        testing_root.run_instead(["3.13", "3.14"])


def test_a_root_that_cannot_be_made_is_in_the_summary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing_root, "make", impossible)
    summary = Summary([Result("CPython 3.11.0", passed=2)])
    assert run_tests.reachable(["3.14", "3.15"], summary) == []
    assert summary.show()
    shown = capsys.readouterr().out
    for name in ("3.14", "3.15"):
        assert (
            f"  not run: CPython {name}: not on this machine, and the testing root cannot be made: no network\n"
            in shown
        )
    assert shown.endswith("\n2 passed, 0 failed, 0 skipped\n")


def test_versions_that_the_root_has_not_are_in_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing_root, "make", lambda upgrade=False: None)
    monkeypatch.setattr(testing_root, "has", lambda name: name == "3.14")
    summary = Summary()
    assert run_tests.reachable(["3.12", "3.14", "3.14t"], summary) == ["3.14"]
    assert summary.not_run == [
        f"CPython 3.12: neither on this machine nor in Debian's {testing_root.SUITE}",
        "CPython 3.14t: neither on this machine nor made by `make free-threaded`",
    ]


@pytest.mark.parametrize("flags", [["--quick"], ["--quick", "--everywhere"]])
def test_what_runs_inside(monkeypatch: pytest.MonkeyPatch, outside: None, flags: list[str]) -> None:
    one = interpreters.Interpreter("3.11.7", "/usr/bin/python3.11")
    runs: list[tuple[str, ...]] = []
    monkeypatch.setattr(run_tests, "choose", lambda summary: ([one], ["3.14", "3.15"]))
    monkeypatch.setattr(run_tests, "reachable", lambda missing, summary: ["3.14"])
    monkeypatch.setattr(run_tests, "run_all", lambda *words: runs.append(("all", *words[1])))
    monkeypatch.setattr(run_tests, "run_in_root", lambda tool, arguments, summary: runs.append((tool, *arguments)))
    monkeypatch.setattr(sys, "argv", ["run_tests.py", *flags, "--", "-k", "fork"])
    run_tests.main()
    among = [] if "--everywhere" in flags else ["3.11.7", "3.14"]
    told = [f"--among={','.join(among)}"] * bool(among)
    assert runs == [("all", *among), ("run_tests.py", *flags, "--python=3.14", *told, "--", "-k", "fork")]


def test_results_of_the_root_are_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = Summary([Result("CPython 3.14.8", 10, 1, 2, 3.5, "a note")], ["CPython 3.14.8, slow tests: --quick"])
    inside.save(tmp_path / "build" / "results.json")
    summary = Summary([Result("CPython 3.11.0", passed=5)])
    assert summary.good()
    summary.add(tmp_path / "build" / "results.json", "forky: ")
    assert summary.results[1] == Result("forky: CPython 3.14.8", 10, 1, 2, 3.5, "a note")
    assert not summary.show()
    shown = capsys.readouterr().out
    assert "  not run: CPython 3.14.8, slow tests: --quick\n" in shown
    assert shown.endswith("\n15 passed, 1 failed, 2 skipped\n")


@pytest.mark.parametrize("written", [None, "", "{"])
def test_a_run_inside_that_broke_off_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str | None
) -> None:
    saved = tmp_path / "build" / testing_root.SUITE / "results.json"
    saved.parent.mkdir(parents=True)
    saved.write_text('{"results": [], "not_run": []}')  # of an earlier run

    def broken(words: list[str]) -> int:
        if written is not None:
            saved.write_text(written)
        return 9

    monkeypatch.setattr(builder, "ROOT", tmp_path)
    monkeypatch.setattr(testing_root, "run", broken)
    summary = Summary()
    run_tests.run_in_root("run_tests.py", [], summary)
    assert [(each.failed, each.note) for each in summary.results] == [
        (1, "run_tests.py ended with status 9 before its results")
    ]


def test_a_command_inside(tmp_path: Path) -> None:
    if testing_root.inside() or not testing_root.ready() or os.geteuid() != 0:
        pytest.skip("needs root rights and a testing root that has been made (make root)")
    mounted = Path("/proc/self/mounts").read_text()
    told = tmp_path / "told"
    script = f"""
        import os, pathlib, sys
        checkout, shared = pathlib.Path({str(ROOT)!r}), pathlib.Path({str(tmp_path)!r})
        told = [pathlib.Path("/etc/blockcov-testing-root").exists(), os.getcwd() == str(checkout)]
        told += [(checkout / "tools" / "testing_root.py").is_file(), (checkout / "build" / "of-the-test").is_file()]
        told += [os.access("/etc/hosts", os.W_OK), os.path.ismount("/proc"), pathlib.Path("/dev/null").is_char_device()]
        (shared / "told").write_text(repr(told))
        sys.exit(7)
    """
    marker = ROOT / "build" / testing_root.SUITE / "of-the-test"
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()
    try:
        lines = "\n".join(line.strip() for line in script.splitlines())
        assert testing_root.run(["python3", "-c", lines]) == 7
    finally:
        marker.unlink()
    assert told.read_text() == repr([True, True, True, True, False, True, True])
    assert Path("/proc/self/mounts").read_text() == mounted
