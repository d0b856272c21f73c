"""Signals that end a process: what ran counts, what did not run does not, and the program sees no handler of ours."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.project import Project

DEADLY = [
    getattr(signal, "SIG" + name)
    for name in ["TERM", "HUP", "ALRM", "VTALRM", "USR1", "USR2", "QUIT", "XCPU", "IO", "PWR", "STKFLT"]
    if hasattr(signal, "SIG" + name)  # STKFLT: new in 3.11
]


def started(project: Project, program: str) -> subprocess.Popen[bytes]:
    """Start a program under blockcov, and wait for its first line of output."""
    project.write("app.py", program)
    process = subprocess.Popen(
        [sys.executable, "-m", "blockcov", "run", "app.py"],
        cwd=project.path,
        env=project.environment,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize(
    ("number", "mode"),
    [*((number, "counts") for number in DEADLY), (signal.SIGTERM, "hits")],
    ids=lambda value: getattr(value, "name", value),
)
def test_rest_of_the_block_does_not_count(project: Project, number: signal.Signals, mode: str) -> None:
    head = f"import os, signal; signal.signal({number}, signal.SIG_DFL)"  # nohup may have it ignored
    project.write("app.py", f"{head}\ndef f():\n    a = 1\n    os.kill(os.getpid(), {number})\n    b = 2\nf()\nc = 3\n")
    assert project.python("app.py").status == -number
    assert project.blockcov("run", "--mode", mode, "app.py").status == -number
    assert project.counts("app.py") == {1: 1, 2: 1, 3: 1, 4: 1, 5: 0, 6: 1, 7: 0}


@pytest.mark.parametrize(
    "wait",
    [
        "time.sleep(60)",
        "while True: pass",
        "threading.Event().wait()",
        "subprocess.run(['sleep', '2'])",
    ],
    ids=["sleep", "loop", "event", "subprocess"],
)
def test_whatever_the_main_thread_waits_for(project: Project, wait: str) -> None:
    head = "import subprocess, threading, time\nprint('ready', flush=True)\n"
    process = started(project, f"{head}{wait}\nx = 1\n")
    wait_for_main_thread(process, user=wait.startswith("while"))
    process.terminate()
    assert process.wait(timeout=20) == -signal.SIGTERM
    counts = project.counts("app.py")
    assert counts[2] == 1
    assert not counts.get(4)


def wait_for_main_thread(process: subprocess.Popen[bytes], user: bool) -> None:
    """Wait until the main thread sleeps in a system call, or until it computes (`user`) behind what it printed."""
    begin: int | None = None
    while process.poll() is None:
        # proc(5): behind the name come the state and, eleven fields later, the clock ticks in user mode.
        state, *fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[10])
        begin = ticks if begin is None else begin
        if ticks >= begin + 2 if user else state == "S":
            return
        time.sleep(0.001)


def test_forked_child(project: Project) -> None:
    project.write(
        "app.py",
        """
        import os, time; here, there = os.pipe()
        child = os.fork()
        if not child:
            os.write(there, b"x"); time.sleep(60)
            x = 1
        os.read(here, 1)
        os.kill(child, 15)
        assert os.waitpid(child, 0)[1] == 15
        """,
    )
    project.run("app.py")
    assert project.counts("app.py") == {2: 1, 3: 1, 4: 2, 5: 1, 6: 0, 7: 1, 8: 1, 9: 1}


def test_main_thread_that_does_not_come_back(project: Project) -> None:
    """The process ends all the same, as after SIGKILL."""
    process = started(project, "print('ready', flush=True)\nx = sum(range(10 ** 13))\n")
    wait_for_main_thread(process, user=True)
    begin = time.monotonic()
    process.terminate()
    assert process.wait(timeout=20) == -signal.SIGTERM
    assert time.monotonic() - begin > 0.5
    assert project.counts("app.py")[2] == 1


def test_second_signal_does_not_wait(project: Project) -> None:
    process = started(project, "print('ready', flush=True)\nx = sum(range(10 ** 13))\n")
    wait_for_main_thread(process, user=True)
    begin = time.monotonic()
    while process.poll() is None:
        process.terminate()
    assert process.returncode == -signal.SIGTERM
    assert time.monotonic() - begin < 0.9


def test_handlers_are_the_programs_own(project: Project) -> None:
    project.write(
        "app.py",
        """
        import os, signal, sys
        def mine(number, frame):
            print("mine", number, flush=True)
        for number in map(int, sys.argv[1].split()):
            print(repr(signal.getsignal(number)))
            print(repr(signal.signal(number, mine)), signal.getsignal(number) is mine)
            signal.raise_signal(number)
            print(signal.signal(number, signal.SIG_IGN) is mine)
            signal.raise_signal(number)
            print(repr(signal.signal(number, signal.SIG_DFL)), repr(signal.getsignal(number)))
        for wrong in ("x", mine), (0, mine), (signal.SIGKILL, mine), (signal.SIGTERM, "x"):
            try:
                signal.signal(*wrong)
            except (TypeError, ValueError, OSError) as error:
                print(type(error), error)
        signal.raise_signal(signal.SIGTERM)
        print("not reached")
        """,
    )
    numbers = " ".join(str(int(number)) for number in DEADLY)
    plain = project.python("app.py", numbers)
    measured = project.blockcov("run", "app.py", numbers)
    assert plain.status == measured.status == -signal.SIGTERM
    assert plain.text == measured.text
    assert project.counts("app.py")[18] == 0


@pytest.mark.parametrize(
    "program",
    [
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\ntime.sleep(60)",
        "signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)\nwhile time: pass",
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nwhile time: pass",
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\nwhile time: pass",
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 2)); os.kill(os.getpid(), signal.SIGXCPU)\ntime.sleep(60)",
        "threading.Thread(target=signal.raise_signal, args=(signal.SIGUSR1,)).start()\ntime.sleep(60)",
        "print(subprocess.run('kill -USR2 $$', shell=True).returncode)",
        "signal.signal(signal.SIGQUIT, signal.SIG_DFL)\nos.execlp('sh', 'sh', '-c', 'kill -QUIT $$')",
        "faulthandler.register(signal.SIGUSR1, chain=True); os.kill(os.getpid(), signal.SIGUSR1)\ntime.sleep(60)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.kill(os.getpid(), signal.SIGUSR1)\n"
        "print(signal.sigwait([signal.SIGUSR1]))",
        "hit = []; signal.setitimer(signal.ITIMER_REAL, 0.05)\nsignal.signal(14, lambda *_: hit.append(1))\n"
        "while not hit: pass\nprint(hit)",
        "import _thread; [_thread.interrupt_main(each) for each in (signal.SIGTERM, signal.SIGALRM)]; print('goes on')",
        "threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGALRM)).start()\nthreading.Event().wait()",
    ],
)
def test_programs_that_use_signals(project: Project, program: str) -> None:
    """They end as they do in plain Python; a line that waits for the end is the last one that counts."""
    head = "import faulthandler, os, resource, signal, subprocess, sys, threading, time\n"
    project.write("app.py", head + program + "\nx = 1\n")
    plain = project.python("app.py")
    measured = project.blockcov("run", "app.py")
    assert (plain.status, plain.out) == (measured.status, measured.out)
    counts = project.counts("app.py")
    last = max(counts)
    assert counts[last] == (plain.status == 0)
    assert counts[2] >= 1


def test_ignored_stays_ignored(project: Project) -> None:
    """As nohup does it."""
    project.write("app.py", "import os, signal\nos.kill(os.getpid(), signal.SIGHUP)\nprint(signal.getsignal(1))\n")
    done = subprocess.run(
        ["nohup", sys.executable, "-m", "blockcov", "run", "app.py"],
        cwd=project.path,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert done.stdout.split() in ([b"1"], [b"Handlers.SIG_IGN"])


@pytest.mark.parametrize("start", ["None", "lambda: None"], ids=["plain", "preexec_fn"])
def test_child_that_is_terminated_at_once(project: Project, start: str) -> None:
    """Whether it is another program already or not."""
    program = f"""
        import subprocess
        for number in range(20):
            child = subprocess.Popen(["sleep", "60"], preexec_fn={start})
            child.terminate()
            assert child.wait(timeout=20) == -15
        """
    project.write("app.py", program)
    assert project.run("app.py").status == 0
