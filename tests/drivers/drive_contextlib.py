"""contextlib: every manager, with and without exceptions; exit stacks, async ones too."""

import io

from _fresh import attempt, fresh

MODULES = ("contextlib",)


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def main():
    with fresh(MODULES) as (contextlib,):
        log = []

        @contextlib.contextmanager
        def manager(name, mode=""):
            log.append(f"enter {name}")
            try:
                if mode == "none":
                    return
                yield name
                if mode == "twice":
                    yield name
            except ValueError as error:
                log.append(f"caught {error}")
                if mode == "again":
                    yield
                if mode == "other":
                    raise KeyError from error
                if mode == "same":
                    raise
                if mode == "stop":
                    raise StopIteration
            finally:
                log.append(f"exit {name}")

        def use(mode, error=None):
            with manager("m", mode) as value:
                if error:
                    raise error
            return value

        for mode in ("", "none", "twice", "again", "other", "same", "stop"):
            for error in (None, ValueError(1), StopIteration(2), KeyboardInterrupt() if False else RuntimeError(3)):
                print(mode, attempt(use, mode, error))

        @manager("decorating")
        def decorated():
            return log[-1]

        print(decorated(), decorated())

        class Thing:
            def close(self):
                log.append("closed")

        with contextlib.closing(Thing()), contextlib.suppress(KeyError, ValueError), contextlib.nullcontext(5) as five:
            {}[five]
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out), contextlib.chdir("."):
            print("hidden")

        def stacked(*errors):
            with contextlib.ExitStack() as stack:
                stack.enter_context(manager("one"))
                stack.callback(log.append, "callback")
                stack.push(lambda *exc: bool(exc[0] and issubclass(exc[0], KeyError)))
                stack.push(manager("pushed"))
                for error in errors:
                    stack.callback(self_raise, error)
                if errors:
                    raise errors[0]
                return stack.pop_all().close()

        def self_raise(error):
            raise error

        print(attempt(stacked), attempt(stacked, ValueError("v")), attempt(stacked, KeyError("k"), RuntimeError("r")), attempt(stacked, OSError("o"), KeyError("k")), attempt(contextlib.ExitStack().enter_context, 3), attempt(contextlib.ExitStack().push, 3))

        @contextlib.asynccontextmanager
        async def amanager(mode=""):
            try:
                yield mode
            except ValueError:
                if mode == "raise":
                    raise
                log.append("async caught")

        class AThing:
            async def aclose(self):
                log.append("aclosed")

        async def ause(mode, error=None):
            async with amanager(mode) as value, contextlib.aclosing(AThing()), contextlib.nullcontext():
                if error:
                    raise error
            return value

        async def astacked(error=None):
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(amanager())
                stack.push_async_callback(ause, "")
                stack.push_async_exit(amanager("x"))
                stack.enter_context(manager("sync"))
                if error:
                    raise error
            return len(log)

        @amanager("decorated")
        async def adecorated():
            return 1

        for error in (None, ValueError(), KeyError()):
            print(attempt(run, ause("", error)), attempt(run, ause("raise", error)), attempt(run, astacked(error)))
        print(run(adecorated()), issubclass(Thing, contextlib.AbstractContextManager), isinstance(manager("x"), contextlib.AbstractContextManager), len(log))

        def suppressing(error):
            with contextlib.suppress(ValueError):
                raise error

        print(attempt(suppressing, ExceptionGroup("g", [ValueError(1)])), attempt(suppressing, ExceptionGroup("g", [ValueError(1), KeyError(2)])))


if __name__ == "__main__":
    main()
