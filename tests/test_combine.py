"""`combine`: shards from everywhere into one, whatever interrupts it; and what one suite covers beyond another."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contexts import Read
from tests.project import Project

pytestmark = pytest.mark.once("run")

CODE = """\
def f(n):
    if n > 3 and n < 9:
        return "some"
    for i in range(n):
        if i == 20:
            return "many"
    return "few"
"""
APP = """\
import blockcov, mod, sys
with blockcov.context(sys.argv[1]):
    for n in sys.argv[1:]:
        mod.f(int(n))
"""


def checkout(project: Project, name: str, code: str = CODE) -> Project:
    """Make a copy of the program in a directory of its own."""
    project.write(f"{name}/src/mod.py", code)
    project.write(f"{name}/src/app.py", APP)
    return Project(project.path / name, project.environment)


def test_shards_of_other_checkouts_merge(project: Project) -> None:
    """As coverage.py's [paths]: what lies at the same place below is the same file; nothing else is touched."""
    here, ci, container = (checkout(project, name) for name in ("here", "ci/build-7", "srv/app"))
    for place, words in ((here, ["1"]), (ci, ["5", "2"]), (container, ["30"])):
        place.run("--source", "src", "src/app.py", *words)
    config = f"[tool.blockcov.paths]\nsource = ['src', '*/build-?/src', '{container.path}/src']\n"
    here.write("pyproject.toml", config)
    others = [str(place.path / ".blockcov") for place in (ci, container)]
    shutil.move(ci.path / "src", ci.path / "gone")
    result = here.blockcov("combine", "--keep", ".blockcov", *others)
    assert (result.status, result.errors) == (0, "")
    here.blockcov("combine")
    assert here.measured() == {"src/app.py", "src/mod.py"}
    assert here.counts("src/mod.py") == {1: 1 + 1 + 1, 2: 4, 3: 1, 4: 2 + 3 + 21, 5: 1 + 2 + 21, 6: 1, 7: 2}
    read = Read(here)
    assert {name: by_line.get(2) for name, by_line in read.lines["src/mod.py"].items()} == {
        "": None,
        "1": 1,
        "5": 2,
        "30": 1,
    }
    assert here.blockcov("combine", *others).status == 0  # once more: nothing counts twice
    assert here.counts("src/mod.py")[2] == 4


def test_paths_that_lead_nowhere_change_nothing(project: Project) -> None:
    here, other = checkout(project, "here"), checkout(project, "other")
    other.run("src/app.py", "1")
    here.write("pyproject.toml", "[tool.blockcov.paths]\nsource = ['nothing', '*/src']\n")
    assert here.blockcov("combine", str(other.path / ".blockcov")).status == 0
    assert {Path(name).parent.parent.name for name in here.measured()} == {"other"}


def test_two_versions_of_a_file_stay_apart(project: Project) -> None:
    here, old = checkout(project, "here"), checkout(project, "old", "# older\n" + CODE)
    here.run("src/app.py", "1")
    old.run("src/app.py", "5")
    here.write("pyproject.toml", "[tool.blockcov.paths]\nsource = ['src', '*/src']\n")
    result = here.blockcov("combine", ".blockcov", str(old.path / ".blockcov"))
    assert result.status == 0
    name = here.path / "src/mod.py"
    message = f"{name} was measured in several versions; reports show the one that is there, never their sum"
    assert result.errors == f"blockcov: warning: {message}\n"
    report = here.blockcov("json", "-o", "-")
    assert report.status == 65
    assert "src/mod.py: the source file changed since it ran: the counts of the older" in report.errors
    here.write("src/mod.py", "# older\n" + CODE)
    assert "src/mod.py: the source file changed" in here.blockcov("report").errors


def test_sources_that_were_asked_for_are_carried_along(project: Project) -> None:
    """Modules that no shard has are reported with nothing executed, under their name here."""
    here, ci = checkout(project, "here"), checkout(project, "ci")
    for place in (here, ci):
        place.write("src/never.py", "x = 1\n")
    ci.run("--source", "src", "src/app.py", "1")
    here.write("pyproject.toml", "[tool.blockcov.paths]\nsource = ['src', '*/ci/src']\n")
    assert here.blockcov("combine", str(ci.path / ".blockcov")).status == 0
    assert here.measured() == {"src/app.py", "src/mod.py", "src/never.py"}
    assert here.counts("src/never.py") == {1: 0}


