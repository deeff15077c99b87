"""The rule for grouped convolutions (format 2.3, rule 2)."""

from __future__ import annotations

from .cursor import Cursor


def check_groups(cursor: Cursor, groups: int, *widths: tuple[str, int]) -> None:
    """Refuse a group count that does not divide every one of the named widths.

    Parameters
    ----------
    cursor : the group count, or the object that holds it as ``groups``.
    groups : the group count.
    widths : name and number of channels on each side of the convolution.
    """
    for name, width in widths:
        if width % groups:
            place = cursor["groups"] if isinstance(cursor.value, dict) else cursor
            raise place.error(f"found {groups} groups; {name} ({width}) must be divisible by it")
