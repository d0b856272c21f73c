"""`blockcov.snapshot()` and `reset()`: by the program itself, and by signals from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.contexts import Read
from tests.project import Project

SERVER = """\
import sys
def serve(text):
    if text == "quit":
        return False
    return True
def loop():
    while True:
        line = sys.stdin.readline()
        if not serve(line.strip()):
            break
        print("served", flush=True)
loop()
"""
"""Each line that it reads is a request."""


def start_server(project: Project, *options: str) -> subprocess.Popen[bytes]:
    project.write("server.py", SERVER)
    return subprocess.Popen(
        [sys.executable, "-m", "blockcov", "run", *options, "server.py"],
        cwd=project.path,
        env=project.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def request(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(b"hello\n")
    server.stdin.flush()
    assert server.stdout.readline() == b"served\n"


def shards(project: Project) -> set[str]:
    return {path.name for path in (project.path / ".blockcov/shards").glob("*.shard")}


def wait_for_shards(project: Project, known: set[str]) -> None:
    """Wait until there is a set of shards other than that one."""
    for _ in range(500):
        if shards(project) != known:
            time.sleep(0.02)  # the handler has more to do
            return
        time.sleep(0.01)
    raise AssertionError("no snapshot was made")


SERVED = {1: 1, 2: 1, 3: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 11: 1, 12: 1}


def served(requests: int, ended: bool = False) -> dict[int, int]:
    """Give the counts of SERVER's lines: as many requests, and the last line or a read that waits."""
    rounds = requests + 1
    asked = requests + ended
    counts = {1: 1, 2: 1, 3: asked, 4: int(ended), 5: requests, 6: 1, 7: rounds, 8: rounds, 9: asked}
    return {**counts, 10: int(ended), 11: requests, 12: 1}


def test_reports_of_a_running_server(project: Project) -> None:
    """Its main thread waits in C the whole time; each snapshot is exact, and the end adds up."""
    server = start_server(project, "--snapshot-signal", "USR1")
    request(server)
    for requests in (1, 2, 5):
        time.sleep(0.1)  # until it waits for the next request
        known = shards(project)
        server.send_signal(signal.SIGUSR1)
        wait_for_shards(project, known)
        for _ in range(3 if requests == 2 else 1):
            request(server)
            assert project.counts("server.py") == served(requests)  # as it was at the snapshot
    known = shards(project)
    server.send_signal(signal.SIGUSR1)
    wait_for_shards(project, known)
    combined = project.blockcov("combine")  # what is finished can be taken while the rest runs on
    assert combined.status == 65
    assert combined.errors.count("its process still runs, left alone") == 1
    assert len(shards(project)) == 2
    assert project.counts("server.py") == served(6)
    assert server.communicate(b"quit\n", timeout=20) == (b"", b"")
    assert server.returncode == 0
    assert project.counts("server.py") == served(6, ended=True)
    assert project.blockcov("combine").status == 0
    assert project.counts("server.py") == served(6, ended=True)


def test_starting_from_zero_by_a_signal(project: Project) -> None:
    server = start_server(project, "--reset-signal=SIGUSR2", "--snapshot-signal=USR1")
    request(server)
    time.sleep(0.1)
    known = shards(project)
    server.send_signal(signal.SIGUSR2)
    wait_for_shards(project, known)
    assert len(shards(project)) == 1
    request(server)
    server.communicate(b"quit\n", timeout=20)
    counts = project.counts("server.py")
    assert counts == {1: 0, 2: 0, 3: 2, 4: 1, 5: 1, 6: 0, 7: 1, 8: 1, 9: 2, 10: 1, 11: 1, 12: 0}


def test_killed_after_a_snapshot(project: Project) -> None:
    server = start_server(project, "--snapshot-signal", "USR1")
    request(server)
    known = shards(project)
    server.send_signal(signal.SIGUSR1)
    wait_for_shards(project, known)
    request(server)
    server.kill()
    server.communicate(timeout=20)
    counts = project.counts("server.py")
    assert {line: counts[line] for line in (2, 3, 5, 7, 11)} == {2: 1, 3: 2, 5: 2, 7: 3, 11: 2}


@pytest.mark.parametrize("name", ["KILL", "SIGSTOP", "NONE", "10"])
def test_signals_that_cannot_be_handled(project: Project, name: str) -> None:
    project.write("app.py", "x = 1\n")
    result = project.blockcov("run", "--snapshot-signal", name, "app.py")
    assert result.status == 64
    assert name in result.errors


