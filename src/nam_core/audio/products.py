"""Products of many rows with one matrix that do not wake the threads of a BLAS."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", np.float32, np.float64)

# OpenBLAS spreads a product with more multiplications than this over all cores, and its threads then wait for
# each other: beside other work that took ten times as long as one core by itself.
_ONE_CORE = 1 << 18


def times(rows: npt.NDArray[Number], matrix: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """``rows @ matrix`` in steps of so many rows that each stays on this core. Allocates."""
    step = max(1, _ONE_CORE // matrix.size)
    whole = len(rows) // step * step
    out: npt.NDArray[Any] = np.empty((len(rows), matrix.shape[1]), rows.dtype)
    if whole:
        stack = (whole // step, step, -1)
        np.matmul(rows[:whole].reshape(stack), matrix, out=out[:whole].reshape(stack))
    np.matmul(rows[whole:], matrix, out=out[whole:])
    return out
