"""JSON files that always come out: also where a name in them is not UTF-8, or a number is not finite."""

from __future__ import annotations

import math
import os
from typing import Any

import orjson

from .safe_writing import write_file


def write_json(path: str | os.PathLike[str], value: Any, *, indented: bool = False) -> None:
    """Write ``json_text`` by ``safe_writing.write_file``. Raises OSError."""
    write_file(path, json_text(value, indented=indented))


def json_text(value: Any, *, indented: bool = False) -> bytes:
    """A value as JSON, with "?" for what has no UTF-8, and null for numbers that are not finite.

    Indented text ends with a line feed.
    """
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indented else 0
    try:
        return orjson.dumps(value, option=option)
    except TypeError:
        # A file name that is not UTF-8 is in it. This is rare, and looking takes longer than writing.
        return orjson.dumps(_as_utf8(value), option=option)


def finite_or_none(value: float) -> float | None:
    """The number, or None if JSON has none for it: the level of silence is -inf dB."""
    return value if math.isfinite(value) else None


def json_values(value: Any) -> Any:
    """The value with ``finite_or_none`` of each float in it, at any depth; tuples become lists."""
    if isinstance(value, dict):
        return {key: json_values(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_values(inner) for inner in value]
    return finite_or_none(value) if isinstance(value, float) else value


def _as_utf8(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_as_utf8(key): _as_utf8(inner) for key, inner in value.items()}
    return [_as_utf8(inner) for inner in value] if isinstance(value, (list, tuple)) else value
