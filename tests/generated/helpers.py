"""What stands in front of every generated program: where its values come from, and what runs it."""

SOURCE = '''\
import sys
import types

state, fuel = 1, 0
# CPython 3.11 forgets where an exception came from that is thrown into an `await` in a handler: docs/transparency.md.
shown = 0 if sys.version_info < (3, 12) else 99


class Oops(Exception):
    pass


def bit(below=2):
    """A number from 0 on, the same one in each run of the program."""
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 16) % below


def left():
    """Whether there is any fuel left: what may repeat asks for it."""
    global fuel
    fuel -= 1
    return fuel > 0


def items(count):
    """Something to iterate over, of one kind or another."""
    if not left():
        return ()
    kind = bit(5)
    if kind == 0:
        return range(count)
    if kind == 1:
        return list(range(count))
    if kind == 2:
        return (each for each in range(count))
    if kind == 3:
        return (each if each < 2 else oops() for each in range(count))
    return dict.fromkeys(range(count))


def oops(*_):
    raise Oops("oops", bit(3))


def probably(value):
    if bit(8) == 0:
        raise Oops(bit(3))
    return value


class Manager:
    def __init__(self, swallows=0):
        self.swallows = swallows

    def __enter__(self):
        return probably(self)

    def __exit__(self, kind, value, traceback):
        return self.swallows and kind is not None and issubclass(kind, Exception)

    async def __aenter__(self):
        await Pause()
        return probably(self)

    async def __aexit__(self, kind, value, traceback):
        await Pause()
        return self.swallows and kind is not None


class Truth:
    __match_args__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return bool(probably(self.value))

    def __eq__(self, other):
        return probably(bit() == 1)

    def __lt__(self, other):
        return Truth(bit())

    __hash__ = None


class Pause:
    def __await__(self):
        if bit():
            yield bit(9)
        return bit(3)


class Later:
    def __init__(self, count):
        self.count = count

    def __aiter__(self):
        return self

    async def __anext__(self):
        if bit(4) == 0:
            await Pause()
        if self.count <= 0 or not left():
            raise StopAsyncIteration
        self.count -= 1
        return probably(self.count)


def wrapped(function):
    if bit():
        return function

    def inner(*arguments):
        return function(*arguments)

    return inner


def show(value, depth=0):
    if isinstance(value, (int, str, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple)) and depth < 3:
        return f"{type(value).__name__}({', '.join(show(each, depth + 1) for each in value)})"
    return type(value).__name__


def describe(error, depth=0):
    lines, traceback = [], error.__traceback__
    while traceback is not None and len(lines) < shown:
        lines.append(traceback.tb_lineno)
        traceback = traceback.tb_next
    text = f"{type(error).__name__}{show(error.args)} at {lines}"
    if isinstance(error, BaseExceptionGroup):
        text += " of " + ", ".join(describe(each, depth + 1) for each in error.exceptions)
    if error.__cause__ is not None and depth < 3:
        text += " from " + describe(error.__cause__, depth + 1)
    elif error.__context__ is not None and depth < 3:
        text += " in " + describe(error.__context__, depth + 1)
    return text


def drive(frame):
    """Send into, throw into and close a generator or coroutine, and say what it did."""
    said = []
    for _ in range(12):
        action = bit(8)
        try:
            if action == 0:
                frame.close()
                said.append("closed")
                break
            if action == 1:
                said.append(show(frame.throw(Oops("thrown"))))
            else:
                said.append(show(frame.send(None if not said else bit(4))))
        except StopIteration as stop:
            said.append(f"returned {show(stop.value)}")
            break
        except BaseException as error:
            said.append(describe(error))
            break
    return " ".join(said)


async def drain(generator):
    said = []
    try:
        async for value in generator:
            said.append(value)
            if len(said) > 6:
                await generator.athrow(Oops("enough"))  # not aclose(): no trace function tells it from a dropped one
    except Exception as error:
        said.append(type(error).__name__)
    return said


def attempt(function, *arguments):
    global state, fuel
    state, fuel = sum(map(ord, str(arguments))), 60
    try:
        value = function(*arguments)
        if isinstance(value, types.AsyncGeneratorType):
            value = drain(value)
        if isinstance(value, (types.GeneratorType, types.CoroutineType)):
            print(function.__name__, arguments, drive(value))
        else:
            print(function.__name__, arguments, show(value))
    except BaseException as error:
        print(function.__name__, arguments, describe(error))


'''
