"""The accuracy that is promised for the activation functions: one row per function and range.

tests/kernels/test_activations.py checks that the engine keeps it; docs/numerics.md shows the measured
accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .activation_accuracy import Dtype

MAX = {"float32": float(np.finfo(np.float32).max), "float64": float(np.finfo(np.float64).max)}


@dataclass(frozen=True)
class Bound:
    """Largest errors from low to high; None where a function has no sensible bound of the kind.

    ``absolute`` of a function that grows without limit holds for a limited range. ``ulps`` (units in the last
    place of the exact value) does not hold next to the subnormal numbers.
    """

    name: str
    low: float
    high: float
    absolute: float | None
    ulps: float | None


def _bounds(dtype: Dtype, epsilon: float) -> tuple[Bound, ...]:
    """``epsilon`` is 2**-24 or 2**-53, half a unit of 1."""
    most = MAX[dtype]
    # Beyond this limit the sigmoid's exponential is clamped.
    limit = {"float32": 87.0, "float64": 708.0}[dtype]
    clamped = 2.0 * float(np.exp(-limit))
    return (
        Bound("Tanh", -most, most, 3.3 * epsilon, 4.0),
        Bound("Sigmoid", -limit, most, 1.6 * epsilon, 2.6),
        Bound("Sigmoid", -most, -limit, clamped, None),
        Bound("SiLU", -limit, most, None, 2.6),
        Bound("SiLU", -16.0, 16.0, 26.0 * epsilon, 2.6),
        Bound("SiLU", -1e6, -limit, 1e6 * clamped, None),
        Bound("Hardswish", -most, most / 6.1, None, 2.0),
        Bound("Hardswish", -16.0, 16.0, 17.0 * epsilon, 2.0),
        Bound("Softsign", -most, most, 1.6 * epsilon, 1.6),
        Bound("Softsigmoid", -most, most, 1.3 * epsilon, None),
        Bound("Softsigmoid", -1.0, most, 1.3 * epsilon, 1.3),
        Bound("ReLU", -most, most, 0.0, 0.0),
        Bound("LeakyReLU", -most, most, None, 0.5),
        Bound("PReLU", -most, most, None, 0.5),
        Bound("Hardtanh", -most, most, 0.0, 0.0),
        Bound("LeakyHardtanh", -most, most, None, 1.3),
        Bound("LeakyHardtanh", -16.0, 16.0, 2.0 * epsilon, 1.3),
        Bound("Fasttanh", -1e9, 1e9, 6.0 * epsilon, 6.0),
    )


BOUNDS: dict[Dtype, tuple[Bound, ...]] = {
    "float32": _bounds("float32", 2.0**-24),
    "float64": _bounds("float64", 2.0**-53),
}
