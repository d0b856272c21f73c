"""What copies, writes, compares or rewrites code objects and sources works on measured code as on any other."""

from __future__ import annotations

import re

import pytest

from tests.alike import MODES, alike, lines
from tests.odd_functions import MODULE
from tests.packages import python_path
from tests.project import Project

CLOUDPICKLE = "cloudpickle==3.1.2"
EXECUTING = ("executing==2.3.0", "varname==1.0.0")
ATTRS = "attrs==26.1.0"
JINJA2 = "jinja2==3.1.6"
HYPOTHESIS = "hypothesis==6.170.15"


@pytest.mark.parametrize("mode", MODES)
def test_cloudpickle_to_a_process_without_blockcov(project: Project, mode: str) -> None:
    """Closures, classes and generators run there, uncounted, and give the same."""
    path = python_path(CLOUDPICKLE)
    project.write(
        "ship.py",
        """
        import cloudpickle, contextlib, pickle, sys
        base = 10
        def make(k):
            def inner(n):
                try:
                    return [base + k // (i - 2) if i % 2 else -i for i in range(n)]
                except ZeroDivisionError as error:
                    return str(error)
                finally:
                    pass
            def steps(n):
                for i in range(n):
                    with contextlib.suppress(KeyError):
                        yield i, inner(i)
            class Thing:
                def __init__(self, n): self.n = n
                @property
                def value(self): return list(steps(self.n))
                async def later(self): return self.n
            return inner, steps, Thing
        made = make(7)
        def use(made):
            import asyncio
            inner, steps, thing = made
            return inner(5), list(steps(4)), thing(3).value, asyncio.run(thing(2).later())
        print(use(made))
        for _ in range(int(sys.argv[1])): use(made)
        with open("shipped", "wb") as file:
            cloudpickle.dump((made, use), file)
        again, use_again = pickle.loads(cloudpickle.dumps((made, use)))
        print(use_again(again))
        """,
    )
    project.write("load.py", "import pickle\nmade, use = pickle.load(open('shipped', 'rb'))\nprint(use(made))\n")
    for times in "0", "40":
        result = project.blockcov("run", "--mode", mode, "ship.py", times, PYTHONPATH=path)
        assert result.status == 0, result.errors
        first, second = result.text.splitlines()
        loaded = project.python("load.py", PYTHONPATH=path)
        assert (loaded.text.splitlines(), loaded.errors) == ([first], "")
        assert first == second
    counts = project.counts("ship.py")
    assert counts[6] == (42 * 8 if mode == "counts" else 1)


def test_executing_and_varname(project: Project) -> None:
    """They find the node that runs by comparing bytecode, and the name that is assigned to."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import ast, sys, executing, mod, varname
        def shown(depth=1):
            found = executing.Source.executing(sys._getframe(depth))
            return found.node and ast.unparse(found.node), found.code_qualname(), len(found.statements or ())
        def looks(*_): return shown(2)
        class Odd:
            def __add__(self, other): return shown(2)
            def __getitem__(self, key): return shown(2)
            def __getattr__(self, name): return shown(2)
            def __lt__(self, other): return shown(2)
            def __enter__(self): return shown(2)
            def __exit__(self, *_): print(shown(2))
            def __iter__(self): yield shown(2)
            def __call__(self, *_): return shown(2)
        odd = Odd()
        def f(n):
            if n and looks(1) and (looks(2) or looks(3)):
                print(looks(n if n else looks(4)), looks(looks(5)), odd + 1, odd[n], odd.x, odd < n, odd(1))
            with odd as got: print(got, [looks(i) for i in range(2)])
            for each in odd: print(each)
            try:
                raise ValueError(looks(6))
            except ValueError as error:
                return error, (lambda: looks(7))(), [odd.y for _ in "a"]
            finally:
                print(looks(8))
        for _ in range(3): print(f(1))
        def made(): return varname.varname()
        def shows(arg, *rest): return varname.argname("arg"), varname.argname("rest")
        one = made(); two = three = made()
        class Body: four = made()
        print(one, two, Body.four, shows(one), shows(mod.run, one, two))
        def nested(): five = made(); return five, varname.nameof(five)
        print(nested())
        """,
    )
    plain = alike(project, "app.py", steady=_no_addresses, PYTHONPATH=python_path(*EXECUTING))
    assert plain.status == 0, plain.errors
    assert plain.text.count("looks(7)") == 3
    assert lines(project, "app.py")[18] == 3


def _no_times(text: bytes) -> bytes:
    return re.sub(rb"in [0-9.]+s|0x[0-9a-f]+", b"", text)


def _no_addresses(text: bytes) -> bytes:
    return re.sub(rb"0x[0-9a-f]+", b"0x", text)


SLOTS = """
    import dataclasses, functools, inspect, pickle, weakref
    {imports}
    @{decorate}
    class Point:
        x: int
        y: int = 2
        {post}
            if self.x > self.y:
                self.x = self.y
        def norm(self):
            return self.x if self.y else super().__repr__()
        def where(self): return __class__
        @functools.cached_property
        def cached(self): return 1
        @property
        def double(self): return self.x * 2
        @classmethod
        def made(cls): return cls(1)
        @staticmethod
        def fixed(): return 3
    class Sub(Point):
        def norm(self): return super().norm() + 1
    points = [Point(1), Point(3), Point(5, 0), Sub(4), Point.made()]
    print(points, [each.norm() if each.y else 0 for each in points])
    print([each.where() for each in points], points[0].fixed())
    print(points[0] == points[4], sorted(each.x for each in points), Point.__slots__, inspect.signature(Point))
    for wrong in "z", "__dict__", "cached":
        try:
            print(getattr(points[0], wrong))
        except (AttributeError, TypeError) as error:
            print(type(error).__name__)
    print(inspect.getsource(Point.norm), inspect.getsource(Point)[:80], points[1].double)
    for made in Point.__init__, Point.__eq__, Point.__repr__:
        print(made.__qualname__, made.__code__.co_filename.split("-")[0])
        print(list(made.__code__.co_lines())[-1][2] is not None)
    again = pickle.loads(pickle.dumps(points)); print(again == points)
"""


