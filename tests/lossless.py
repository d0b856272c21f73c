"""Every way to start a process, and every way to end it, with the counts that have to be found.

`python -m tests.lossless` runs them all and writes docs/lossless.md; tests/test_lossless.py asserts the same.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import damage
from tests.project import Project

WORK = """\
def work(n):
    total = 0
    for i in range(n):
        total += i
    return total
"""
LOOP = 3
"""The line of WORK whose count says how often `work` turned: once more than its argument, for each call."""


@dataclass(frozen=True)
class Way:
    """A program `app.py` that has WORK called in other processes, or ends in the middle of something.

    `loops` is the count of the loop's line. `needs`: a package. `lines`: counts of lines of app.py that have to be so.
    """

    name: str
    loops: int
    program: str
    needs: str = ""
    status: int | None = 0
    lines: tuple[tuple[int, int], ...] = ()
    root: bool = False
    memory: bool = False
    """Runs where the kernel kills what takes more than MEMORY bytes: see `memory_group`."""


def _main(text: str) -> str:
    return "import mod\nif __name__ == '__main__':\n" + textwrap.indent(textwrap.dedent(text), "    ")


_CHILD = "import sys, mod; mod.work(int(sys.argv[1]))"
_FORK = """
import mod, os
def child(n):
    pid = os.fork()
    if not pid:
        mod.work(n)
        os._exit(0)
    os.waitpid(pid, 0)
