"""Text and markup are different types, so that mypy finds what was not escaped.

Everything typed `Html` can stand in a page as it is, in an element or between the double quotes of an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NewType

Html = NewType("Html", str)

# What would be invisible, or would move the text around it: control characters, and those that change its direction.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escape(text: str) -> Html:
    """Give text as markup. What cannot be seen becomes visible: ESC as U+241B, other characters as <U+202E>."""
    text = visible(text)
    return Html(text.translate(_MARKUP) if "&" in text or "<" in text or ">" in text or '"' in text else text)


def has_hidden(text: str) -> bool:
    """Whether there are characters that cannot be seen."""
    return _HIDDEN.search(text) is not None


def visible(text: str) -> str:
    """Give the text with all its characters visible, but not yet as markup."""
    return _HIDDEN.sub(_visible, text) if _HIDDEN.search(text) else text


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte of a file name that is not UTF-8
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def joined(parts: Iterable[Html], between: Html = Html("")) -> Html:
    """Join markup."""
    return Html(between.join(parts))


def grouped(number: int) -> str:
    """Give a count with its thousands apart."""
    return f"{number:,}"


def plural(number: int, noun: str) -> str:
    """Give `1 line`, `2 lines`, `2 branches`."""
    ending = "" if number == 1 else "es" if noun.endswith("h") else "s"
    return f"{grouped(number)} {noun}{ending}"
