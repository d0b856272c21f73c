import functools


def plain():
    return 1


@functools.cache  # pragma: no cover
def decorated():
    return 2


@functools.cache
@functools.wraps(plain)  # pragma: no cover
def twice_decorated():
    """Doc."""
    if plain():
        return 3
    return 4


@functools.cache
def signature(a,
              b=2):  # pragma: no cover
    return a + b


@functools.cache
def long_signature(
    a,  # pragma: no cover
    b=2,
):
    return a + b


def annotated(a) -> int:  # pragma: no cover
    def inner():
        return a
    return inner()


class Excluded:  # pragma: no cover
    x = 1

    def method(self):
        return 1


class Included:
    """Doc."""

    x = 1

    def covered(self):
        return 1

    def left_out(self):  # pragma: no cover
        return 2

    @property
    def prop(self):  # pragma: no cover
        return 3

    async def later(self):  # pragma: no cover
        async with self as x:
            return x

    class Inner:  # pragma: no cover
        y = 2


@functools.total_ordering  # pragma: no cover
class Ordered:
    def __lt__(self, other):
        return True


def after():
    return 5


plain()
Included().covered()
one_line = lambda x: x + 1  # pragma: no cover
two_lines = [lambda x: x,
             lambda y: y]  # pragma: no cover