@pytest.mark.parametrize("library", ["dataclasses", "attrs"])
def test_slots(project: Project, library: str) -> None:
    """Classes that are made anew have their methods' `__class__` cells and code exchanged."""
    own = library == "dataclasses"
    text = SLOTS.format(
        imports="" if own else "import attrs",
        decorate="dataclasses.dataclass(slots=True)" if own else "attrs.define(slots=True)",
        post="def __post_init__(self):" if own else "def __attrs_post_init__(self):",
    )
    if own:
        text = text.replace("@functools.cached_property", "@property")
    project.write("app.py", text)
    plain = alike(project, "app.py", PYTHONPATH="" if own else python_path(ATTRS))
    assert plain.status == 0, plain.errors
    counts = lines(project, "app.py")
    assert [counts[line] for line in (9, 10, 12)] == [5, 3, 4]


def test_jinja2(project: Project) -> None:
    """Templates are compiled under their own names; errors in them have the template's lines."""
    project.write(
        "templates/page.html",
        "{% macro row(item) %}\n<li>{{ item.name }}</li>\n{% endmacro %}\n{% for item in items %}\n"
        "  {%- if item.price > 2 and item.name %}\n  {{ row(item) }}\n"
        "  {%- else %}\n  {{ 6 // item.price }}\n  {%- endif %}\n"
        "{% endfor %}\n{{ missing.attribute }}\n",
    )
    project.write(
        "app.py",
        """
        import jinja2, sys, traceback
        environment = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"), auto_reload=False)
        template = environment.get_template("page.html")
        def fails(**values):
            try:
                print(template.render(values))
            except Exception:
                traceback.print_exc(file=sys.stdout)
        items = [{"name": "a", "price": price} for price in (1, 2, 3)]
        for _ in range(3):
            fails(items=items, missing={}), fails(items=items), fails(items=[{"name": "b", "price": 0}]), fails(items=3)
        print(template.make_module({"missing": {}}).row({"name": "x"}))
        print(environment.from_string("{% for i in x %}{{ loop.index }}{% endfor %}").render(x="ab"))
        try:
            environment.from_string("a\\n{% if %}").render()
        except jinja2.TemplateSyntaxError as error:
            traceback.print_exc(file=sys.stdout)
        print(list(template.generate(items=items, missing={})), template.get_corresponding_lineno(20) > 0)
        """,
    )
    path = python_path(JINJA2)
    plain = alike(project, "app.py", PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    assert plain.text.count('page.html", line 8, in top-level template code') == 3
    assert plain.text.count('page.html", line 11, in top-level template code') == 3
    assert lines(project, "app.py")[6] == 12
    assert project.json("--data-dir", "counts")["files"].keys() == {"app.py"}  # no template is Python
    measured = alike(project, "app.py", options=("--source", "jinja2", "--source", "."), PYTHONPATH=path)
    assert measured.text == plain.text


def test_hypothesis(project: Project) -> None:
    """The same examples, the same shrinking: it looks at which lines a failing example passes."""
    project.write(
        "test_app.py",
        """
        from hypothesis import given, note, seed, settings, strategies as st
        def grade(n, words):
            if n > 10 and words:
                raise ValueError(words[0])
            return [word for word in words if word] if n % 2 else n / (n - 12)
        @seed(1)
        @settings(database=None, max_examples=60, deadline=None)
        @given(st.integers(), st.lists(st.text(max_size=3)))
        def test_grade(n, words):
            note(repr(n))
            grade(n, words)
        @seed(2)
        @settings(database=None, max_examples=30, deadline=None)
        @given(st.data())
        def test_data(data):
            n = data.draw(st.integers(0, 50))
            assert grade(n, []) is not None and n != 33
        """,
    )
    path = python_path(HYPOTHESIS, "pytest==8.3.5")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_app.py")
    plain = alike(project, *words, steady=_no_times, PYTHONPATH=path)
    assert plain.status == 1
    assert "Failing test case" in plain.text or "Falsifying example" in plain.text
    assert lines(project, "test_app.py")[4] > 40


def test_assertion_rewriting(project: Project) -> None:
    """What pytest says of a failed assertion, and where."""
    project.write(
        "test_app.py",
        """
        import pytest
        def f(n):
            return {"a": [1, n], "b": n}
        class Odd:
            def __eq__(self, other): return False
            def __repr__(self): return "odd"
        @pytest.mark.parametrize("n", [1, 2, 3])
        def test_compare(n):
            found = f(n)
            assert found["a"] == [1, 2] and (
                n < 3 or all(each > 2
                             for each in found["a"])), f"with {n}"
        def test_chain(): assert 1 < f(3)["b"] < 2
        def test_call(): assert not Odd() == Odd(), "fine"; assert Odd() == f(2)
        def test_in():
            with pytest.raises(KeyError) as caught:
                f(1)["c"]
            assert "d" in str(caught.value) or caught.traceback[0].lineno == 7, caught.traceback
        def test_walrus(): assert (x := f(1)["b"]) == 2 or x is None
        async def not_run(): assert 0
        """,
    )
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "--showlocals", "test_app.py")
    plain = alike(project, *words, steady=_no_times)
    assert "5 failed, 2 passed" in plain.text or plain.text.count("failed") >= 1, plain.text
    counts = lines(project, "test_app.py")
    assert [counts[line] for line in (4, 10)] == [7, 3]
