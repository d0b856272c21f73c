"""`python -m tests.tools_tried` runs the tests of each tool with this interpreter and writes what came of them.

The results of all interpreters are in tests/tools_tried.json; docs/transparency.md has the table of them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.oracle import projects

TESTS = Path(__file__).parent
RESULTS = TESTS / "tools_tried.json"
PAGE = TESTS.parent / "docs" / "transparency.md"
BEGIN, END = "<!-- python -m tests.tools_tried writes the following -->", "<!-- until here -->"


@dataclass(frozen=True)
class Tool:
    """What is tried: `needs` as tests/packages.py installs it, none of the standard library's."""

    name: str
    tests: str
    needs: tuple[str, ...] = ()
    package: str = ""


TOOLS = (
    Tool("pdb, bdb", "test_debuggers.py -k pdb+or+bdb+or+mortem"),
    Tool("sys.settrace, sys.setprofile, sys.monitoring", "test_trace_functions.py"),
    Tool("cProfile, profile", "test_profilers.py -k cprofile"),
    Tool("tracemalloc", "test_profilers.py -k tracemalloc"),
    Tool("faulthandler, warnings, traceback, inspect", "test_tracebacks.py"),
    Tool("marshal, pickle, copy, types", "test_code_copies.py"),
    Tool("asyncio, threading, signal, subinterpreters", "test_concurrency.py -k tasks+or+threads+or+signal+or+subint"),
    Tool("dataclasses", "test_code_libraries.py -k dataclasses"),
    Tool("coverage.py, all cores", "test_profilers.py -k coverage", package="coverage"),
    Tool("pytest's assertions", "test_code_libraries.py -k assertion", package="pytest"),
    Tool("debugpy", "test_debuggers.py -k debugpy", ("debugpy==1.8.22",)),
    Tool("py-spy", "test_profilers.py -k py_spy", ("py-spy==0.4.3",)),
    Tool("SlipCover", "test_profilers.py -k slipcover", ("slipcover==1.1.0",)),
    Tool("cloudpickle", "test_code_libraries.py -k cloudpickle", ("cloudpickle==3.1.2",)),
    Tool("executing, varname", "test_code_libraries.py -k executing", ("executing==2.3.0", "varname==1.0.0")),
    Tool("attrs", "test_code_libraries.py -k attrs", ("attrs==26.1.0",)),
    Tool("jinja2", "test_code_libraries.py -k jinja2", ("jinja2==3.1.6",)),
    Tool("hypothesis", "test_code_libraries.py -k hypothesis", ("hypothesis==6.170.15", "pytest==8.3.5")),
    Tool("greenlet, gevent", "test_concurrency.py -k greenlet+or+gevent", ("gevent==26.9.0",)),
    Tool("Cython", "test_compiled_modules.py -k cython", ("cython==3.3.1", "setuptools==84.2.1")),
    Tool("mypyc", "test_compiled_modules.py -k mypyc", ("mypy==2.4.1", "setuptools==84.2.1")),
    Tool("Numba", "test_compiled_modules.py -k numba", ("numba==0.68.1",)),
    Tool("TorchDynamo", "check_torch.py", ("torch==2.15.0", "numpy")),
)


def _version(tool: Tool) -> str:
    if tool.package:
        return importlib.metadata.version(tool.package)
    return ", ".join(each.partition("==")[2] for each in tool.needs if "setuptools" not in each and "=" in each)


def attempt(tool: Tool) -> dict[str, str]:
    """Run the tool's tests; give its version, and `same`, `different` or why it was not tried."""
    file, _, names = tool.tests.partition(" -k ")
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            f"tests/{file}",
        ]
        words += ["-k", names.replace("+", " ")] if names else []
        subprocess.run(words, cwd=TESTS.parent, check=False, stdout=subprocess.DEVNULL)
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    bad = [case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case.find("skipped") for case in cases if case.find("skipped") is not None]
    result = f"the same ({len(cases)} tests)" if len(cases) > 1 else "the same"
    if bad or not cases:
        result = f"differs: {', '.join(map(str, bad))}"
    elif len(skipped) == len(cases):
        result = "does not run there"
    return {"version": _version(tool), "result": result}


def table() -> Iterator[str]:
    """Give the lines of the table."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    versions = sorted(found, key=lambda version: [int(part) for part in version.split(".")])
    yield f"| tool | version | {' | '.join(versions)} |"
    yield "|---|---|" + "---|" * len(versions)
    for tool in TOOLS:
        cells = [found[version].get(tool.name, {"version": "", "result": "not tried"}) for version in versions]
        own = next((cell["version"] for cell in cells if cell["version"]), "with Python")
        yield f"| {tool.name} | {own} | {' | '.join(cell['result'] for cell in cells)} |"


def page() -> str:
    """Give docs/transparency.md with the table in it."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return "\n".join([f"{head}{BEGIN}", "", *table(), "", END]) + rest.partition(END)[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all tools, or those named, and write the results and the page; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of tools' names; default: all but TorchDynamo")
    names = parser.parse_args(arguments).names
    version = ".".join(platform.python_version_tuple()[:2])
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    different = False
    for tool in TOOLS:
        if not any(name.lower() in tool.name.lower() for name in names) and (names or tool.name == "TorchDynamo"):
            continue
        result = attempt(tool)
        different |= result["result"].startswith("differs")
        print(f"{tool.name} {result['version']}: {result['result']}", flush=True)
        found.setdefault(version, {})[tool.name] = result
    RESULTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    return int(different)


if __name__ == "__main__":
    projects.CACHE.mkdir(parents=True, exist_ok=True)
    sys.exit(main())
