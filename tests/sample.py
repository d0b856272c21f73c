"""A project of several modules for the tests of report formats: branches of all kinds, a raise, what never ran."""

from __future__ import annotations

from tests.project import Project

FILES = {
    "main.py": '''\
        """Calls what is in the package, not all of it."""
        import sys

        from shop import orders
        from shop.parts import prices

        for name, count in [("tea", 3), ("", 1), ("nuts", 0)]:
            try:
                print(orders.total(name, count))
            except ValueError as error:
                print("refused", error)
        if len(sys.argv) > 3 and sys.argv[1] == "--all":
            prices.dump(
                prices.TABLE,
            )
            print("all")
        assert prices.TABLE, "no prices"
        ''',
    "shop/__init__.py": "",
    "shop/orders.py": """\
        from shop.parts.prices import of


        class Basket:
            def __init__(self):
                self.items = []

            def add(self, item):
                if item:  # pragma: no branch
                    self.items.append(item)
                return self

            def empty(self):
                while self.items:
                    self.items.pop()


        def total(name, count):
            if not name or count < 0:
                raise ValueError(f"<{name}> & {count}")
            basket = Basket()
            for _ in range(count):
                basket.add(of(name) if count > 2 else 0)
            return sum(item for item in basket.items if item > 1 and item < 5)


        def unused(a,
                   b):
            match a:
                case 1 if b:
                    return b
                case _:
                    return a
        """,
    "shop/parts/__init__.py": "",
    "shop/parts/prices.py": """\
        TABLE = {"tea": 2}


        def of(name):
            try:
                return TABLE[name]
            except KeyError:
                return 0


        def dump(table):  # pragma: no cover
            for name in table:
                print(name)
        """,
}


def write(project: Project) -> None:
    """Write the project."""
    for name, text in FILES.items():
        project.write(name, text)


def run(project: Project) -> None:
    """Write the project and run it under blockcov."""
    write(project)
    project.run("main.py")


def run_coverage(project: Project) -> None:
    """Run it under coverage.py, with branches, by the tracer that its figures are known for."""
    done = project.python("-m", "coverage", "run", "--branch", "main.py", COVERAGE_CORE="ctrace")
    assert done.status == 0, done.errors
