"""A cursor over a parsed JSON value. It knows its location, so that every error names the place."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any, TypeVar

from ...errors import NamConfigError

Default = TypeVar("Default")

# Any size beyond this cannot be an index in the engine.
MAX_SIZE = 2**31 - 1

_SHOWN_CHARACTERS = 60


class _Missing:
    """Stands for the value of a missing key."""


_MISSING = _Missing()


class Cursor:
    """One value of a .nam file, with the file's name and the JSON location of the value.

    Looking up a key always gives a cursor, perhaps to a missing value. The readers (``size``, ``number`` and
    so on) return the Python value, or ``default`` if the key is missing and a default is given; anything else
    raises NamConfigError, which says what was found and what is allowed.

    Parameters
    ----------
    value : parsed JSON value.
    path : name of the file, or None.
    location : JSON location, such as ``config.layers[1].head``; "" is the root.
    """

    __slots__ = ("location", "path", "value")

    def __init__(self, value: Any, path: str | None = None, location: str = "") -> None:
        self.value = value
        self.path = path
        self.location = location

    def __getitem__(self, key: str) -> Cursor:
        location = f"{self.location}.{key}" if self.location else key
        return Cursor(self.object().get(key, _MISSING), self.path, location)

    @property
    def is_missing(self) -> bool:
        """Whether the key is not in the file."""
        return self.value is _MISSING

    @property
    def is_absent(self) -> bool:
        """Whether the key is not in the file, or is null."""
        return self.value is None or self.value is _MISSING

    @property
    def is_list(self) -> bool:
        """Whether the value is an array."""
        return isinstance(self.value, list)

    def error(self, message: str) -> NamConfigError:
        """An error about this value, to be raised by the caller."""
        return NamConfigError(message, path=self.path, location=self.location)

    def wrong(self, allowed: str) -> NamConfigError:
        """The error that says what was found and what is allowed, to be raised by the caller."""
        if self.is_missing:
            return self.error(f"missing; must be {allowed}")
        return self.error(f"found {describe(self.value)}; must be {allowed}")

    def warn(self, message: str) -> None:
        """Issue a UserWarning about this value."""
        place = ": ".join(part for part in (self.path, self.location) if part)
        warnings.warn(f"{place}: {message}" if place else message, UserWarning, stacklevel=3)

    def object(self) -> dict[str, Any]:
        """The value as an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return self.value

    def entries(self, allowed: str) -> list[Cursor]:
        """Cursors to the entries of an array; ``allowed`` describes the array for the error message."""
        if not isinstance(self.value, list):
            raise self.wrong(allowed)
        return [Cursor(entry, self.path, f"{self.location}[{i}]") for i, entry in enumerate(self.value)]

    def size(self, default: int | None = None) -> int:
        """The value as an int >= 1. An integral float (``3.0``) is as good as an int; a bool is not."""
        if self.is_missing and default is not None:
            return default
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.wrong("an integer >= 1")
        if value > MAX_SIZE:
            raise self.wrong(f"an integer from 1 to {MAX_SIZE}")
        return int(value)

    def sizes(self) -> list[int]:
        """The value as an array of ints >= 1, perhaps empty."""
        values = self.value
        # The usual case at once: there may be 100,000 of them, and a cursor takes 2 us.
        if isinstance(values, list) and all(type(v) is int and 1 <= v <= MAX_SIZE for v in values):
            return list(values)
        return [entry.size() for entry in self.entries("an array of integers >= 1")]

    def number(self, default: float | None = None) -> float:
        """The value as a finite double."""
        if self.is_missing and default is not None:
            return default
        number = finite_number(self.value)
        if number is None:
            raise self.wrong("a finite number")
        return number

    def boolean(self, default: bool | None = None) -> bool:
        """The value as a bool."""
        if self.is_missing and default is not None:
            return default
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def text(self) -> str:
        """The value as a string."""
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        return self.value


def finite_number(value: object) -> float | None:
    """The JSON value as a double, or None if it is not a number or not finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def describe(value: object) -> str:
    """A JSON value in a few words, for error messages."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array of 1 entry" if len(value) == 1 else f"an array of {len(value)} entries"
    if isinstance(value, str):
        shown = value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "..."
        return json.dumps(shown)
    if isinstance(value, int) and value.bit_length() > 128:
        return f"an integer of {value.bit_length()} bits"
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return f"a Python {type(value).__name__}"
