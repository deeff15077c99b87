"""What a file says about its capture (format 1.2). Nothing in here can make a file unreadable."""

from __future__ import annotations

from ..config import Metadata
from .cursor import Cursor, describe, finite_number


def read_metadata(cursor: Cursor) -> Metadata:
    """The metadata; values of the wrong type are ignored with a warning."""
    if cursor.is_absent:
        return Metadata()
    if not isinstance(cursor.value, dict):
        cursor.warn(f"found {describe(cursor.value)}; must be an object; ignored")
        return Metadata()
    return Metadata(
        name=_text(cursor["name"]),
        modeled_by=_text(cursor["modeled_by"]),
        gear_type=_text(cursor["gear_type"]),
        gear_make=_text(cursor["gear_make"]),
        gear_model=_text(cursor["gear_model"]),
        tone_type=_text(cursor["tone_type"]),
        loudness=_number(cursor["loudness"]),
        gain=_number(cursor["gain"]),
        input_level_dbu=_number(cursor["input_level_dbu"]),
        output_level_dbu=_number(cursor["output_level_dbu"]),
        raw=cursor.value,
    )


def _text(cursor: Cursor) -> str | None:
    if cursor.is_absent:
        return None
    if not isinstance(cursor.value, str):
        cursor.warn(f"found {describe(cursor.value)}; must be a string; ignored")
        return None
    return cursor.value


def _number(cursor: Cursor) -> float | None:
    if cursor.is_absent:
        return None
    number = finite_number(cursor.value)
    if number is None:
        cursor.warn(f"found {describe(cursor.value)}; must be a finite number; ignored")
    return number
