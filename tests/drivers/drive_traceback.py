"""traceback and linecache: every kind of exception printed, chains, groups, notes, syntax errors, frames."""

import io

from _fresh import attempt, fresh

MODULES = ("linecache", "traceback")


class Loader:
    def get_source(self, name):
        if name == "lazier":
            raise ImportError(name)
        return "one\ntwo"


class Nasty(Exception):
    def __str__(self):
        raise RuntimeError("no str")


def recurse(n):
    return recurse(n - 1) if n else 1 / 0


def chained():
    try:
        try:
            {}["missing"]
        except KeyError as error:
            raise ValueError("second") from error
    except ValueError:
        raise RuntimeError("third\nline")  # noqa: B904


def grouped():
    raise ExceptionGroup("group", [ValueError(1), ExceptionGroup("inner", [KeyError("k"), TypeError()]), *(OSError(n) for n in range(20))])


def noted():
    error = ValueError("noted")
    error.add_note("a note\nof two lines")
    error.__notes__.append(3)
    raise error


def suppressed():
    try:
        exec("undefined_nmae", {"undefined_name": 1, "__builtins__": {}})
    except NameError:
        raise ImportError("x", name="y") from None


def looped():
    a, b = ValueError("a"), ValueError("b")
    a.__context__, b.__context__ = b, a
    raise a


def carets(a, b):
    return (a[0] + 1) * (
        a.nope(b)[1] / a["k" * 3]
    )


CASES = [lambda: recurse(8), chained, grouped, noted, suppressed, looped, lambda: carets([1], 2), lambda: carets("ab", 2), lambda: exec("x = = 1"), lambda: exec("def f(:\n  pass"), lambda: exec("  x"), lambda: int("x"), lambda: (_ for _ in ()).throw(Nasty()), lambda: open("/nonexistent"), lambda: "abc".uper(), lambda: __import__("nonexistent_module"), lambda: exec(compile("\n\n1/0", "gone.py", "exec"), {}), lambda: ([] + 5)]


def main():
    with fresh(MODULES) as (linecache, traceback):
        for case in CASES:
            try:
                case()
            except BaseException as error:
                text = "".join(traceback.format_exception(error))
                print(text.count("\n"), "".join(traceback.format_exception_only(error)).count("\n"), len(traceback.format_exception(error, limit=1)), len(traceback.format_exception(error, limit=-2, chain=False)))
                made = traceback.TracebackException.from_exception(error, capture_locals=True, limit=3)
                print(len("".join(made.format())) > 0, made == traceback.TracebackException.from_exception(error, capture_locals=True, limit=3), made == 3, len(str(made)))
                traceback.print_exception(error, file=io.StringIO())
                print([(frame.name, frame.lineno is not None) for frame in traceback.extract_tb(error.__traceback__)][-2:])
                traceback.clear_frames(error.__traceback__)
        print(attempt(traceback.format_exception, 3), attempt(traceback.format_exception, ValueError, 5), traceback.format_exception(None), traceback.format_exception_only(ValueError, None), traceback.print_exc(file=io.StringIO()), traceback.format_exc())
        stack = traceback.extract_stack(limit=1)
        print(len(stack), stack[-1].name, traceback.format_list(stack)[-1].count("\n"), traceback.format_list([("f", 1, "n", "line"), ("f", 1, "n", None)]), traceback.print_list(stack, io.StringIO()), len(traceback.format_stack(limit=1)), traceback.print_stack(limit=1, file=io.StringIO()), traceback.StackSummary.from_list([("f", 1, "n", "x")] * 9).format()[-1], repr(stack[-1])[:13], stack[-1][2], list(stack[-1])[2:3], stack[-1] == stack[-1], len(traceback.StackSummary.extract(traceback.walk_stack(None), limit=1, lookup_lines=False)))
        print(linecache.getline(__file__, 1), linecache.getline("nope", 1), linecache.getline(__file__, 99999), linecache.checkcache(), linecache.checkcache(__file__), linecache.lazycache("x", {"__name__": "q", "__loader__": None}), linecache.lazycache("<x>", {}), linecache.lazycache("lazy.py", {"__name__": "lazy", "__loader__": Loader()}), linecache.getline("lazy.py", 2), linecache.lazycache("lazier.py", {"__name__": "lazier", "__loader__": Loader()}), linecache.checkcache(), linecache.updatecache(""), len(linecache.getlines(__file__)) > 5, linecache.clearcache())


if __name__ == "__main__":
    main()