"""

_WEB = """\
import mod
def application(environ, start_response):
    mod.work(int(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]
"""
_TASKS = """\
import celery, mod, os
app = celery.Celery("tasks", broker="filesystem://", backend="file://" + os.getcwd() + "/results")
app.conf.broker_transport_options = {
    "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"
}
@app.task
def work(n):
    return mod.work(n)
"""

STARTS = [
    Way("`subprocess.run`", 4, f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_CHILD!r}, '3'])\n"),
    Way(
        "`subprocess.run(env=...)` with a copy of `os.environ`",
        4,
        f"import os, subprocess, sys\nenv = dict(os.environ, X='1')\n"
        f"subprocess.run([sys.executable, '-c', {_CHILD!r}, '3'], env=env)\n",
    ),
    Way(
        "`subprocess.run(env={})`: not measured",
        0,
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_CHILD!r}, '3'], env={{}})\n",
    ),
    Way("`python -E`", 4, f"import subprocess, sys\nsubprocess.run([sys.executable, '-E', '-c', {_CHILD!r}, '3'])\n"),
    Way(
        "`python -I`",
        4,
        "import subprocess, sys\n"
        f"subprocess.run([sys.executable, '-I', '-c', 'import sys; sys.path.insert(0, \".\"); ' + {_CHILD!r}, '3'])\n",
    ),
    Way(
        "`python -S`: not measured",
        0,
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {_CHILD!r}, '3'])\n",
    ),
    Way(
        "`subprocess.run(preexec_fn=...)`",
        4,
        f"import os, subprocess, sys\nsubprocess.run([sys.executable, '-c', {_CHILD!r}, '3'], preexec_fn=os.setsid)\n",
    ),
    Way("`os.fork`, `os._exit`", 4 + 6, _FORK + "child(3)\nchild(5)\n"),
    Way(
        "`os.fork`, `os.execv`",
        4,
        "import os, sys\npid = os.fork()\nif not pid:\n"
        f"    os.execv(sys.executable, [sys.executable, '-c', {_CHILD!r}, '3'])\nos.waitpid(pid, 0)\n",
    ),
    Way(
        "`os.posix_spawn`",
        4,
        f"import os, sys\npid = os.posix_spawn(sys.executable, [sys.executable, '-c', {_CHILD!r}, '3'], os.environ)\n"
        "os.waitpid(pid, 0)\n",
    ),
    Way("`os.execvp`", 4, f"import os, sys\nos.execvp(sys.executable, [sys.executable, '-c', {_CHILD!r}, '3'])\n"),
    *(
        Way(
            f"`multiprocessing`, {method}",
            4 + 6,
            _main(f"""
            import multiprocessing
            with multiprocessing.get_context({method!r}).Pool(2) as pool:
                pool.map(mod.work, [3, 5], chunksize=1)
                pool.close()
                pool.join()
            """),
        )
        for method in ("fork", "forkserver", "spawn")
    ),
    Way(
        "`multiprocessing` pool that is terminated",
        4 + 6,
        _main("""
        import multiprocessing
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(mod.work, [3, 5], chunksize=1)
        """),
    ),
    Way(
        "`ProcessPoolExecutor`",
        4 + 6,
        _main("""
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(mod.work, [3, 5]))
        """),
    ),
    Way(
        "daemon that forks twice, in another directory",
        4,
        """
        import mod, os, time
        if not os.fork():
            os.setsid()
            if os.fork():
                os._exit(0)
            os.chdir("/")
            mod.work(3)
            open(os.path.dirname(mod.__file__) + "/done", "w").close()
            os._exit(0)
        while not os.path.exists("done"):
            time.sleep(0.01)
        os.wait()
        """,
    ),
    Way(
        "child with another user id",
        4,
        """
        import mod, os
        pid = os.fork()
        if not pid:
            os.setgid(65534)
            os.setuid(65534)
            mod.work(3)
            os._exit(0)
        os.waitpid(pid, 0)
        """,
        root=True,
    ),
    Way(
        "execnet gateway",
        4,
        """
        import execnet
        gateway = execnet.makegateway("popen//chdir=.")
        channel = gateway.remote_exec("import sys; sys.path.insert(0, '.'); import mod; channel.send(mod.work(3))")
        channel.receive()
        gateway.exit()
        gateway.join()
        execnet.default_group.terminate(5)
        """,
        needs="execnet",
    ),
    Way(
        "pytest-xdist workers",
        4 + 6,
        """
        import pathlib, pytest, sys
        pathlib.Path("test_mod.py").write_text("import mod, pytest\\n@pytest.mark.parametrize('n', [3, 5])\\n"
                                               "def test(n): mod.work(n)\\n")
        sys.exit(pytest.main(["-q", "-n2", "-p", "no:cacheprovider", "test_mod.py"]))
        """,
        needs="xdist",
    ),
    Way(
        "pytest-forked",
        4 + 6,
        """
        import pathlib, pytest, sys
        pathlib.Path("test_mod.py").write_text("import mod, pytest\\n@pytest.mark.parametrize('n', [3, 5])\\n"
                                               "def test(n): mod.work(n)\\n")
        sys.exit(pytest.main(["-q", "--forked", "-p", "no:cacheprovider", "test_mod.py"]))
        """,
        needs="pytest_forked",
        status=None,  # its children end with a status that newer versions of pytest do not expect
    ),
    Way(
        "gunicorn workers",
        4 + 6,
        f"""
        import os, pathlib, signal, subprocess, sys, time, urllib.request
        pathlib.Path("web.py").write_text({_WEB!r})
        os.environ["HOME"] = os.getcwd()  # where it makes a socket
        command = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", "127.0.0.1:0", "--log-file", "log", "web"]
        server = subprocess.Popen(command)
        for _ in range(1000):
            text = pathlib.Path("log").read_text() if os.path.exists("log") else ""
            if "Listening at: http://" in text and text.count("Booting worker") == 2:
                break
            time.sleep(0.02)
        url = text.partition("Listening at: ")[2].split()[0]
        for n in (3, 5):
            urllib.request.urlopen(url + "/?" + str(n)).read()
        server.send_signal(signal.SIGTERM)
        server.wait()
        """,
        needs="gunicorn",
    ),
    Way(
        "celery prefork workers",
        4 + 6,
        f"""
        import os, pathlib, subprocess, sys, time
        pathlib.Path("tasks.py").write_text({_TASKS!r})
        for folder in ("queue", "control", "results"):
            os.mkdir(folder)
        command = [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-c", "2", "-P", "prefork"]
        worker = subprocess.Popen([*command, "--loglevel", "ERROR"])
        import tasks
        for result in [tasks.work.delay(n) for n in (3, 5)]:
            result.get(timeout=60)
        worker.terminate()
        worker.wait()
        """,
        needs="celery",
    ),
]

_END = "import mod, os, sys, signal\nmod.work(3)\n"
_BEHIND = ((2, 1), (3, 1), (4, 0))
"""The third line ends it, and what follows never runs."""

ENDS = [
    Way("normal", 4, _END),
    Way("`sys.exit`", 4, _END + "sys.exit(3)\nx = 1\n", status=3, lines=_BEHIND),
    Way("uncaught exception", 4, _END + "1 / 0\nx = 1\n", status=1, lines=_BEHIND),
    Way("`os._exit`", 4, _END + "os._exit(4)\nx = 1\n", status=4, lines=_BEHIND),
    Way("`os.abort`", 4, _END + "os.abort()\nx = 1\n", status=-6, lines=_BEHIND),
    Way("SIGTERM", 4, _END + "os.kill(os.getpid(), 15)\nx = 1\n", status=-15, lines=_BEHIND),
    # nohup has SIGHUP ignored.
    Way(
        "SIGHUP",
        4,
        _END + "signal.signal(1, signal.SIG_DFL); os.kill(os.getpid(), 1)\nx = 1\n",
        status=-1,
        lines=_BEHIND,
    ),
    Way(
        "SIGALRM of a timer",
        4,
        _END + "signal.setitimer(signal.ITIMER_REAL, 0.01); signal.pause()\nx = 1\n",
        status=-14,
        lines=_BEHIND,
    ),
    Way("SIGUSR1", 4, _END + "os.kill(os.getpid(), signal.SIGUSR1)\nx = 1\n", status=-10, lines=_BEHIND),
    # What a shell starts in the background ignores SIGINT.
    Way(
        "SIGINT",
        4,
        _END + "signal.signal(2, signal.default_int_handler); os.kill(os.getpid(), 2)\nx = 1\n",
        status=-2,
        lines=_BEHIND,
    ),
    Way("SIGKILL", 4, _END + "os.kill(os.getpid(), 9)\nx = 1\n", status=-9, lines=_BEHIND[:2]),
    Way(
        "segmentation fault",
        4,
        _END + "import ctypes; ctypes.string_at(0)\nx = 1\n",
        status=-11,
        lines=_BEHIND[:2],
    ),
    Way("`os.execv`", 4, _END + "os.execv('/bin/true', ['true'])\nx = 1\n", lines=_BEHIND),
    Way(
        "killed by the kernel, which is out of memory",
        4,
        _END + "x = [bytearray(b'x') * (1 << 20) for n in range(1 << 20)]\ny = 1\n",
        status=-9,
        lines=((2, 1),),
        memory=True,
    ),
    Way(
        "`MemoryError`",
        4,
        _END
        + "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32)); x = bytes(1 << 40)\ny = 1\n",
        status=1,
        lines=_BEHIND,
    ),
    Way(
        "full disk",
        4 + 1,
        _END + "import resource; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\nmod.work(0)\n",
        lines=((4, 1),),
    ),
    Way(
        "daemon thread that still runs",
        4,
        _END + "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    ),
    Way(
        "hangs in `atexit`, killed",
        4,
        _END + "import atexit, threading, time\nthreading.Timer(0.3, os.kill, (os.getpid(), 9)).start()\n"
        "atexit.register(time.sleep, 60)\n",
        status=-9,
        lines=((3, 1), (4, 1), (5, 1)),
    ),
    Way(
        "`faulthandler` time-out",
        4,
        _END + "import faulthandler, time\nfaulthandler.dump_traceback_later(0.3, exit=True)\ntime.sleep(60)\nx = 1\n",
        status=1,
        lines=((3, 1), (4, 1), (5, 1)),
    ),
]


@dataclass(frozen=True)
class Found:
    """What was found of a way: as `Way` says it. `errors` is for the one who has to find out why."""

    loops: int
    status: int
    lines: tuple[tuple[int, int], ...]
    errors: str


MEMORY = 96 << 20
"""Bytes that a process with `Way.memory` may have."""


@contextlib.contextmanager
def memory_group() -> Iterator[Path]:
    """Make a control group with MEMORY bytes; the file to write process ids into. OSError: there can be none."""
    roots = {"memory.limit_in_bytes": Path("/sys/fs/cgroup/memory"), "memory.max": Path("/sys/fs/cgroup")}
    found = [(root, limit) for limit, root in roots.items() if (root / "cgroup.procs").exists()]
    if not found:
        raise OSError("no control groups are mounted")
    root, limit = found[0]
    group = root / f"blockcov-test-{os.getpid()}"
    group.mkdir()
    try:
        (group / limit).write_text(str(MEMORY))
        if (group / "memory.swap.max").exists():
            (group / "memory.swap.max").write_text("0")
        yield group / "cgroup.procs"
    finally:
        for _ in range(200):  # the kernel lets go of the last process a moment later
            try:
                group.rmdir()
                break
            except OSError:
                time.sleep(0.01)


def cannot(way: Way) -> str:
    """Say why a way cannot be tried on this machine; "" if it can."""
    if way.needs and importlib.util.find_spec(way.needs) is None:
        return f"without {way.needs}"
    if way.root and os.geteuid() != 0:
        return "only root may become another user"
    if way.memory:
        try:
            with memory_group():
                pass
        except OSError as error:
            return f"no control group with a limit on memory can be made: {error}"
    return ""


def measure(way: Way, project: Project) -> Found:
    """Run a way under blockcov, in a directory with a relative --data-dir."""
    project.write("mod.py", WORK)
    project.write("app.py", way.program)
    project.path.chmod(0o777)
    run = ["-m", "blockcov", "run", "--data-dir", "data", "--source", ".", "app.py"]
    if way.memory:
        enter = f"import os, sys; open({{!r}}, 'w').write('0'); os.execv(sys.executable, [sys.executable, *{run!r}])"
        with memory_group() as processes:
            done = project.python("-c", enter.format(str(processes)))
    else:
        done = project.python(*run)
    files = project.json("--data-dir", "data")["files"]
    loops = files["mod.py"]["blockcov"]["lines"].get(str(LOOP), 0)
    counts = files["app.py"]["blockcov"]["lines"]
    return Found(loops, done.status, tuple((line, counts.get(str(line), 0)) for line, _ in way.lines), done.errors)


PAGE = """\
# Nothing is lost

## What holds

- **Every completed block counts, exactly**, however the process ends: counters are in a file that the kernel keeps.
- **Frames that still run** when a process ends normally, in `os._exit`, `os.abort` or `os.exec*`, or by a signal that
  it does not handle (SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGVTALRM, SIGUSR1, SIGUSR2, SIGQUIT, SIGXCPU, SIGIO, SIGPWR,
  SIGSTKFLT) are accounted for: what stands behind them is not counted. So are greenlets that are switched away from.
- **After SIGKILL or a crash** nobody can account for frames. Nothing that ran reads zero, and no count is too low. For
  each frame that was running, counts can be one too high; which ones, is for the placement of probes to say:
  - with `--placement blocks`, and in `--mode hits` of builds with a GIL, those of the rest of its basic block: of lines
    behind the one that it stood in, up to the next branch or place where ways come together. Outcomes of branches are
    exact. A frame that stood at a jump can be taken for one that has arrived; on 3.11 an `await` that has not ended,
    for one that has;
  - with `--placement fewest`, the default, also those of what comes after that on one way without a counter: in the
    same loop, or in a function without loops.

  Of a forked child, the frames that it has of its parent count among these. `tests/test_killed.py` kills processes at
  each call and at random moments, and compares with what ran. The same holds of SIGPIPE, SIGPROF and realtime signals
  without a handler, and of all others when the main thread does not come back from a C function within a second, or
  another process sends a second one.
- **A forked child that runs nothing measured leaves nothing**: where it ends by itself (`os._exit`, `os.exec*`,
  normally) or is made by `subprocess` to become another program, also with a `preexec_fn` (but for an instance of a
  class with `__call__`). It has a file in between, from the fork on, or it could lose counts; the file is as large as
  its parent's, since room is reserved before it is counted in. When such a child is killed, that file of zeros stays
  until `combine` takes it away.
- **Threads** count without a lock, whoever made them: `threading`, `_thread`, an executor, a C library that calls
  back.
- **Space**: a shard takes 8 bytes for each counter, 32 for each module and 48 for each place where an exception
  passed, and less than 64 KiB more (`tests/test_space.py`).
- **`combine`** has one shard at a time in memory, beside the sums of all modules; of each shard that it has read it
  keeps the name and the id, some 200 bytes. [benchmarks.md](benchmarks.md#combining-shards) has its speed.
- **Reports** that run beside `combine` say what they say without it.

Each row of the tables is a program that `tests/test_lossless.py` runs too; `python -m tests.lossless` writes this
page (CPython {version}). *Expected* and *found*: how often the loop in the code that all of them share was reached,
in all processes together.
"""


def main() -> None:
    """Write docs/lossless.md."""
    text = [PAGE.format(version=sys.version.split()[0])]
    for title, ways in (("Ways to start", STARTS), ("Ways to end", ENDS)):
        text.append(f"\n## {title}\n\n| | expected | found |\n|---|---|---|\n")
        for way in ways:
            if reason := cannot(way):
                text.append(f"| {way.name} | {way.loops} | not tried: {reason} |\n")
            else:
                with tempfile.TemporaryDirectory() as top:
                    found = measure(way, Project(Path(top)))
                text.append(f"| {way.name} | {way.loops} | {found.loops} |\n")
            print(text[-1], end="", flush=True)
    with tempfile.TemporaryDirectory() as top:
        text.append(damage.table(Project(Path(top))))
    print(text[-1])
    page = Path(__file__).resolve().parent.parent / "docs/lossless.md"
    page.write_text("".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
