"""A table of figures as rows of text, for a terminal or a page."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\s*([-+]?(?:inf|\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?))", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A table: ``headings`` (each may have two lines) and ``rows`` of the same length, names first.

    A narrow terminal leaves out the columns whose headings are in ``dispensable``, in that order.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    dispensable: tuple[str, ...] = ()

    def sort_keys(self) -> tuple[tuple[float | None, ...], ...]:
        """The key by which a page sorts each cell: the number that the cell begins with.

        A column with a cell of text (not a number, not empty, not a dash) is a text column, and all its keys
        are None. In a column of numbers, empty cells and dashes have the key NaN and sort last.
        """
        keys = [[_number(cell) for cell in row] for row in self.rows]
        for column in range(len(self.headings)):
            if any(row[column] is None for row in keys):
                for row in keys:
                    row[column] = None
        return tuple(tuple(row) for row in keys)


def _number(cell: str) -> float | None:
    if cell.strip() in ("", "-"):
        return math.nan
    found = _NUMBER.match(cell)
    return float(found[1].replace(",", "")) if found else None
