"""Greenlets, event loops, threads, signal handlers and subinterpreters: the same program, and exact counts."""

from __future__ import annotations

import sys

import pytest

from tests.alike import MODES, alike, lines
from tests.packages import python_path
from tests.project import FREE_THREADED, Project

GEVENT = ("gevent==26.9.0",)
WORK = """\
import contextlib
def work(n, pause):
    total = 0
    for i in range(n):
        try:
            if i % 3 and i % 2:
                total += pause(i) or 1
            else:
                with contextlib.suppress(ZeroDivisionError):
                    total += 1 // (i % 2)
        finally:
            total += 0
    return total
"""


def expected(calls: int, n: int) -> dict[int, int]:
    """Give some counts of WORK after so many calls of work(n)."""
    odd = sum(bool(i % 3 and i % 2) for i in range(n))
    return {3: calls, 5: calls * n, 7: calls * odd, 10: calls * (n - odd), 12: calls * n, 13: calls}


def assert_counts(project: Project, calls: int, n: int) -> None:
    counts = lines(project, "mod.py")
    wanted = expected(calls, n)
    assert {line: counts[line] for line in wanted} == wanted
    hits = lines(project, "mod.py", "hits")
    assert all(hits[line] == 1 for line in wanted)


GREENLETS = """
    import greenlet, mod, sys, threading
    def pause(i):
        greenlet.getcurrent().parent.switch(i)
        return sys._getframe(1).f_lineno
    workers = [greenlet.greenlet(mod.work) for _ in range(20)]
    order = []
    for one in workers: order.append(one.switch(7, pause))
    while any(not one.dead for one in workers):
        for one in workers:
            if not one.dead: order.append(one.switch())
    print(order)
    class Stop(Exception): pass
    def stops(i): raise Stop(greenlet.getcurrent().parent.switch(i))
    thrown = greenlet.greenlet(mod.work)
    print(thrown.switch(7, stops))
    try:
        thrown.switch("back")
    except Stop as error:
        trace = error.__traceback__
        while trace: print(trace.tb_lineno, trace.tb_frame.f_code.co_name); trace = trace.tb_next
    left = greenlet.greenlet(mod.work); left.switch(7, pause)
    print(left.gr_frame.f_lineno, left.gr_frame.f_back.f_lineno if left.gr_frame.f_back else None)
    left.throw(KeyError) if False else left.throw()
    print(left.dead)
    seen = []
    greenlet.settrace(lambda event, places: seen.append(event))
    again = greenlet.greenlet(mod.work); again.switch(2, pause); greenlet.settrace(None)
    print(seen)
"""


@pytest.mark.slow
def test_greenlet(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write("app.py", GREENLETS)
    plain = alike(project, "app.py", PYTHONPATH=python_path(*GEVENT))
    assert plain.status == 0, plain.errors
    counts = lines(project, "mod.py")
    assert counts[3] == 23
    assert counts[13] == 20


@pytest.mark.slow
def test_gevent(project: Project) -> None:
    """Monkey-patched threads, sockets and time-outs on one loop."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        from gevent import monkey; monkey.patch_all()
        import gevent, gevent.pool, gevent.queue, mod, socket, threading, time
        def pause(i): time.sleep(0)
        jobs = [gevent.spawn(mod.work, 7, pause) for _ in range(200)]
        gevent.joinall(jobs, raise_error=True)
        print({job.value for job in jobs})
        threads = [threading.Thread(target=mod.work, args=(7, pause)) for _ in range(50)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(sum(gevent.pool.Pool(9).map(lambda n: mod.work(7, pause), range(50))))
        server = socket.create_server(("127.0.0.1", 0))
        def serve():
            for _ in range(5):
                one, _ = server.accept()
                with one: one.sendall(one.recv(9)[::-1])
        def ask(n):
            with socket.create_connection(server.getsockname()) as one:
                one.sendall(b"%d-x" % n); return one.recv(9)
        gevent.spawn(serve)
        print([job.get() for job in [gevent.spawn(ask, n) for n in range(5)]])
        try:
            with gevent.Timeout(0.01): mod.work(7, lambda i: time.sleep(9))
        except gevent.Timeout as error:
            trace = error.__traceback__
            while trace:
                if trace.tb_frame.f_code.co_filename.endswith("mod.py"): print(trace.tb_lineno)
                trace = trace.tb_next
        stuck = gevent.spawn(mod.work, 7, lambda i: time.sleep(9)); gevent.sleep(0); stuck.kill(); print(stuck.value)
        """,
    )
    plain = alike(project, "app.py", PYTHONPATH=python_path(*GEVENT))
    assert plain.status == 0, plain.errors
    counts = lines(project, "mod.py")
    assert (counts[3], counts[13], counts[5]) == (302, 300, 2100 + 4)


