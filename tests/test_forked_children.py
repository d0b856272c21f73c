"""Forked children: what they count is found, and those that count nothing leave nothing."""

from __future__ import annotations

import textwrap

import pytest

from tests.contexts import Read
from tests.project import Project


def shards(project: Project, data_dir: str = ".blockcov") -> int:
    return len(list((project.path / data_dir / "shards").iterdir()))


IDLE = {
    "os._exit": "unmeasured.leave(0)",
    "multiprocessing": """
        process = multiprocessing.get_context("fork").Process(target=os.getpid)
        process.start()
        process.join()
    """,
    "multiprocessing in a context": """
        with blockcov.context("a"):
            process = multiprocessing.get_context("fork").Process(target=os.getpid)
            process.start()
            process.join()
    """,
    "pool": """
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(abs, [1, 2])
            pool.close()
            pool.join()
    """,
    "os.spawnv": "os.spawnv(os.P_WAIT, '/bin/true', ['true'])",
    "os.spawnvp that finds nothing": "os.spawnvp(os.P_WAIT, 'no-such-program', ['x'])",
    "subprocess": "subprocess.run(['true'], umask=0o22)",
    "subprocess with a preexec_fn of C": "subprocess.run(['true'], preexec_fn=os.setsid)",
    "subprocess with a preexec_fn": "subprocess.run(['true'], preexec_fn=unmeasured.prepare)",
    "subprocess with a method for preexec_fn": "subprocess.run(['true'], preexec_fn=unmeasured.Way().prepare)",
    "subprocess with a partial preexec_fn": "subprocess.run(['true'], preexec_fn=functools.partial(os.umask, 0))",
    "subprocess that is not there": "subprocess.run('no such program || true', preexec_fn=os.setsid, shell=True)",
    "subprocess of another user": "subprocess.run(['true'], user=os.getuid())",
    "normal end": "unmeasured.end()",
}
UNMEASURED = """
import os, sys
def prepare():
    os.setsid()
class Way:
    def prepare(self):
        os.setsid()
def leave(status):
    pid = os.fork()
    if not pid:
        os._exit(status)
    os.waitpid(pid, 0)
def end():
    pid = os.fork()
    if not pid:
        sys.exit()
    os.waitpid(pid, 0)
"""


@pytest.mark.parametrize("way", IDLE)
@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_who_counts_nothing_leaves_nothing(project: Project, mode: str, way: str) -> None:
    """Only frames that were there before stand in them, and those do not move."""
    if mode == "hits" and "context" in way:
        pytest.skip("contexts need exact counts")
    project.write("unmeasured.py", UNMEASURED)
    project.write(
        "app.py",
        "import blockcov, functools, multiprocessing, os, subprocess, unmeasured\ndef f():\n"
        + "".join(f"    {line}\n" for line in textwrap.dedent(IDLE[way]).strip().splitlines())
        + "    x = 1\n    return x\nf()\ny = 1\n",
    )
    project.run("--mode", mode, "--omit", "unmeasured.py", "app.py")
    if way == "normal end":
        assert shards(project) == 2  # SystemExit goes through frames of the program: it has counted
    else:
        assert shards(project) == 1
        text = (project.path / "app.py").read_text().splitlines()
        for line, count in project.counts("app.py").items():
            twice = mode == "counts" and "with " in text[line - 1]  # going out of it is a line event
            assert count == 1 + twice, text[line - 1]
    assert len(list((project.path / ".blockcov").glob("contexts/*"))) == ("context" in way)


def test_who_counts_anything_leaves_it(project: Project) -> None:
    """Also where no counter is passed: the rest of a block, and an exception."""
    project.write(
        "app.py",
        """
        import os
        def child():
            if os.fork() == 0:
                x = 1
                os._exit(0)
            os.wait()
        def rest():
            pid = os.fork(); x = pid; os._exit(0) if not pid else os.wait()
        def fails():
            try:
                {}[os.fork()]
            except KeyError as error:
                if error.args == (0,):
                    os._exit(0)
                os.wait()
        child()
        rest()
        fails()
        """,
    )
    project.run("app.py")
    assert shards(project) == 4
    counts = project.counts("app.py")
    assert [counts[line] for line in (3, 4, 5, 6, 8, 12, 13, 14, 15, 16)] == [1, 1, 1, 1, 1, 1, 2, 2, 1, 1]


def test_functions_that_run_in_front_of_exec(project: Project) -> None:
    """`preexec_fn` counts; the frames below it stay where they are, for the child becomes another program."""
    project.write(
        "app.py",
        """
        import os, subprocess
        def before():
            for n in range(3):
                pass
        def leaves():
            os._exit(7)
        def fails():
            raise ValueError
        def f(function):
            try:
                done = subprocess.run(["true"], preexec_fn=function)
            except subprocess.SubprocessError:
                return -1
            return done.returncode
        print(f(before), f(leaves), f(fails), f(os.getpid))
        subprocess.run(["true"], preexec_fn=before)
        x = 1
        """,
    )
    project.environment["PYTHONWARNINGS"] = "ignore"
    assert project.run("app.py").text == "0 7 -1 0\n"
    counts = project.counts("app.py")
    assert [counts[line] for line in range(2, 19)] == [1, 1, 8, 6, 1, 1, 1, 1, 1, 4, 4, 1, 1, 3, 1, 1, 1]


def test_exec_that_fails(project: Project) -> None:
    """The child has counted nothing in front of it, and counts all that follows."""
    project.write(
        "lib.py",
        """
        import os
        def in_child(program, then):
            pid = os.fork()
            if not pid:
                try:
                    os.execv(program, ["x"])
                except OSError:
                    pass
                then()
                os._exit(0)
            os.waitpid(pid, 0)
        """,
    )
    project.write(
        "app.py",
        """
        import blockcov, lib, os
        def then():
            for n in range(3):
                pass
        with blockcov.context("a"):
            lib.in_child("/no/such/program", then)
        lib.in_child("/no/such/program", then)
        lib.in_child("/no/such/program", os.getpid)
        lib.in_child("/bin/true", then)
        """,
    )
    project.run("--omit", "lib.py", "app.py")
    assert shards(project) == 3
    assert project.counts("app.py") == {2: 1, 3: 1, 4: 8, 5: 6, 6: 2, 7: 1, 8: 1, 9: 1, 10: 1}
    assert {name: lines.get(4) for name, lines in Read(project).lines["app.py"].items()} == {"": 4, "a": 4}


def test_killed_before_it_counts(project: Project) -> None:
    """A file of zeros is left, which `combine` takes away; frames below the fork may seem to have gone on."""
    project.write(
        "unmeasured.py",
        """
        import os, time
        def forked(there):
            pid = os.fork()
            if not pid:
                os.write(there, b"x")
                time.sleep(60)
            return pid
        """,
    )
    project.write(
        "app.py",
        """
        import os, signal, unmeasured
        def f():
            here, there = os.pipe()
            child = unmeasured.forked(there)
            os.read(here, 1)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        f()
        """,
    )
    project.run("--omit", "unmeasured.py", "app.py")
    assert shards(project) == 2
    sizes = {path.stat().st_size for path in (project.path / ".blockcov" / "shards").iterdir()}
    assert len(sizes) == 1  # as its parent's: room is reserved before it is counted in
    before = project.counts("app.py")
    assert all(count in (1, 2) for count in before.values())
    assert project.blockcov("combine").status == 0
    assert shards(project) == 1
    assert project.counts("app.py") == before
