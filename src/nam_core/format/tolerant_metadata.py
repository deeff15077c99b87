"""Reads files whose metadata is not valid JSON: a tolerant parser reads the metadata, the strict one the
rest.

The trainer itself writes ``-Infinity`` for the loudness of a silent capture, and programs put text into names
that is not UTF-8. Neither has a meaning for the sound.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
_KEY = b'"metadata"'
# Python turns no more digits than this into a whole number, and a double has a tenth of them.
_MOST_DIGITS = 309


@dataclass
class _Level:
    """An object or array that is open: the key or number of the entry that is being read."""

    is_object: bool
    entry: str | int
    last_string: bytes = b""


@dataclass(frozen=True)
class Metadata:
    """A value with the key "metadata" in a file's text, bytes ``start`` to ``end``, and where it belongs."""

    path: tuple[str | int, ...]
    start: int
    end: int

    @property
    def location(self) -> str:
        """JSON location, as error messages have it."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")


def find_metadata(data: bytes) -> list[Metadata]:
    """The metadata of all models in a file, whatever is in it, as long as its quotes and brackets match."""
    found: list[Metadata] = []
    levels: list[_Level] = []
    start, depth = -1, 0
    for token in _TOKEN.finditer(data):
        text, inside = token.group(), start >= 0
        top = levels[-1] if levels else None
        if text in (b"{", b"["):
            levels.append(_Level(text == b"{", "" if text == b"{" else 0))
        elif text in (b"}", b"]", b",") and top is not None:
            if inside and len(levels) == depth:
                found.append(Metadata(tuple(level.entry for level in levels), start, token.start()))
                start = -1
            if text != b",":
                levels.pop()
            elif isinstance(top.entry, int):
                top.entry += 1
        elif text == b":" and top is not None and not inside:
            top.entry = _text(top.last_string)
            if top.last_string == _KEY:
                start, depth = token.end(), len(levels)
        elif top is not None:
            top.last_string = text
    return found


def without(data: bytes, found: list[Metadata]) -> bytes:
    """The text with 0 in place of each of these values, and everything else where it was."""
    left = bytearray(data)
    for value in found:
        size = value.end - value.start
        left[value.start : value.end] = b"0".ljust(size)[:size]
    return bytes(left)


def parse(data: bytes, value: Metadata) -> Any:
    """The metadata as Python values, in which numbers may be infinite or NaN, and text have surrogates.

    Raises ValueError if it is not even that.
    """
    text = data[value.start : value.end].decode("utf-8", "surrogateescape")
    try:
        return json.loads(text, strict=False, parse_int=_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def put(document: Any, value: Metadata, parsed: Any) -> None:
    """Put the parsed metadata where it stood, if it is still there: of a key given twice the last counts."""
    with suppress(KeyError, IndexError, TypeError):
        for part in value.path[:-1]:
            document = document[part]
        document[value.path[-1]] = parsed


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _text(string: bytes) -> str:
    try:
        return str(json.loads(string))
    except ValueError:
        return ""