def test_ten_thousand_tasks(project: Project) -> None:
    project.write(
        "app.py",
        """
        import asyncio, contextvars, sys
        number = contextvars.ContextVar("number")
        class Manager:
            async def __aenter__(self): await asyncio.sleep(0); return self
            async def __aexit__(self, *_): await asyncio.sleep(0)
        async def ticks(n):
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        async def job(n):
            number.set(n)
            found = 0
            async with Manager():
                async for i in ticks(3):
                    found += i if number.get() == n else 1000
            if n % 1000 == 1:
                raise KeyError(n)
            return found
        async def main():
            tasks = [asyncio.create_task(job(n)) for n in range(10_000)]
            for each in tasks[::100]: each.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            print(sum(each for each in found if isinstance(each, int)))
            print([sum(isinstance(each, kind) for each in found) for kind in (KeyError, asyncio.CancelledError)])
            if sys.version_info >= (3, 11):
                try:
                    async with asyncio.TaskGroup() as group:
                        for n in range(5): group.create_task(job(n))
                except* KeyError as errors:
                    print(errors.exceptions)
        asyncio.run(main())
        """,
    )
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    counts = lines(project, "app.py")
    assert (counts[12], counts[18], counts[16]) == (9905, 11, 9905 * 3)


THREADS = """
    import sys, threading, time
    sys.setswitchinterval(1e-6)
    go, made = threading.Event(), []
    def early():
        go.wait()
        for _ in range(30): made[0](7, lambda i: None)
    running = [threading.Thread(target=early) for _ in range(8)]
    for one in running: one.start()
    {start}
    import mod
    made.append(mod.work); go.set()
    late = [threading.Thread(target=lambda: [mod.work(7, lambda i: None) for _ in range(30)]) for _ in range(8)]
    for one in late: one.start()
    for one in running + late: one.join()
"""


def test_threads_under_a_tiny_switch_interval(project: Project) -> None:
    """Threads that started before the module was there, and threads that started afterwards."""
    project.write("mod.py", WORK)
    project.write("app.py", THREADS.format(start=""))
    alike(project, "app.py")
    assert_counts(project, 16 * 30, 7)


@pytest.mark.parametrize("mode", MODES)
def test_threads_that_start_before_blockcov(project: Project, mode: str) -> None:
    """What they run of a module that is imported afterwards counts as that of others."""
    project.write("mod.py", WORK)
    start = f"import blockcov; coverage = blockcov.Coverage(data_dir={mode!r}, mode={mode!r}); coverage.start()"
    project.write("app.py", THREADS.format(start=start))
    result = project.python("app.py")
    assert (result.status, result.errors) == (0, "")
    counts = lines(project, "mod.py", mode)
    wanted = expected(16 * 30, 7)
    assert {line: counts[line] for line in wanted} == (wanted if mode == "counts" else dict.fromkeys(wanted, 1))


def test_signal_handlers(project: Project) -> None:
    """They run between any two instructions, raise in loops and handlers, and wake what waits."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import mod, os, signal, sys, threading, time
        hits = []
        def handler(number, frame):
            hits.append(frame.f_lineno > 0)
            mod.work(3, lambda i: None)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        while len(hits) < 100:
            mod.work(7, lambda i: None)
            for i in range(50):
                try: int("x")
                except ValueError: pass
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(all(hits))
        class Stop(Exception): pass
        def stop(number, frame): raise Stop
        signal.signal(signal.SIGALRM, stop)
        def endless():
            n = 0
            while True:
                n += 1
        def nested():
            try:
                while 1: pass
            except Stop:
                signal.setitimer(signal.ITIMER_REAL, 0.005)
                for n in iter(int, 1):
                    if n: continue
        def waits(): threading.Event().wait()
        for function in endless, nested, waits:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            try:
                function()
            except Stop as error:
                trace = error.__traceback__
                print(function.__name__, trace.tb_next.tb_frame.f_code.co_name, error.__context__)
        signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"usr1\\n"))
        os.kill(os.getpid(), signal.SIGUSR1)
        print(signal.sigtimedwait([signal.SIGUSR2], 0.001), signal.getsignal(signal.SIGUSR1).__name__)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); os.kill(os.getpid(), signal.SIGUSR2)
        print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))
        """,
    )
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    counts, app = lines(project, "mod.py"), lines(project, "app.py")
    # The lambda on the line of the call is called twice in work(7), once in work(3).
    assert counts[3] == counts[13] == app[10] // 3 + app[6] // 2
    assert counts[5] == 7 * app[10] // 3 + 3 * app[6] // 2


