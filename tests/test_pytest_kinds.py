"""All that pytest runs is counted: held against `coverage run --branch -m pytest` on the same project."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.project import Project
from tests.test_pytest_plugin import run_pytest

pytestmark = pytest.mark.once("run")

FILES = {
    "lib/shop.py": '''
        """A shop.

        >>> price(1)
        1
        >>> [price(n) for n in (4, 5)]
        [8, 10]
        """
        def price(n):
            if n > 3:
                return 2 * n
            return n


        def described(n):
            """
            >>> described(1)
            'few'
            """
            return "many" if n > 3 else "few"


        class Cart:
            def __init__(self):
                self.items = []

            def add(self, item):
                if item is None:
                    raise ValueError("nothing")
                self.items.append(item)
                return self


        def not_tested():
            return 1
        ''',
    "lib/checks.py": """
        def is_price(value, limit):
            assert value > 0 and value < limit, (
                f"not a price: {value}"
            )
            return True
        """,
    "conftest.py": """
        import pytest
        pytest.register_assert_rewrite("checks")
        import checks

        @pytest.fixture
        def cart():
            from shop import Cart
            cart = Cart()
            yield cart
            cart.items.clear()

        def pytest_collection_modifyitems(items):
            for item in items:
                if "slow" in item.name:
                    item.add_marker(pytest.mark.skip(reason="slow"))
        """,
    "tests/inner/conftest.py": """
        import pytest

        @pytest.fixture(scope="module", params=[1, 2], ids=["one", "two"])
        def size(request):
            return request.param

        @pytest.fixture(autouse=True)
        def around(size):
            if size == 3:
                never()
            yield
        """,
    "tests/inner/test_inner.py": """
        from checks import is_price
        from shop import price

        def test_size(size):
            assert is_price(price(size), 10)

        def test_slow(size):
            never()
        """,
    "tests/test_asserts.py": """
        import pytest
        from shop import Cart, price

        def test_and_or():
            a, b = 1, 0
            assert a and not b
            assert (
                a or
                b
            ), "neither"
            assert price(1) == 1 and price(5) == 10

        def test_fails():
            a = [1, 2]
            assert a == [1, 3], (
                "differs"
            )
            print("not reached")

        def test_walrus_and_chain():
            assert (n := price(2)) and 1 < n < 3
            assert all(price(k) == k for k in range(3))

        @pytest.mark.xfail(strict=True)
        def test_expected():
            assert price(0), "why"

        def test_raises(cart):
            with pytest.raises(ValueError, match="nothing"):
                cart.add(None)

        @pytest.mark.parametrize(
            ("n", "expected"),
            [(1, 1), (4, 8), pytest.param(5, 10, id="five")],
        )
        def test_price(n, expected):
            if n == 9:
                never()
            assert price(n) == expected

        class TestCart:
            @pytest.fixture(autouse=True)
            def fill(self, cart):
                self.cart = cart.add(1)

            def test_items(self):
                assert self.cart.items == [1]

            @staticmethod
            def test_static():
                assert True
        """,
    "tests/test_unittest.py": """
        import unittest
        from shop import Cart

        class CartTest(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.shared = Cart()

            def setUp(self):
                self.cart = Cart()
                self.addCleanup(self.cart.items.clear)

            def tearDown(self):
                if self.cart.items == [7]:
                    never()

            def test_add(self):
                for item in (1, 2):
                    with self.subTest(item=item):
                        self.cart.add(item)
                self.assertEqual(self.cart.items, [1, 2])

            @unittest.skip("for a reason")
            def test_skipped(self):
                never()

            @unittest.expectedFailure
            def test_expected(self):
                self.fail()
                never()

        class AsyncTest(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                self.cart = Cart()

            async def test_add(self):
                self.cart.add(1)
                assert self.cart.items == [1]
        """,
    "docs/text.txt": """
        >>> import shop
        >>> shop.Cart().add(1).items
        [1]
        """,
    "pytest.ini": """
        [pytest]
        pythonpath = lib
        testpaths = lib tests docs
        addopts = --doctest-modules --doctest-glob=*.txt
        """,
}
COMPARED = ("executed_lines", "missing_lines", "executed_branches", "missing_branches")


@pytest.fixture
def project(project: Project) -> Project:
    for name, text in FILES.items():
        project.write(name, text)
    return project


def figures(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: sorted(file[key]) for key in COMPARED}
        for name, file in document["files"].items()
        if file["summary"]["num_statements"]
    }


def by_coverage(project: Project, *words: str) -> dict[str, dict[str, Any]]:
    project.write(".coveragerc", "[run]\nbranch = True\nsource = .\ndata_file = .coverage\n")
    done = project.python("-m", "coverage", "run", "-m", "pytest", "-p", "no:blockcov", *words, COVERAGE_CORE="ctrace")
    assert done.status == 1, done.text
    done = project.python("-m", "coverage", "json", "-q", "-o", "-")
    (project.path / ".coveragerc").unlink()
    return figures(json.loads(done.out))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-p", "no:cacheprovider"),
        ("--assert=plain",),
        ("--import-mode=importlib",),
        ("-s", "-v", "--tb=native", "-p", "no:logging", "-p", "no:faulthandler"),
    ],
    ids=" ".join,
)
def test_kinds(project: Project, words: tuple[str, ...]) -> None:
    result = run_pytest(project, "--blockcov", *words)
    assert result.status == 1
    assert "1 failed" in result.text.splitlines()[-1]
    ours = figures(project.json())
    theirs = by_coverage(project, *words)
    assert set(ours) == set(theirs) == {name for name in FILES if name.endswith(".py")}
    for name in ours:
        assert ours[name] == theirs[name], name


def test_rewritten_asserts_from_the_cache(project: Project) -> None:
    """What pytest keeps of rewritten modules is not instrumented, and is when it is used again."""
    project.environment.pop("PYTHONDONTWRITEBYTECODE")
    first: list[Any] = []
    second: list[Any] = []
    for found in (first, second):
        run_pytest(project, "--blockcov")
        found.append(project.json()["files"])
    assert list(project.path.glob("tests/__pycache__/*-pytest-*.pyc"))
    assert first == second
    plain = run_pytest(project, "-p", "no:blockcov")
    assert "blockcov" not in plain.text
    assert "1 failed" in plain.text.splitlines()[-1]
