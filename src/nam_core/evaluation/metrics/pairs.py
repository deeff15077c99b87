"""The checks that all metrics make on their two signals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Sound lies far below this; squares of larger values may be infinite.
_LARGEST = 1e100


def pair(prediction: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, Array]:
    """Check both signals, and return them as float64 arrays of one shape.

    Raises
    ------
    ValueError : the shapes differ, there are no samples, or a sample is NaN, infinite or beyond 1e100.
    """
    p = np.asarray(prediction, dtype=np.float64)
    t = np.asarray(target, dtype=np.float64)
    if p.shape != t.shape:
        raise ValueError(f"shapes differ: prediction {p.shape}, target {t.shape}")
    if p.size == 0 or p.ndim == 0:
        raise ValueError("no samples to compare")
    for name, signal in (("prediction", p), ("target", t)):
        finite = np.isfinite(signal)
        if not finite.all():
            place = tuple(int(i) for i in np.argwhere(~finite)[0])
            raise ValueError(f"{name} must be finite; found {signal[place]} at index {list(place)}")
        largest = float(np.max(np.abs(signal)))
        if largest > _LARGEST:
            raise ValueError(f"{name} cannot be sound: it reaches {largest:g}, and full scale is 1.0")
    return p, t


def items(signal: Array) -> Array:
    """``(items, frames)``: every axis before the last counts as items."""
    return signal.reshape(-1, signal.shape[-1])
