"""Reads the metadata of a capture (format 1.2). No error in it makes a file unreadable."""

from __future__ import annotations

from typing import Any

from ..config import Metadata
from .cursor import Cursor, describe, finite_number

# Real metadata nests four deep.
_MAX_NESTING = 64
# One warning for each value that is ignored, up to so many; then one for all the others.
_MAX_WARNINGS = 8
_SHOWN_CHARACTERS = 60


def read_metadata(cursor: Cursor) -> Metadata:
    """The metadata; values of the wrong type are ignored with a warning.

    So are numbers that are not finite, and what nests too deeply; text that is not Unicode gets U+FFFD in its
    place. ``raw`` can thus be printed and written anywhere.
    """
    if cursor.is_absent:
        return Metadata()
    if not isinstance(cursor.value, dict):
        cursor.warn(f"found {describe(cursor.value)}; must be an object; ignored")
        return Metadata()
    cleaner = _Cleaner(cursor.path)
    raw = cleaner.clean(cursor.value, cursor.location, 0)
    cleaner.finish(cursor)
    clean = Cursor(raw, cursor.path, cursor.location)
    return Metadata(
        name=_text(clean["name"]),
        modeled_by=_text(clean["modeled_by"]),
        gear_type=_text(clean["gear_type"]),
        gear_make=_text(clean["gear_make"]),
        gear_model=_text(clean["gear_model"]),
        tone_type=_text(clean["tone_type"]),
        loudness=_number(clean["loudness"]),
        gain=_number(clean["gain"]),
        input_level_dbu=_number(clean["input_level_dbu"]),
        output_level_dbu=_number(clean["output_level_dbu"]),
        raw=raw,
    )


class _Cleaner:
    """Copies a value without what JSON or Unicode do not have; ``path`` is the file's name."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._warnings = 0

    def clean(self, value: Any, location: str, nesting: int) -> Any:
        """The value, at this JSON location, so many objects and arrays deep."""
        if isinstance(value, (dict, list)) and nesting >= _MAX_NESTING:
            return self._ignore(value, location, "nested too deeply; ignored")
        if isinstance(value, dict):
            return {
                self._clean_key(key): self.clean(entry, f"{location}.{_short(key)}", nesting + 1)
                for key, entry in value.items()
            }
        if isinstance(value, list):
            return [self.clean(entry, f"{location}[{i}]", nesting + 1) for i, entry in enumerate(value)]
        if isinstance(value, str):
            if _is_unicode(value):
                return value
            self._ignore(value, location, "found text that is not Unicode; U+FFFD put in its place")
            return _to_unicode(value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and finite_number(value) is None:
            return self._ignore(value, location, f"found {describe(value)}; must be a finite number; ignored")
        return value

    def finish(self, cursor: Cursor) -> None:
        """Say how many values there were besides those that were named."""
        if self._warnings > _MAX_WARNINGS:
            cursor.warn(f"{self._warnings - _MAX_WARNINGS} more values are like that; ignored")

    def _clean_key(self, key: Any) -> Any:
        return _to_unicode(key) if isinstance(key, str) else key

    def _ignore(self, value: Any, location: str, message: str) -> None:
        self._warnings += 1
        if self._warnings <= _MAX_WARNINGS:
            Cursor(value, self._path, location).warn(message)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _to_unicode(text: str) -> str:
    """The text with U+FFFD for lone surrogates, and for bytes that were not UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _short(key: Any) -> str:
    text = _to_unicode(str(key))
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."


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
