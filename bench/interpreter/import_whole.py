"""Says what loading and executing modules costs as a whole, plain or measured.

    python import_whole.py CORPUS prepare                    compile the modules into the file CORPUS
    python import_whole.py CORPUS bare                       exec(marshal.loads(...)) of each module
    python import_whole.py CORPUS importlib                  the same by importlib, with the .pyc files held in memory
    python import_whole.py CORPUS importlib DATA_DIR [MODE]  and measured into that directory

The modules are those of import_cost.py, which are all imported already. What an earlier process left in the data
directory is used. Prints "seconds" of CPU time of this thread, "instructions" in user mode, null where the processor's
counter may not be read, and "modules".
"""

from __future__ import annotations

import gc
import importlib
import json
import marshal
import sys
import time
import types
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from import_cost import loaded, namespace_of
from instructions import Instructions


class FromMemory(SourceFileLoader):
    """Finds the .pyc file in memory, up to date."""

    pyc: bytes

    def path_stats(self, path: str) -> dict[str, int]:
        """As the header says."""
        return {"mtime": 0, "size": 0}

    def get_data(self, path: str) -> bytes:
        """Only the .pyc file is asked for."""
        return self.pyc


def begin(data_dir: str, mode: str = "counts") -> None:
    """Measure the standard library from now on."""
    from blockcov import _blockcov
    from blockcov.select import STDLIB_DIR, Selector

    _blockcov.start(data_dir, mode, Selector(STDLIB_DIR, [STDLIB_DIR]), print)


def main() -> None:
    """Measure."""
    corpus, kind, *measured = sys.argv[1:]
    if kind == "prepare":
        modules = [(data, namespace["__name__"], namespace["__file__"]) for data, namespace in loaded()]
        Path(corpus).write_bytes(marshal.dumps(modules))
        return
    ready: list[tuple[FromMemory, types.ModuleType, bytes]] = []
    for data, name, path in marshal.loads(Path(corpus).read_bytes()):
        loader = FromMemory(name, path)
        loader.pyc = MAGIC_NUMBER + bytes(12) + data
        module = types.ModuleType(name)
        vars(module).update(namespace_of(importlib.import_module(name)))
        ready.append((loader, module, data))
    if measured:
        begin(measured[0], *measured[1:])
    try:
        counter = Instructions()
    except OSError:
        counter = None
    gc.collect()
    gc.freeze()  # what this script has made is no work for the collector of what it measures

    before = counter.read() if counter else 0
    start = time.thread_time()
    if kind == "bare":
        for _, module, data in ready:
            exec(marshal.loads(data), vars(module))
    else:
        for loader, module, _ in ready:
            loader.exec_module(module)
    seconds = time.thread_time() - start
    instructions = counter.read() - before if counter else None
    json.dump({"seconds": seconds, "instructions": instructions, "modules": len(ready)}, sys.stdout)


if __name__ == "__main__":
    main()
