"""Where the page of a source file is: `files/orders/pricing.py.html` for `orders/pricing.py`."""

from __future__ import annotations

import hashlib
import os
import re
from functools import lru_cache

FOLDER = "files"
INDEX = "index.html"
_PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.pyw?")
_LONGEST = 120


def page_of(name: str) -> str:
    """Give the page of a source file by its name in reports, relative to the report's directory.

    A name that is not a plain relative path becomes a file name with a hash in it, so that no two names have one page.
    """
    if _PLAIN.fullmatch(name) and ".html/" not in name and all(len(part) < _LONGEST for part in name.split("/")):
        return f"{FOLDER}/{name}.html"
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    readable = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[-_LONGEST:]
    return f"{FOLDER}/{readable}-{digest}.html"


def relative(target: str, page: str) -> str:
    """Give the link from one page to another; both are relative to the report's directory, and plain."""
    return _relative(target, os.path.dirname(page) or ".")


@lru_cache(maxsize=1024)
def _relative(target: str, folder: str) -> str:
    return os.path.relpath(target, folder).replace(os.sep, "/")
