"""The factors of transforms, correctly rounded (cpp/layers/long_response/unit_roots.cpp, twiddles.cpp).

The engine computes them with about 104 bits and rounds them to float64. Here they come from integers, far
more exact: the two agree unless 104 bits are too few to know how a number rounds.
"""

from __future__ import annotations

from functools import cache
from math import isqrt

import numpy as np
import numpy.typing as npt

# Numbers are integers in units of 2**-_BITS.
_BITS = 192
_ONE = 1 << _BITS

_Point = tuple[int, int]


def _times(a: _Point, b: _Point) -> _Point:
    return (a[0] * b[0] - a[1] * b[1]) >> _BITS, (a[0] * b[1] + a[1] * b[0]) >> _BITS


@cache
def _quarter_circle(quarter: int) -> npt.NDArray[np.complex128]:
    """exp(2 pi i n / (4 quarter)) for n = 0, ..., quarter - 1; ``quarter`` is a power of two."""
    halved: list[_Point] = [(0, _ONE)]  # a quarter of the circle, an eighth, ...
    while 1 << (len(halved) - 1) < quarter:
        cos = halved[-1][0]
        halved.append((isqrt((_ONE + cos) << (_BITS - 1)), isqrt((_ONE - cos) << (_BITS - 1))))
    points: list[_Point] = [(_ONE, 0)]
    for root in halved[:0:-1]:
        points += [_times(point, root) for point in points]
    return np.array([complex(re / _ONE, im / _ONE) for re, im in points])


def twiddles(passes: int) -> list[npt.NDArray[np.complex128]]:
    """s, s**2 and s**3 of the blocks of each pass of a transform of 4**passes values, ``(blocks, 3)``."""
    order = 4 ** (passes + 1)
    quarter = _quarter_circle(order // 4)
    turns = np.array([1, 1j, -1, -1j])
    angles = np.array([order // 16])
    tables = []
    for _ in range(passes):
        each = angles[:, None] * np.arange(1, 4)
        tables.append(quarter[each % len(quarter)] * turns[each // len(quarter) % 4])
        angles = ((angles[:, None] + np.arange(4) * (order // 4)) // 4).ravel()
    return tables