INTERPRETERS = """
    import mod, os, sys, threading
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    text = '''
    import sys
    sys.path.insert(0, {path!r})
    import mod, os, dis, types
    class Odd(Exception): pass
    def f(n):
        try:
            raise Odd(n)
        except Odd as error:
            return error.__traceback__.tb_lineno, error.__traceback__.tb_lasti, mod.work(n, lambda i: None)
    found = f(5), f.__code__.co_code == bytes(f.__code__.co_code), f.__code__.replace(co_name="x").co_name
    hits = []
    sys.settrace(lambda *_: hits.append(1)); f(1); sys.settrace(None)
    made = types.FunctionType(compile("seen = 1 + 1", mod.__file__, "exec"), dict())
    made(); made.__code__ = compile("seen = 2", mod.__file__, "exec"); made()
    os.write(WRITER, repr((found, len(hits), made.__globals__["seen"])).encode() + b"|")
    '''
    reader, writer = os.pipe()
    text = text.replace("WRITER", str(writer))
    def job():
        for _ in range(3):
            one = interpreters.create()
            interpreters.run_string(one, text)
            interpreters.destroy(one)
    job()
    other = threading.Thread(target=job); other.start()
    for _ in range(50): mod.work(7, lambda i: None)
    other.join()
    print(sorted(os.read(reader, 99999).split(b"|")))
    mod.work(7, lambda i: None)
    module = compile(open("mod.py").read(), "mod.py", "exec")
    print([mod.work.__code__.co_code == each.co_code for each in module.co_consts if hasattr(each, "co_code")])
"""


def test_subinterpreters(project: Project) -> None:
    """They run unmeasured, while the main one counts on, also in other threads."""
    project.write("mod.py", WORK)
    path = project.write("app.py", INTERPRETERS)
    path.write_text(path.read_text().replace("{path!r}", repr(str(project.path))))
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    assert plain.text.count("(((") == 6
    counts = lines(project, "mod.py")
    assert counts[3] == 51
    assert FREE_THREADED or counts[5] == 51 * 7


@pytest.mark.skipif(sys.version_info < (3, 13), reason="before 3.13 other interpreters take no functions")
def test_functions_sent_to_other_interpreters(project: Project) -> None:
    """They are asked for what they return, and marshalled, as CPython compiled them."""
    project.write(
        "app.py",
        """
        import _interpreters
        def script():
            import sys
            print("there", [n for n in range(3) if n or n > 1], flush=True)
        def returns(): return 5
        def takes(n): pass
        def encloses():
            return lambda: reader
        reader = 1
        module = compile("print(3, flush=True)", "x", "exec")
        calls = [
            lambda one, sent: _interpreters.exec(one, sent),
            lambda one, sent: _interpreters.exec(id=one, code=sent),
            lambda one, sent: _interpreters.run_func(one, func=sent),
        ]
        for sent in script, script.__code__, returns, takes, lambda: None, encloses(), module:
            for call in calls:
                one = _interpreters.create()
                try:
                    print(call(one, sent), flush=True)
                except Exception as error:
                    print(type(error).__name__, str(error).partition(" at 0x")[0], flush=True)
                _interpreters.destroy(one)
        script()
        """,
    )
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    assert plain.text.count("there [1, 2]") >= 4
    assert lines(project, "app.py")[4] == 1


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12), reason="3.12 has it where nobody can write; see docs/transparency.md"
)
@pytest.mark.parametrize("options", [(), ("-P",), ("-I",)], ids=["plain", "safe_path", "isolated"])
def test_first_path_of_subinterpreters(project: Project, options: tuple[str, ...]) -> None:
    """As that of the main one: the script's directory."""
    project.write(
        "app.py",
        """
        import os, sys
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        interpreters.run_string(interpreters.create(), "import sys; print(sys.path, flush=True)")
        """,
    )
    alike(project, "app.py", interpreter=options)
