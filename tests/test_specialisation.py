"""Instrumented code specialises like the original: no inserted instruction stands where the interpreter looks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.project import FREE_THREADED, clean_environment

pytestmark = pytest.mark.skipif(
    FREE_THREADED and sys.version_info < (3, 14), reason="CPython 3.13 specialises nothing without a GIL"
)

ROOT = Path(__file__).resolve().parent.parent
COMPARE = ROOT / "bench" / "interpreter" / "specialised.py"
KINDS = ROOT / "tests" / "drivers" / "specialised_kinds.py"

# Of each family at least these, on the versions that have them: else the comparison would compare nothing.
FAMILIES = {
    "FOR_ITER_LIST": (12,),
    "FOR_ITER_RANGE": (12,),
    "FOR_ITER_GEN": (12,),
    "BINARY_OP_ADD_INT": (11,),
    "BINARY_OP_ADD_FLOAT": (11,),
    "BINARY_OP_INPLACE_ADD_UNICODE": (11,),
    "COMPARE_OP_INT": (12,),
    "COMPARE_OP_INT_JUMP": (11, 11),
    "COMPARE_OP_FLOAT_JUMP": (11, 11),
    "COMPARE_OP_STR_JUMP": (11, 11),
    "BINARY_SUBSCR_LIST_INT": (11, 13),
    "BINARY_SUBSCR_DICT": (11, 13),
    "BINARY_SUBSCR_GETITEM": (11, 13),
    "BINARY_OP_SUBSCR_LIST_INT": (14,),
    "BINARY_OP_SUBSCR_DICT": (14,),
    "BINARY_OP_SUBSCR_GETITEM": (14,),
    "LOAD_CONST_MORTAL": (14, 14),
    "LOAD_CONST_IMMORTAL": (14, 14),
    "RESUME_CHECK": (13,),
    "STORE_SUBSCR_DICT": (11,),
    "UNPACK_SEQUENCE_TWO_TUPLE": (11,),
    "LOAD_ATTR_INSTANCE_VALUE": (11,),
    "LOAD_ATTR_SLOT": (11,),
    "LOAD_ATTR_PROPERTY": (12,),
    "STORE_ATTR_INSTANCE_VALUE": (11,),
    "LOAD_GLOBAL_MODULE": (11,),
    "LOAD_GLOBAL_BUILTIN": (11,),
    "CALL_PY_EXACT_ARGS": (11,),
    "TO_BOOL_STR": (13,),
    "TO_BOOL_INT": (13,),
    "TO_BOOL_LIST": (13,),
    "SEND_GEN": (12,),
}


def expected() -> set[str]:
    """Give those of FAMILIES that this interpreter has."""
    minor = sys.version_info[1]
    return {name for name, (since, *until) in FAMILIES.items() if since <= minor <= (until or [minor])[0]}


def compare(mode: str, program: Path, directory: Path, size: int) -> dict[str, Any]:
    """Run a program plain and instrumented in a process of its own."""
    command = [sys.executable, str(COMPARE), mode, str(directory / "data"), str(program), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_every_kind_specialises_as_it_does_plain(mode: str, tmp_path: Path) -> None:
    found = compare(mode, KINDS, tmp_path, 200)
    assert expected() <= set(found["names"])
    # 3.14 specialises LOAD_CONST when it first runs; in hits, that is on a stub, and what runs once stays as it was.
    first_run = (
        ("LOAD_CONST_MORTAL", "LOAD_CONST_IMMORTAL") if mode == "hits" and sys.version_info[:2] == (3, 14) else ()
    )
    once = [each for each in found["lost"] if each[2] in first_run]
    assert len(once) <= 2, once
    assert [each for each in found["lost"] if each not in once] == []


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_probes_do_not_stand_inside_of_superinstructions(mode: str, tmp_path: Path) -> None:
    found = compare(mode, KINDS, tmp_path, 200)
    assert found["pairs"] > 20
    assert found["pairs_lost"] == []


def test_a_lost_specialisation_is_seen(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import blockcov._blockcov as engine\n"
        "def add(a, b):\n"
        "    return a + b\n"
        "def run(size):\n"
        "    one = 1 if not engine.is_instrumented(run.__code__) else '1'\n"
        "    for _ in range(size):\n"
        "        add(one, one)\n"
    )
    found = compare("counts", program, tmp_path, 200)
    assert ["add", 3, "BINARY_OP_ADD_INT"] in [each[:3] for each in found["lost"]]
