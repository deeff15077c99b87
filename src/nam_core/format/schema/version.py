"""The file-format versions that are read (format 1.3)."""

from __future__ import annotations

import re

from ...errors import NamVersionError
from .cursor import Cursor, describe

# Nine digits are plenty, and keep int() away from its own limit on digits.
_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})")


def read_version(cursor: Cursor) -> str:
    """The version, if this package reads it.

    A version 0.7.1 or later of the 0.7 series is read with a warning.

    Raises
    ------
    NamConfigError
        If there is no version.
    NamVersionError
        If the version is not ``major.minor.patch``, or is outside 0.5.0 to 0.7.x.
    """
    if cursor.is_missing:
        raise cursor.wrong('a version string such as "0.7.0"')
    match = _VERSION.fullmatch(cursor.value) if isinstance(cursor.value, str) else None
    if match is None:
        raise _refuse(cursor, 'must be a string "major.minor.patch", such as "0.7.0"')
    major, minor, patch = (int(part) for part in match.groups())
    if major > 0 or not 5 <= minor <= 7:
        raise _refuse(cursor, "must be from 0.5.0 to 0.7.x")
    if minor == 7 and patch > 0:
        cursor.warn(
            f"version {match.group()} is newer than 0.7.0; parts that 0.7.0 does not define are ignored"
        )
    return match.group()


def _refuse(cursor: Cursor, allowed: str) -> NamVersionError:
    return NamVersionError(
        f"found {describe(cursor.value)}; {allowed}", path=cursor.path, location=cursor.location
    )
