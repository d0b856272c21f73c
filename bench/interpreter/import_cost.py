"""Says what instrumenting a module costs beside loading and executing it.

    python import_cost.py DATA_DIR

bench/import_bench.py starts it, each time in a process of its own: what a module registers when it is executed
(subclasses, caches of abstract classes) makes executing it again take longer each time. Modules of the standard
library, which are all imported already, are loaded from marshalled bytes and executed in a namespace of their own;
then the same code is instrumented, twice: in a session with an empty data directory, and in one whose data
directory has the compiled code of an earlier run but no maps, as `run` leaves it. CPU time of this thread in
seconds, and "instructions", "bytes" of all code and "modules".

"copy" is what CPython itself takes to read `co_code` of all these code objects and to make new ones with nothing
changed, by `code.replace()`: no rewriter that gives new code objects to importing can be cheaper.
"""

from __future__ import annotations

import dis
import gc
import importlib
import json
import marshal
import shutil
import sys
import time
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import blockcov._blockcov as engine

NAMES = """
    argparse ast asyncio.base_events asyncio.events asyncio.queues asyncio.streams asyncio.tasks base64 bdb bisect
    calendar cmd code codecs codeop collections colorsys concurrent.futures.thread configparser contextlib copy csv
    dataclasses datetime decimal difflib dis doctest email.charset email.feedparser email.generator email.header
    email.headerregistry email.message email.policy email.utils enum filecmp fileinput fnmatch fractions ftplib
    functools getopt gettext glob graphlib gzip hashlib heapq html html.parser http.client http.cookiejar http.cookies
    http.server imaplib importlib.metadata inspect ipaddress json json.decoder json.encoder keyword linecache locale
    logging logging.config logging.handlers lzma mailbox mimetypes netrc numbers opcode operator optparse pathlib pdb
    pickle pickletools pkgutil platform plistlib poplib pprint profile pstats py_compile pyclbr queue quopri random
    reprlib rlcompleter runpy sched secrets selectors shelve shlex shutil smtplib socket socketserver sre_compile
    ssl stat statistics string stringprep subprocess symtable tarfile tempfile textwrap threading timeit token
    tokenize trace traceback tracemalloc types typing unittest.case unittest.loader unittest.main unittest.mock
    unittest.suite urllib.error urllib.parse urllib.request urllib.response urllib.robotparser uuid warnings wave
    weakref xml.dom.minidom xml.etree.ElementTree xml.sax.expatreader xml.sax.handler xml.sax.saxutils xmlrpc.client
    zipapp zipfile zoneinfo
"""


def in_pre_order(code: CodeType) -> list[CodeType]:
    """Give `code` and all that nest in it."""
    nested = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(inner for each in nested for inner in in_pre_order(each))]


def namespace_of(module: ModuleType) -> dict[str, Any]:
    """Give what importlib puts into a module before it is executed."""
    keep = ("__name__", "__package__", "__file__", "__spec__", "__path__", "__builtins__")
    return {key: value for key, value in vars(module).items() if key in keep}


def loaded() -> list[tuple[bytes, dict[str, Any]]]:
    """Give the marshalled code of the modules, and the namespace in which each begins."""
    found = []
    for name in NAMES.split():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue  # built without it, or removed in this version
        path = getattr(module, "__file__", None)
        if path is None or not path.endswith(".py"):
            continue
        code = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
        namespace = namespace_of(module)
        try:
            exec(code, dict(namespace))
        except (NameError, AttributeError):
            continue  # it writes into its module and reads from its namespace, which are two here
        found.append((marshal.dumps(code), namespace))
    return found


def instrument(data: list[bytes], directory: Path) -> float:
    """Load and instrument; give the seconds of the latter."""
    codes = [marshal.loads(each) for each in data]
    engine.start(str(directory), "counts", lambda name: False, lambda *text: None)
    start = time.thread_time()
    for code in codes:
        engine.instrument(code)
    end = time.thread_time()
    engine.stop()
    return end - start


def main() -> None:
    """Measure."""
    directory = Path(sys.argv[1])
    modules = loaded()
    data = [each for each, _ in modules]
    gc.collect()
    gc.freeze()  # what this script has made is no work for the collector of what it measures

    start = time.thread_time()
    codes = [marshal.loads(each) for each in data]
    middle = time.thread_time()
    for code, (_, namespace) in zip(codes, modules, strict=True):
        exec(code, dict(namespace))
    end = time.thread_time()
    row: dict[str, Any] = {"load": middle - start, "execute": end - middle}

    row["instrument"] = instrument(data, directory / "first")
    shutil.copytree(directory / "first/code", directory / "again/code")
    row["again"] = instrument(data, directory / "again")

    everything = [inner for each in data for inner in in_pre_order(marshal.loads(each))]
    start = time.thread_time()
    copies = [(each.co_code, each.replace()) for each in everything]
    row["copy"] = time.thread_time() - start
    del copies
    row["modules"] = len(modules)
    row["instructions"] = sum(
        each.opname != "EXTENDED_ARG" for code in everything for each in dis.get_instructions(code)
    )
    row["bytes"] = sum(len(each) for each in data)
    json.dump(row, sys.stdout)


if __name__ == "__main__":
    main()
