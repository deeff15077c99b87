"""The ``slimmable`` key of a layer array (format 7.1, 7.4, 7.5)."""

from __future__ import annotations

from ..config import Slimmable
from .cursor import Cursor

_METHOD = "slice_channels_uniform"


def read_slimmable(cursor: Cursor, channels: int, bottleneck: int) -> Slimmable | None:
    """How the array can be slimmed, or None if it cannot.

    Raises
    ------
    NamConfigError
        For another method, or a list of sizes that the array cannot be cut to.
    """
    if cursor.is_absent:
        return None
    method = cursor["method"]
    if method.is_absent or method.value == "":
        cursor.warn("no slimming method; the array is taken as not slimmable")
        return None
    if method.value != _METHOD:
        raise method.wrong(f'"{_METHOD}"')
    kwargs = cursor["kwargs"]
    if kwargs.is_absent or kwargs["allowed_channels"].is_absent:
        return Slimmable(allowed_channels=None)
    return Slimmable(_read_allowed_channels(kwargs["allowed_channels"], channels, bottleneck))


def _read_allowed_channels(cursor: Cursor, channels: int, bottleneck: int) -> tuple[int, ...]:
    entries = cursor.entries("an array of integers >= 1")
    if not entries:
        raise cursor.wrong("an array of at least one integer")
    allowed: dict[int, None] = {}
    for entry in entries:
        size = entry.size()
        if size in allowed:
            raise entry.error(f"found {size} a second time; the entries must differ")
        if size > channels:
            raise entry.wrong(f"at most {channels}, the channels of the array")
        if size > bottleneck:
            # An explicit list also cuts the bottleneck (format 7.4), which cannot grow.
            raise entry.wrong(f"at most {bottleneck}, the bottleneck of the array")
        allowed[size] = None
    return tuple(allowed)
