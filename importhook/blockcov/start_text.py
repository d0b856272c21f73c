"""JSON as BLOCKCOV_START and the notes of a run hold it, without the json package: importing that imports `re`.

The C parts of that package do the work; where an implementation or a later version lacks them, the package does.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Context:
    """What the C scanner asks for."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None  # from 3.15 on
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: "dict[str, str]" = {}  # noqa: RUF012


def dumps(value: object) -> str:
    """Write str, int, lists and dicts of them; characters beyond ASCII stay as they are."""
    try:
        from _json import encode_basestring, make_encoder

        # Private: typeshed knows it with other argument types. Where it takes others, json is used below.
        encode = make_encoder(None, None, encode_basestring, None, ": ", ", ", False, False, False)  # type: ignore[arg-type]
    except (ImportError, TypeError):
        import json

        return json.dumps(value, ensure_ascii=False)
    return "".join(encode(value, 0))


def loads(text: str) -> "Any":
    """Parse a JSON value. Raises ValueError."""
    try:
        if hasattr(sys, "gettotalrefcount"):  # a debug build of 3.11 aborts at what is a SystemError below
            raise ImportError
        from _json import make_scanner

        scan = make_scanner(_Context)  # type: ignore[arg-type]
    except (ImportError, TypeError, AttributeError):
        import json

        return json.loads(text)
    text = text.strip(" \t\n\r")
    try:
        value, end = scan(text, 0)
    except (StopIteration, SystemError):  # the latter on 3.11, where the error is a class of the json package
        raise ValueError("not JSON") from None
    if end != len(text):
        raise ValueError(f"not JSON: there is more after character {end}")
    return value
