"""Damaged or hand-made code is refused with one warning and runs as it is: no crash that was not there before.

Code objects are mutated one field at a time, with fixed seeds. Each mutant runs in a child of its own without blockcov
first: only those that do not crash there say something about blockcov.
"""

from __future__ import annotations

import json

import pytest

from tests.alike import MODES
from tests.odd_functions import SMALL
from tests.project import UNDER_ASAN, Project

TARGET = f"""{SMALL}\
def use(function):
    found = function(4)
    return list(found) if hasattr(found, "send") else found
"""
MUTANTS = """
import dis, random, sys
FIELDS = "code", "exceptiontable", "linetable", "stacksize", "consts", "names", "flags", "name"
def mutant(code, field, seed):
    choose = random.Random(f"{code.co_name} {field} {seed}")
    def damage(data, even=False):
        data = bytearray(data)
        for _ in range(choose.choice((1, 1, 1, 2, 5))):
            kind, at = choose.randrange(5), choose.randrange(len(data)) if data else 0
            if not data: data = bytearray(choose.randbytes(6))
            elif kind < 2: data[at] = choose.randrange(256)
            elif kind == 2: data[at] ^= 1 << choose.randrange(8)
            elif kind == 3: del data[at & ~1 if even else at:]
            else: data += choose.randbytes(choose.choice((2, 4, 20)))
        return bytes(data)
    if field == "code": return code.replace(co_code=damage(code.co_code, True))
    if field == "exceptiontable": return code.replace(co_exceptiontable=damage(code.co_exceptiontable))
    if field == "linetable": return code.replace(co_linetable=damage(code.co_linetable))
    if field == "stacksize": return code.replace(co_stacksize=choose.choice((0, 1, 2, 3, 30, 5000)))
    if field == "consts":
        kept = code.co_consts[:choose.randrange(len(code.co_consts) + 1)]
        return code.replace(co_consts=kept + choose.choice(((), (code,), (1, None))))
    if field == "names": return code.replace(co_names=code.co_names[:choose.randrange(len(code.co_names) + 1)])
    if field == "flags": return code.replace(co_flags=code.co_flags ^ 1 << choose.randrange(10))
    return code.replace(co_name="x" * choose.randrange(9), co_firstlineno=choose.choice((0, 1, 2**31 - 1, 5)))
def leads_out(code):
    # What is read or executed is the memory beside the code object's: nobody can say what it holds.
    return table_leads_out(code) or instructions_lead_out(code)
def table_leads_out(code):
    numbers, at, table = [], 0, code.co_exceptiontable
    while at < len(table):
        if bool(table[at] & 128) != (len(numbers) % 4 == 0): return True
        number = table[at] & 63
        while table[at] & 64:
            at += 1
            if at == len(table): return True
            number = number << 6 | table[at] & 63
        at += 1
        numbers.append(number)
    return len(numbers) % 4 != 0 or any(2 * number >= len(code.co_code) for number in numbers[2::4])
def instructions_lead_out(code):
    locals = len(code.co_varnames) + len(code.co_cellvars) + len(code.co_freevars)
    name = "NOP"
    for *_, number, argument in dis._unpack_opargs(code.co_code):
        name, argument = dis.opname[number], argument or 0
        if name.startswith("<"): continue
        if number in dis.hasconst and argument >= len(code.co_consts): return True
        if number in dis.hasname and index_of_name(name, argument) >= len(code.co_names): return True
        if number in dis.haslocal or number in dis.hasfree:
            pair = name.count("_FAST") == 2
            if max(argument >> 4, argument & 15) >= locals if pair else argument >= locals: return True
    targets = dis.findlabels(code.co_code)
    if any(not 0 <= target < len(code.co_code) for target in targets): return True
    return not name.startswith(("RETURN", "RERAISE", "RAISE", "JUMP", "INTERPRETER_EXIT"))
def index_of_name(name, argument):
    if name == "LOAD_SUPER_ATTR": return argument >> 2
    if name == "LOAD_GLOBAL" or name == "LOAD_ATTR" and sys.version_info >= (3, 12): return argument >> 1
    return argument
"""
#: Instructions that take more from the stack than there is do what the memory there makes of them.
UNDEFINED = ("code",)
#: What a child says in place of executing code that goes on in the memory beside it.
LEADS_OUT = "leads out"
ONE = """
import json, os, resource, signal, sys, faulthandler
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.setrecursionlimit(300)
import mod
from mutants import leads_out, mutant
def child(name, field, seed):
    signal.setitimer(signal.ITIMER_PROF, 0.5)  # of processor time: for those that never end
    signal.alarm(30)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    function = getattr(mod, name)
    try:
        function.__code__ = mutant(function.__code__, field, seed)
    except (ValueError, TypeError, OverflowError) as error:
        return f"refused: {error}"
    if leads_out(function.__code__):
        return "leads out"
    try:
        found = mod.use(function)
    except BaseException as error:
        trace, places = error.__traceback__, []
        while trace:
            try: places.append(trace.tb_lineno)
            except Exception: pass  # of a damaged line table
            trace = trace.tb_next
        found = f"{type(error).__name__} {error} {places[-3:]}"
    return repr(found)
def attempt(*key):
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(writer, child(*key).encode("utf-8", "replace")[:4000])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file: text = file.read().decode()
    return os.waitpid(pid, 0)[1], text
if __name__ == "__main__":
    keys = json.load(open(sys.argv[1]))
    json.dump([attempt(*key) for key in keys], open(sys.argv[2], "w"))
"""


