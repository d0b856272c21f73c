"""inspect: signatures and their binding, source, members, frames, class trees."""

import functools
import sys

from _fresh import attempt, fresh

MODULES = ("inspect",)


class Base:
    """Base doc.

        indented
    """

    attribute: int = 1

    def method(self, a, /, b, *args, c: int = 1, **kw) -> str:
        """doc"""

    @classmethod
    def cls(cls, x=(1, 2)):
        pass

    @staticmethod
    def static(y):
        pass

    @property
    def prop(self):
        return 1


class Child(Base):
    __slots__ = ("s",)

    def method(self, a, /, b, *args, c: int = 1, **kw):
        return super().method(a, b)

    def __call__(self, z):
        pass


def generator(n: "int"):
    x = yield n
    yield x


async def coroutine():
    return 1


async def agen():
    yield 1


lam = lambda a, b=2: (a,  # noqa: E731
                      b)


class FewModules:
    """Stands for `sys`, without the modules that only who measures has loaded."""

    modules = {name: sys.modules[name] for name in ("builtins", "functools", "__main__")}

    def __getattr__(self, name):
        return getattr(sys, name)


def main():
    with fresh(MODULES) as (inspect,):
        inspect.sys = FewModules()
        things = [Base, Child, Child(), Base.method, Base().method, Base.cls, Base.static, Base.prop, generator, coroutine, agen, lam, functools.partial(lam, 1, b=3), len, int, print, dict.get, object, type, functools.partial(Base.method, None, 1), 3, generator(1), inspect]
        for thing in things:
            print(attempt(lambda thing=thing: str(inspect.signature(thing))), attempt(lambda thing=thing: len(inspect.getsource(thing)) > 0), attempt(inspect.getdoc, thing) is not None, attempt(inspect.getmodule, thing) is not None, attempt(inspect.getfile, thing).__class__.__name__, attempt(inspect.getcomments, thing),
                  [name for name in ("ismodule", "isclass", "isfunction", "ismethod", "isbuiltin", "isroutine", "isgeneratorfunction", "iscoroutinefunction", "isasyncgenfunction", "isgenerator", "isdatadescriptor", "isabstract", "isawaitable", "ismethoddescriptor") if getattr(inspect, name)(thing)])
        s = inspect.signature(Base.method)
        for args, kwargs in (((1, 2, 3), {}), ((1, 2, 3, 4, 5), {"c": 6, "d": 7}), ((1,), {}), ((), {"a": 1}), ((1, 2), {"b": 3}), ((1, 2), {"self": 3}), ((None, 1), {"b": 2})):
            print(attempt(lambda args=args, kwargs=kwargs: s.bind(*args, **kwargs)), attempt(lambda args=args, kwargs=kwargs: s.bind_partial(*args, **kwargs).arguments))
        bound = s.bind(None, 1, 2)
        bound.apply_defaults()
        print(bound, bound.args, bound.kwargs, bound == s.bind(None, 1, 2), s == inspect.signature(Child.method), hash(s) == hash(inspect.signature(Base.method)), s.replace(return_annotation=int), s.parameters["c"].replace(default=5), attempt(s.parameters["a"].replace, kind=9), attempt(s.parameters["args"].replace, default=1), repr(s.parameters["kw"]))
        P = inspect.Parameter
        print(attempt(inspect.Signature, [P("a", P.KEYWORD_ONLY), P("b", P.POSITIONAL_ONLY)]), attempt(inspect.Signature, [P("a", P.POSITIONAL_ONLY, default=1), P("b", P.POSITIONAL_ONLY)]), attempt(inspect.Signature, [P("a", 1), P("a", 1)]), attempt(P, "1", 1), attempt(P, "class", 1), attempt(P, 3, 1), attempt(P, "a", P.VAR_POSITIONAL, default=1))
        print(inspect.getfullargspec(Base.method), inspect.getfullargspec(lam), attempt(inspect.getfullargspec, 3), inspect.formatannotation(list[int]), inspect.getcallargs(lam, 1), attempt(inspect.getcallargs, lam), attempt(inspect.getcallargs, lam, 1, 2, 3), attempt(inspect.getcallargs, lam, q=1))
        print([name for name, _ in inspect.getmembers(Child, inspect.isfunction)], inspect.classify_class_attrs(Child)[-1].name, inspect.getclasstree([Base, Child]), inspect.getmro(Child), len(inspect.getmembers_static(Child())), inspect.getattr_static(Child(), "method", None) is Child.method, attempt(inspect.getattr_static, Child(), "nope"), inspect.getattr_static(Child, "s").__name__)
        g = generator(1)
        print(inspect.getgeneratorstate(g), next(g), inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g), g.close(), inspect.getgeneratorstate(g), attempt(inspect.getgeneratorlocals, 3))
        c = coroutine()
        print(inspect.getcoroutinestate(c), inspect.getcoroutinelocals(c), c.close(), inspect.getcoroutinestate(c))
        frame = inspect.currentframe()
        print(inspect.getframeinfo(frame, 3).function, inspect.getargvalues(frame).args, inspect.Traceback is not None, inspect.formatargvalues(*inspect.getargvalues(frame))[:2], attempt(inspect.getframeinfo, 3))
        try:
            raise ValueError
        except ValueError as error:
            print([info.lineno > 0 for info in inspect.getinnerframes(error.__traceback__)])
        print(inspect.cleandoc("a\n    b\n\n      c\n"), inspect.indentsize("\t a"), inspect.unwrap(functools.wraps(lam)(lambda: 0)) is lam, inspect.getblock(["def f():\n", "    pass\n", "\n", "x = 1\n"]), attempt(inspect.getsourcelines, len), inspect.isabstract(Base), inspect.get_annotations(generator, eval_str=True), attempt(inspect.get_annotations, 3), inspect.getmodulename("a/b.py"))
        del frame


if __name__ == "__main__":
    main()
