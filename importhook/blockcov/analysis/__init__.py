"""Analysis of measured files: source text and resolved counters to lines, branches and functions."""

from .analyse import analyse
from .exclusion import DEFAULT_EXCLUSION, Exclusion, exclusion_of
from .model import OUTCOMES, Arc, Branch, FileAnalysis, Function, Kind, Span, required
from .source import Source, SourceError
from .statements import Statements

__all__ = [
    "DEFAULT_EXCLUSION",
    "OUTCOMES",
    "Arc",
    "Branch",
    "Exclusion",
    "FileAnalysis",
    "Function",
    "Kind",
    "Source",
    "SourceError",
    "Span",
    "Statements",
    "analyse",
    "exclusion_of",
    "required",
]
