"""Analysis of measured files: source text and resolved counters to lines, branches and functions."""

from .analyse import analyse
from .model import OUTCOMES, Arc, Branch, FileAnalysis, Function, Kind, Span, required
from .source import Source, SourceError
from .statements import EXCLUDE, PARTIAL, Statements

__all__ = [
    "EXCLUDE",
    "OUTCOMES",
    "PARTIAL",
    "Arc",
    "Branch",
    "FileAnalysis",
    "Function",
    "Kind",
    "Source",
    "SourceError",
    "Span",
    "Statements",
    "analyse",
    "required",
]
