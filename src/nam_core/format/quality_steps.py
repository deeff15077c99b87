"""Which of several equally wide steps a quality from 0 to 1 selects (format 7.2)."""

from __future__ import annotations

import math


def first_quality(index: int, count: int) -> float:
    """Where size ``index`` of ``count`` starts: the double nearest to index / count, or the one above it.

    The rule is floor(quality * count), and the product can round to below the index, as 15 / 22 * 22 does.
    """
    quality = index / count
    return quality if math.floor(quality * count) == index else math.nextafter(quality, 1.0)


def index_at(quality: float, count: int) -> int:
    """The index of the size, of ``count``, that a quality selects (format 7.2)."""
    index = min(math.floor(quality * count), count - 1)
    # One ulp below a border the product can round up. There the border decides, so that the same fraction of
    # two different counts is one border.
    return index - 1 if quality < first_quality(index, count) else index
