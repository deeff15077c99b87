"""Sine, exponential and chance with the same bits on every machine.

NumPy's ``sin`` and ``exp`` differ in the last bit between processors and versions, so files made with them
would differ. This module uses only operations that IEEE 754 rounds in one way (addition, multiplication,
division, rounding to whole numbers), one at a time, and no sum whose order NumPy may choose.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

TWO_PI = 6.283185307179586
_LN_2 = 0.6931471805599453
_LN_10 = 2.302585092994046
# Coefficients of Taylor series. At the ends of their ranges (a quarter turn, or half of ln 2) the first term
# that is left out is below 1e-17.
_SINE = [float(Fraction((-1) ** n, math.factorial(2 * n + 1))) for n in range(11)]
_EXPONENTIAL = [float(Fraction(1, math.factorial(n))) for n in range(15)]


def sine(turns: Array) -> Array:
    """Sine of angles in turns (1.0 is a full circle), to 1e-15; float64 of the same shape. Allocates."""
    turns = turns - np.rint(turns)
    # The outer quarters of the turn are mirrored onto the inner quarters.
    turns = np.where(turns > 0.25, 0.5 - turns, np.where(turns < -0.25, -0.5 - turns, turns))
    angle = turns * TWO_PI
    return angle * _series(_SINE, angle * angle)


def cosine(turns: Array) -> Array:
    """Cosine of angles in turns, as ``sine``."""
    return sine(turns + 0.25)


def exponential(x: Array) -> Array:
    """e to the power of x, float64 of the same shape, to a relative error of 1e-15 for x from -30 to 30.
    Allocates.
    """
    doublings = np.rint(x / _LN_2)
    return np.ldexp(_series(_EXPONENTIAL, x - doublings * _LN_2), doublings.astype(np.int64))


def semitones(count: float) -> float:
    """The frequency ratio of an interval of ``count`` semitones."""
    return float(exponential(np.array([count * _LN_2 / 12.0]))[0])


def decibels(level: float) -> float:
    """The amplitude of a level in dB; 1.0 is 0 dB."""
    return float(exponential(np.array([level * _LN_10 / 20.0]))[0])


def logarithm(x: float) -> float:
    """Natural logarithm by decimal arithmetic, which is the same on every machine."""
    return float(Decimal(x).ln())


def _series(coefficients: list[float], x: Array) -> Array:
    total = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


class Chance:
    """Random numbers from the raw bits of PCG64, the part of numpy's generators that never changes."""

    def __init__(self, seed: int, stream: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, stream]))

    def noise(self, frames: int) -> Array:
        """White noise, ``(frames,)``, from -1 to 1."""
        return (self._bits.random_raw(frames) >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0

    def about(self, value: float, spread: float) -> float:
        """A random number within ``spread`` of ``value``."""
        return value + spread * float(self.noise(1)[0])
