"""The distance of two float32 signals, counted in representable values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def ulps(a: Array, b: Array) -> npt.NDArray[np.int64]:
    """Distance of float32 values, counted in representable values; 0.0 and -0.0 are 0 apart.

    Parameters
    ----------
    a, b : float32 arrays of any shape, the same for both.

    Returns
    -------
    int64, same shape: ``abs(i(a) - i(b))``, where i orders the bit patterns as signed magnitudes.

    Raises
    ------
    TypeError : an array is not float32. ValueError : the shapes differ, or there is a NaN.
    """
    if a.dtype != np.float32 or b.dtype != np.float32:
        raise TypeError(f"ulps compares float32 arrays, got {a.dtype} and {b.dtype}")
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    if np.isnan(a).any() or np.isnan(b).any():
        raise ValueError("NaN has no place in the order of float32 values")
    distance: npt.NDArray[np.int64] = np.abs(_ordered(a) - _ordered(b))
    return distance


def _ordered(x: Array) -> npt.NDArray[np.int64]:
    bits = np.ascontiguousarray(x).view(np.int32).astype(np.int64)
    # A negative float's bits, read as an int, are -2**31 plus its magnitude's bits.
    return np.where(bits < 0, -(2**31) - bits, bits)