def test_directories_behind_urls(project: Project) -> None:
    """`file://` and `memory://`; they are left as they are, and what is not there is said."""
    pytest.importorskip("fsspec")
    here, other = checkout(project, "here"), checkout(project, "other")
    other.run("src/app.py", "1")
    shard = next((other.path / ".blockcov/shards").iterdir())
    url = f"file://{other.path}/.blockcov"
    for _ in range(2):
        result = here.blockcov("combine", url, "file:///nowhere/at/all")
        assert result.status == 66
        assert "combine: there is no directory file:///nowhere/at/all" in result.errors
        assert here.blockcov("combine", url).status == 0
        assert shard.exists()
        assert next(iter(here.json()["files"].values()))["summary"]["covered_lines"] > 0
        assert not list((here.path / ".blockcov").glob("fetched-*"))
    in_memory = """
        import fsspec, os, sys
        from blockcov import cli
        memory = fsspec.filesystem("memory")
        memory.put(sys.argv[1], "/data/job1/", recursive=True)
        sys.exit(cli.main(["combine", "--data-dir", "merged", "memory://data/job1"]))
        """
    here.write("in_memory.py", in_memory)
    result = here.python("in_memory.py", f"{other.path}/.blockcov/")
    assert (result.status, result.errors) == (0, "")
    assert here.blockcov("report", "--data-dir", "merged").status == 0


def test_without_fsspec(project: Project) -> None:
    project.write("fsspec.py", "raise ImportError\n")
    result = project.blockcov("combine", "s3://bucket/run", PYTHONPATH=str(project.path))
    assert result.status == 69
    assert result.errors == "blockcov: error: combine: s3://bucket/run needs the package fsspec: pip install fsspec\n"


def test_what_one_suite_covers_beyond_another(project: Project) -> None:
    here = checkout(project, "here")
    here.run("--data-dir", "unit", "src/app.py", "1", "5")
    here.run("--data-dir", "system", "src/app.py", "30", "2")
    beyond = here.blockcov("combine", "--subtract", "unit", "system")
    assert beyond.status == 0
    assert beyond.text == (
        "covered by unit and not by system\n"
        "Name        Stmts  Outcomes  Where\n"
        "src/mod.py      1         1  2:17-22 true, 3\n"
        "TOTAL           1         1\n"
    )
    other_way = here.blockcov("combine", "--subtract", "system", "unit").text
    assert "src/mod.py      1         2  2:17-22 false, 5:11-18 true, 6\n" in other_way
    both = here.blockcov("combine", "--intersect", "system", "unit").text
    assert "src/mod.py      5         5  1-2, 4-5, 7\n" in both
    assert here.blockcov("combine", "--subtract", "unit", "nothing").status == 66
    assert here.blockcov("combine", "--subtract", "unit", "system", "more").status == 64


KILLER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Kills the process in front of the N-th call that changes a file whose name has KILL_IN in it, and inside of
   writes, after half of the bytes. */