STEPS = """
import contextlib
def deep(n, at):
    for i in range(3):
        if n == at and i == 1:
            yield step()
    if n:
        yield from deep(n - 1, at)
    step(n % 2)
def raises(n):
    try:
        with contextlib.suppress(KeyError):
            {}[step()]
        return 1 / step()
    except ZeroDivisionError:
        step()
        raise ValueError from None
    finally:
        step(n)
class Thing:
    step()
    squares = [step() or n for n in range(3)]
print(list(deep(3, 2)), step() or step(), "end")
try:
    raises(1)
except ValueError:
    step()
"""


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_snapshots_anywhere_add_up(project: Project, mode: str) -> None:
    """In loops, handlers, generators and class bodies: the sum is what one undivided run counts."""
    made = "import blockcov, sys\nmade = []\ndef step(really=True):\n    if really and sys.argv[1:]: {}\n    return 0\n"
    project.write("steps.py", made.format("made.append(blockcov.snapshot())"))
    project.write("app.py", "from steps import made, step\n" + STEPS + "\nprint(len(set(made)), None in made)\n")
    options = ["--mode", mode, "--omit", "steps.py"]
    assert project.run(*options, "app.py").text.endswith("\n0 False\n")
    plain = project.json()["files"]["app.py"]["blockcov"]
    assert project.run(*options, "app.py", "snapshots").text.endswith("\n14 False\n")
    assert len(shards(project)) == 15
    assert project.json()["files"]["app.py"]["blockcov"] == plain
    assert project.blockcov("combine").status == 0
    assert len(shards(project)) == 1
    assert project.json()["files"]["app.py"]["blockcov"] == plain


def test_reset_forgets(project: Project) -> None:
    """Counts and contexts; a snapshot stays; frames that run are accounted for."""
    project.write(
        "app.py",
        """\
        import blockcov
        def f(n):
            for i in range(n):
                pass
        f(1)
        with blockcov.context("a"):
            f(10)
            blockcov.snapshot()
            f(100)
            blockcov.reset()
            f(1000)
        with blockcov.context("b"):
            f(10000)
        """,
    )
    project.run("app.py")
    assert len(shards(project)) == 2
    loops = {name: by_line[3] for name, by_line in Read(project).lines["app.py"].items()}
    assert loops == {"": 2, "a": 11 + 1001, "b": 10001}
    assert project.counts("app.py")[3] == 2 + 11 + 1001 + 10001
    counts = project.counts("app.py")
    assert [counts[line] for line in (7, 8, 9, 10, 11)] == [1, 1, 0, 0, 1]


def test_snapshots_while_threads_count(project: Project) -> None:
    """None of them stops, and none of their counts is lost or counted twice."""
    project.write(
        "mod.py",
        """\
        def work(n):
            total = 0
            for i in range(n):
                try:
                    total += 10 // (i % 3)
                except ZeroDivisionError:
                    total -= 1
            return total
        """,
    )
    project.write(
        "app.py",
        """
        import blockcov, mod, sys, threading
        sys.setswitchinterval(1e-5)
        threads = [threading.Thread(target=lambda: [mod.work(300) for _ in range(20)]) for _ in range(16)]
        for thread in threads: thread.start()
        paths = {blockcov.snapshot() for _ in range(50)}
        for thread in threads: thread.join()
        print(len(paths))
        """,
    )
    assert project.run("app.py").text == "50\n"
    turns = 320 * 300
    expected = {1: 1, 2: 320, 3: turns + 320, 4: turns, 5: turns, 6: turns // 3, 7: turns // 3, 8: 320}
    assert project.counts("mod.py") == expected


def test_without_room_for_another_file(project: Project) -> None:
    """An OSError for the program that asked, a warning where a signal did, and all counts go on as before."""
    project.write(
        "app.py",
        """
        import blockcov, os
        def f(n):
            for i in range(n):
                pass
        f(3)
        os.rename(".blockcov/shards", "elsewhere")
        try:
            blockcov.snapshot()
        except OSError as error:
            print(type(error).__name__, error.errno)
        os.rename("elsewhere", ".blockcov/shards")
        f(4)
        """,
    )
    assert project.run("app.py").text == "FileNotFoundError 2\n"
    assert project.counts("app.py")[4] == 4 + 5
    assert len(shards(project)) == 1


def test_a_snapshot_takes_little_time(project: Project) -> None:
    body = "".join(f"def f{n}(a):\n    if a:\n        return {n}\n    return [x for x in a or ()]\n" for n in range(30))
    for n in range(500):
        project.write(f"mods/m{n}.py", body)
    project.write(
        "app.py",
        """
        import blockcov, importlib, time
        modules = [importlib.import_module(f"mods.m{n}") for n in range(500)]
        times = []
        for n in range(20):
            began = time.perf_counter()
            blockcov.snapshot()
            times.append(time.perf_counter() - began)
        print(sorted(times)[10])
        """,
    )
    seconds = float(project.run("app.py").text)
    print(f"{seconds * 1e3:.1f} ms")
    assert seconds < 0.1
