"""Fresh copies of standard-library modules, imported from source while measurement is on.

Many of the modules worth driving (re, enum, functools ...) are imported before any program starts, or by whoever
measures, and `frozen` ones have no file name. So `fresh` imports copies of their files. The directory that holds the
copies is the driver's argument; without one, the standard library's own files are imported anew.
"""

import contextlib
import gc
import importlib
import importlib.util
import os
import sys
import sysconfig

# Whoever measures may have imported these or not. The first import of a module runs code in the copies of those that
# it imports, so all are imported before there are copies.
PRELOADED = """
    abc argparse ast base64 bisect calendar codecs collections.abc contextlib copy copyreg csv ctypes dataclasses datetime
    decimal difflib dis encodings enum fnmatch fractions functools getopt gettext glob gzip hashlib heapq html inspect io
    ipaddress json keyword linecache locale logging marshal numbers opcode operator pathlib pickle pkgutil posixpath pprint
    queue quopri random re reprlib selectors shutil signal statistics string struct subprocess symtable sysconfig tempfile
    textwrap threading token tokenize trace traceback types typing unicodedata urllib.parse uuid warnings weakref zlib
"""
for each in PRELOADED.split():
    importlib.import_module(each)

STDLIB = sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("stdlib")


class SourceFinder:
    """Finds the named modules as source files of the standard library, before any other finder."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name not in self.names:
            return None
        base = os.path.join(STDLIB, *name.split("."))
        package = os.path.join(base, "__init__.py")
        if os.path.isfile(package):
            return importlib.util.spec_from_file_location(name, package, submodule_search_locations=[base])
        return importlib.util.spec_from_file_location(name, base + ".py")


@contextlib.contextmanager
def fresh(names, block=()):
    """Yield new copies of the modules `names`, imported in order, with the accelerators `block` out of reach.

    Until the block is left, `sys.modules` has the new copies, so that they find each other.
    """
    finder = SourceFinder(names)
    families = {name.partition(".")[0] for name in names}
    saved = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in families}
    saved.update((name, sys.modules[name]) for name in block if name in sys.modules)
    for name in saved:
        del sys.modules[name]
    for name in block:
        sys.modules[name] = None
    sys.meta_path.insert(0, finder)
    collecting = gc.isenabled()
    gc.disable()  # when it collects depends on what else is in memory
    try:
        yield tuple(importlib.import_module(name) for name in names)
        gc.collect()
    finally:
        if collecting:
            gc.enable()
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] in families] + list(block):
            sys.modules.pop(name, None)
        sys.modules.update(saved)


def attempt(function, *args, **kwargs):
    """Call a function that may raise; give the result or the exception's name, for printing."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