static long left = -1;
static int due(const char *path) {
  if (left < 0)
    left = getenv("KILL_AT") ? atol(getenv("KILL_AT")) : 0;
  if (path && getenv("KILL_IN") && !strstr(path, getenv("KILL_IN")))
    return 0;
  return left > 0 && --left == 0;
}
static void in_front(const char *path) {
  if (due(path))
    kill(getpid(), SIGKILL);
}
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  if (flags & (O_CREAT | O_TRUNC))
    in_front(path);
  return NEXT(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  if (flags & (O_CREAT | O_TRUNC))
    in_front(path);
  return NEXT(open64)(path, flags, mode);
}
ssize_t write(int fd, const void *bytes, size_t size) {
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  if (due(path)) {
    NEXT(write)(fd, bytes, size / 2);
    kill(getpid(), SIGKILL);
  }
  return NEXT(write)(fd, bytes, size);
}
int rename(const char *from, const char *to) { in_front(to); return NEXT(rename)(from, to); }
int unlink(const char *path) { in_front(path); return NEXT(unlink)(path); }
int mkdir(const char *path, mode_t mode) { in_front(path); return NEXT(mkdir)(path, mode); }
int rmdir(const char *path) { in_front(path); return NEXT(rmdir)(path); }
int fsync(int fd) { in_front(NULL); return NEXT(fsync)(fd); }
"""


def test_killed_at_every_call_that_writes(project: Project) -> None:
    """Whatever is there then, reports say the same, and running it again gives the same sum."""
    here = checkout(project, "here")
    for words in (["1", "5"], ["30"], ["2"], ["7", "8"]):
        here.run("--append", "--source", "src", "src/app.py", *words)
    here.run("--append", "--data-dir", "elsewhere", "src/app.py", "4")
    whole = here.path / "whole"
    shutil.copytree(here.path / ".blockcov", whole / ".blockcov")
    shutil.copytree(here.path / "elsewhere", whole / "elsewhere")
    library = project.path.parent / "killer.so"  # a blank would part LD_PRELOAD
    source = project.write("killer.c", KILLER)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)

    def counted() -> object:
        report = here.json()
        return {name: file["blockcov"] for name, file in report["files"].items()}, Read(here).lines

    def restore() -> None:
        for name in (".blockcov", "elsewhere"):
            shutil.rmtree(here.path / name, ignore_errors=True)
            shutil.copytree(whole / name, here.path / name)

    command = ["combine", ".blockcov", "elsewhere"]
    assert here.blockcov(*command).status == 0
    expected = counted()
    killed = 0
    for at in range(1, 100):
        restore()
        before = here.blockcov(*command, LD_PRELOAD=str(library), KILL_AT=str(at), KILL_IN="here/")
        if before.status == 0:
            break
        assert before.status == -9
        killed += 1
        again = here.blockcov(*command)
        assert again.status == 0 or "no measurements in elsewhere" in again.errors, again.errors
        assert counted() == expected, at
        left = sorted(path.name for path in (here.path / ".blockcov/shards").iterdir() if path.suffix == ".shard")
        assert len(left) == 1, (at, left)
        assert len(list((here.path / ".blockcov/contexts").glob("*.contexts"))) == 1
    assert killed > 12
    print(f"killed {killed} times")


def test_two_at_once_while_others_are_measured(project: Project) -> None:
    """Nothing is lost and nothing counts twice, however two `combine` and ten runs meet."""
    here = checkout(project, "here")
    here.write("src/app.py", APP + "import os\nos.system('')\n")
    command = [sys.executable, "-m", "blockcov"]

    def start(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*command, *words], cwd=here.path, env=here.environment, stderr=subprocess.PIPE)

    rounds = 4
    for _ in range(rounds):
        runs = [start("run", "--append", "src/app.py", "1", "5", "30") for _ in range(10)]
        for _ in range(3):
            for combining in [start("combine"), start("combine")]:
                errors = combining.communicate(timeout=60)[1].decode()
                assert combining.returncode in (0, 65, 66), errors
        assert [each.wait(60) for each in runs] == [0] * len(runs)
    here.blockcov("combine")
    total = 10 * rounds
    lines = here.counts("src/mod.py")
    assert lines == {1: total, 2: 3 * total, 3: total, 4: (2 + 21) * total, 5: 22 * total, 6: total, 7: total}


def test_reports_while_combine_runs(project: Project) -> None:
    """Shards are replaced by their sum under the report's hands: it says the same all the time."""
    here = checkout(project, "here")
    for n in range(12):
        here.run("--append", "src/app.py", str(n))
    whole = here.path / "whole"
    shutil.copytree(here.path / ".blockcov/shards", whole / "shards")
    shutil.copytree(here.path / ".blockcov/contexts", whole / "contexts")
    expected = here.counts("src/mod.py")
    here.write(
        "both.py",
        """
        import os, shutil, sys
        from blockcov import _blockcov
        def counts():
            units, errors = _blockcov.read([".blockcov"])
            found = {}
            for unit in units:
                for code in unit["codes"]:
                    for line, count in code["lines"].items():
                        found[unit["filename"], line] = found.get((unit["filename"], line), 0) + count
            return found, errors
        expected = counts()
        assert not expected[1]
        seen = 0
        for turn in range(40):
            for folder in ("shards", "contexts"):
                shutil.rmtree(".blockcov/" + folder)
                shutil.copytree("whole/" + folder, ".blockcov/" + folder)
            pid = os.fork()
            if not pid:
                _blockcov.combine([".blockcov"], ".blockcov", False)
                os._exit(0)
            while True:
                assert counts() == expected, turn
                assert not _blockcov.contexts([".blockcov"])[2], turn
                seen += 1
                if os.waitpid(pid, os.WNOHANG)[0]:
                    break
            assert counts() == expected
        print(seen)
        """,
    )
    result = here.python("both.py")
    assert result.status == 0, result.errors
    assert int(result.text) >= 40
    assert here.counts("src/mod.py") == expected
