"""Least squares with coefficients that are not negative."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_TOLERANCE = 1e-10


def nonnegative_least_squares(a: Array, b: Array) -> Array:
    """The x >= 0 that makes ``a x`` come nearest to ``b``, by the active set of Lawson and Hanson (1974).

    Parameters
    ----------
    a : ``(rows, columns)``.
    b : ``(rows,)``.

    Returns
    -------
    ``(columns,)``; a coefficient that would be negative is 0.
    """
    # All columns get length 1, so that one tolerance fits all.
    lengths = np.linalg.norm(a, axis=0)
    lengths[lengths == 0] = 1.0
    a = a / lengths
    x = np.zeros(a.shape[1])
    free = np.zeros(a.shape[1], bool)
    # Each round frees one column. A column is freed again only if the error gets smaller.
    for _ in range(10 * a.shape[1]):
        gradient = np.where(free, -np.inf, a.T @ (b - a @ x))
        if gradient.max(initial=-np.inf) <= _TOLERANCE * np.linalg.norm(b):
            break
        free[np.argmax(gradient)] = True
        target = _unconstrained(a, b, free)
        while (target[free] <= 0).any():
            # Go towards the target until the first coefficient is 0, and fix that coefficient.
            blocking = free & (target <= 0)
            step = np.min(x[blocking] / (x[blocking] - target[blocking]))
            x = x + step * (target - x)
            free &= x > _TOLERANCE
            x[~free] = 0.0
            target = _unconstrained(a, b, free)
        x = target
    result: Array = x / lengths
    return result


def _unconstrained(a: Array, b: Array, free: npt.NDArray[np.bool_]) -> Array:
    x = np.zeros(a.shape[1])
    x[free] = np.linalg.lstsq(a[:, free], b, rcond=None)[0]
    return x
