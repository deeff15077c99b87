"""A table of figures as rows of text, for a terminal or a page."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\s*([-+]?(?:inf|\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?))", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """``headings`` may have two lines. They and each of ``rows`` have the same length; names come first.

    ``dispensable`` are headings of columns that a narrow terminal does without, the first one first.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    dispensable: tuple[str, ...] = ()

    def sort_keys(self) -> tuple[tuple[float | None, ...], ...]:
        """What a page sorts each row by: the number that each cell begins with.

        A column counts as text, all None, if one of its cells has no number and is not empty or a dash. Those
        are NaN in a column of numbers: they come last.
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