def attempt(project: Project, keys: list[tuple[str, str, int]], *options: str) -> list[tuple[int, str]]:
    """Give wait status and outcome of each mutant, each in a forked child."""
    (project.path / "keys.json").write_text(json.dumps(keys))
    result = project.python(*options, "one.py", "keys.json", "found.json")
    assert result.status == 0, result.errors
    found: list[tuple[int, str]] = [tuple(each) for each in json.loads((project.path / "found.json").read_bytes())]
    return found


def check(project: Project, seeds: range, mode: str) -> tuple[int, int]:
    """Compare all mutants that end plain and are repeatable; give how many, and how many others there were."""
    project.write("mod.py", TARGET)
    project.write("mutants.py", MUTANTS)
    project.write("one.py", ONE)
    fields = ("code", "exceptiontable", "linetable", "stacksize", "consts", "names", "flags", "name")
    keys = [(name, field, seed) for name in ("work", "steps") for field in fields for seed in seeds]
    plain = attempt(project, keys)
    again = attempt(project, keys)
    steady = [
        key
        for key, one, two in zip(keys, plain, again, strict=True)
        if one == two and one[0] == 0 and one[1] != LEADS_OUT
    ]
    told = dict(zip(keys, plain, strict=True))
    measured = attempt(project, steady, "-m", "blockcov", "run", "--mode", mode)
    different = [
        (key, told[key], other) for key, other in zip(steady, measured, strict=True) if tuple(other) != tuple(told[key])
    ]
    defined = [each for each in different if each[0][1] not in UNDEFINED]
    assert not defined, f"{len(defined)} of {len(steady)}: {defined[:10]}"
    assert len(different) <= max(2, len(steady) // 50), f"{len(different)} of {len(steady)}: {different[:10]}"
    return len(steady), len(keys) - len(steady)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.skipif(UNDER_ASAN, reason="AddressSanitizer has no room in 3 GB of addresses")
def test_mutants(project: Project, mode: str) -> None:
    steady, others = check(project, range(8), mode)
    assert steady > 60, others


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_many_mutants(project: Project, mode: str) -> None:
    steady, others = check(project, range(100, 500), mode)
    print(f"{mode}: {steady} mutants compared, {others} others crash or differ by themselves")
    assert steady > 3000
