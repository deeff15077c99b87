"""Golden models and their outputs, for the tests of the engine against them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

import nam_core

ISAS: list[str] = nam_core.runtime_info()["isas"]
EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]

Array = npt.NDArray[Any]
Dtype = Literal["float32", "float64"]

each_isa = pytest.mark.parametrize("isa", ISAS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


@cache
def golden(path: Path) -> dict[str, Array]:
    """The input and outputs of a golden model, by the names in its manifest."""
    with np.load(path.with_suffix(".npz")) as data:
        return dict(data)


def rounding_ties(ours: Array, package: Array, tolerance: float) -> int:
    """Check that float64 outputs round to the same float32 values, and return the number of rounding ties.

    Two float64 results closer than ``tolerance`` are the same result. If a boundary of float32 rounding lies
    between them, their float32 values differ: a rounding tie.
    """
    assert ours.shape == package.shape
    differs = ours.astype(np.float32) != package.astype(np.float32)
    ties = differs & (np.abs(ours - package) < tolerance)
    assert not (differs & ~ties).any()
    return int(ties.sum())
