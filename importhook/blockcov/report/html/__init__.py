"""The HTML report: an index and a page for each source file, which open from disk and need nothing from elsewhere."""

from .build import Settings, write

__all__ = ["Settings", "write"]
