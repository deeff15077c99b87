"""How far one signal is from another: ESR, null depth, units in the last place (format 11.1).

Sums are made in float64 whatever the input's type.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def esr(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Error-to-signal ratio, as the trainer reports it: no pre-emphasis, no epsilon (format 11.1).

    Parameters
    ----------
    prediction, target : ``(frames,)``, or ``(items, frames)`` or more axes before the last.

    Returns
    -------
    ``mean((p - t)**2) / mean(t**2)`` over the last axis, averaged over the items. An item with no error
    counts 0 even where its target is silent; an error against a silent target counts infinity.

    Raises
    ------
    ValueError : the shapes differ, or there are no samples.
    """
    p, t = _pair(prediction, target)
    error = np.mean((p - t) ** 2, axis=-1)
    power = np.mean(t**2, axis=-1)
    ratio = np.divide(error, power, out=np.full(np.shape(error), np.inf), where=power > 0.0)
    return float(np.mean(np.where(error == 0.0, 0.0, ratio)))


def null_depth_db(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Level of the difference relative to the target, in dB: what is left when one nulls the other.

    Parameters
    ----------
    prediction, target : equal shapes, any number of axes; all samples count as one signal.

    Returns
    -------
    ``20 log10(rms(p - t) / rms(t))``; -inf when identical, +inf for an error against a silent target.

    Raises
    ------
    ValueError : the shapes differ, or there are no samples.
    """
    p, t = _pair(prediction, target)
    error = float(np.sqrt(np.mean((p - t) ** 2)))
    level = float(np.sqrt(np.mean(t**2)))
    if error == 0.0:
        return -math.inf
    return 20.0 * math.log10(error / level) if level > 0.0 else math.inf


def ulps(a: Array, b: Array) -> npt.NDArray[np.int64]:
    """Distance between float32 values, counted in representable values; 0.0 and -0.0 are 0 apart.

    Parameters
    ----------
    a, b : float32 arrays of one shape.

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


def _pair(
    prediction: npt.ArrayLike, target: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    p = np.asarray(prediction, dtype=np.float64)
    t = np.asarray(target, dtype=np.float64)
    if p.shape != t.shape:
        raise ValueError(f"shapes differ: prediction {p.shape}, target {t.shape}")
    if p.size == 0 or p.ndim == 0:
        raise ValueError("no samples to compare")
    return p, t
