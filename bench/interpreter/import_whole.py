"""Says what loading and executing modules costs as a whole, plain or measured.

    python import_whole.py [DATA_DIR [MODE]]

The modules of import_cost.py, which are all imported already, pass once more through importlib: exec_module, get_code,
marshal.loads, exec, with their .pyc files held in memory. With a data directory they are measured, into that; what an
earlier process left there is used. CPU time of this thread in seconds, and the number of modules.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import types
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

from import_cost import loaded


class FromMemory(SourceFileLoader):
    """Finds the .pyc file in memory, up to date."""

    pyc: bytes

    def path_stats(self, path: str) -> dict[str, int]:
        """As the header says."""
        return {"mtime": 0, "size": 0}

    def get_data(self, path: str) -> bytes:
        """Only the .pyc file is asked for."""
        return self.pyc


def begin(data_dir: str, mode: str) -> None:
    """Measure the standard library from now on."""
    from blockcov import _blockcov
    from blockcov.select import STDLIB_DIR, Selector

    _blockcov.start(data_dir, mode, Selector(STDLIB_DIR, [STDLIB_DIR]), print)


def main() -> None:
    """Measure."""
    ready: list[tuple[FromMemory, types.ModuleType]] = []
    for data, namespace in loaded():
        loader = FromMemory(namespace["__name__"], namespace["__file__"])
        loader.pyc = MAGIC_NUMBER + bytes(12) + data
        module = types.ModuleType(namespace["__name__"])
        vars(module).update(namespace)
        ready.append((loader, module))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).mkdir(exist_ok=True)
        begin(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "counts")
    gc.collect()
    gc.freeze()  # what this script has made is no work for the collector of what it measures
    start = time.thread_time()
    for loader, module in ready:
        loader.exec_module(module)
    row: dict[str, Any] = {"whole": time.thread_time() - start, "modules": len(ready)}
    json.dump(row, sys.stdout)


if __name__ == "__main__":
    main()
