"""Says what instrumenting a module costs beside loading and executing it.

    python import_cost.py ROUNDS DATA_DIR

bench/import_bench.py starts it. Modules of the standard library, which are all imported already, are loaded from
marshalled bytes and executed again in a namespace of their own; then the same code is instrumented, in a new session
with an empty data directory, so that the coverage maps are written. CPU time of this thread, the median of the rounds,
in seconds; with "instructions", "bytes" of all code and "modules".

"copy" is what CPython itself takes to read `co_code` of all these code objects and to make new ones with nothing
changed, by `code.replace()`: no rewriter that gives new code objects to importing can be cheaper.
"""

from __future__ import annotations

import dis
import importlib
import json
import marshal
import statistics
import sys
import time
from pathlib import Path
from types import CodeType
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
        keep = ("__name__", "__package__", "__file__", "__spec__", "__path__", "__builtins__")
        namespace = {key: value for key, value in vars(module).items() if key in keep}
        try:
            exec(code, dict(namespace))
        except (NameError, AttributeError):
            continue  # it writes into its module and reads from its namespace, which are two here
        found.append((marshal.dumps(code), namespace))
    return found


def main() -> None:
    """Measure."""
    rounds, directory = int(sys.argv[1]), Path(sys.argv[2])
    modules = loaded()
    spent: dict[str, list[float]] = {"load": [], "execute": [], "instrument": [], "copy": []}
    for number in range(rounds):
        start = time.thread_time()
        codes = [marshal.loads(data) for data, _ in modules]
        middle = time.thread_time()
        for code, (_, namespace) in zip(codes, modules, strict=True):
            exec(code, dict(namespace))
        end = time.thread_time()
        spent["load"].append(middle - start)
        spent["execute"].append(end - middle)
        codes = [marshal.loads(data) for data, _ in modules]
        engine.start(str(directory / str(number)), "counts", lambda name: False, lambda *text: None)
        start = time.thread_time()
        for code in codes:
            engine.instrument(code)
        spent["instrument"].append(time.thread_time() - start)
        engine.stop()
        everything = [inner for data, _ in modules for inner in in_pre_order(marshal.loads(data))]
        start = time.thread_time()
        copies = [(each.co_code, each.replace()) for each in everything]
        spent["copy"].append(time.thread_time() - start)
        del copies
    row: dict[str, Any] = {name: round(statistics.median(each), 6) for name, each in spent.items()}
    everything = [inner for data, _ in modules for inner in in_pre_order(marshal.loads(data))]
    row["modules"] = len(modules)
    row["instructions"] = sum(
        each.opname != "EXTENDED_ARG" for code in everything for each in dis.get_instructions(code)
    )
    row["bytes"] = sum(len(data) for data, _ in modules)
    json.dump(row, sys.stdout)


if __name__ == "__main__":
    main()
