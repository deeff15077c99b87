"""One float32 operation of the engine at a time: rounded to nearest even, subnormal numbers flushed to zero.

Every tensor here is float64 and holds float32 values, of which none is subnormal; float64 is only the means:

- The product of two float32 values is exact in float64 (48 of 53 bits).
- A sum, difference or quotient of two that is rounded to float64 and then to float32 is the correctly rounded
  float32, as 53 >= 2 * 24 + 2 (Figueroa, "When is double rounding innocuous?", 1995).
- For a fused multiply-add the two roundings can disagree, but only where the float64 sum lands on the
  midpoint of two float32 values. There the sum is rounded to odd instead, which keeps on which side of the
  midpoint the exact value was (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
  algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008).

Subnormal results become zero by x86's rule: a result is tiny if it is below 2**-126 after rounding to 24
bits. AArch64 looks before rounding: there a result less than half a unit (2**-151) below 2**-126 is zero, and
here it is 2**-126.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import torch

# Tensors broadcast as usual. A Python float must be a float32 value.
Operand: TypeAlias = torch.Tensor | float

SMALLEST_NORMAL = 2.0**-126
# Half a unit of 24 bits below the smallest normal number: from here on a result rounds up to it. Like every
# other border between two roundings it is the midpoint of two 24-bit numbers.
_TINY = SMALLEST_NORMAL * (1.0 - 2.0**-25)
_LARGEST_FLUSHED = math.nextafter(_TINY, 0.0)

# The 29 bits that float64 has and float32 has not, and their value at a midpoint of two float32 values.
_EXTRA_BITS = (1 << 29) - 1
_MIDPOINT = 1 << 28


def from_float32(x: torch.Tensor) -> torch.Tensor:
    """Values from outside (audio, weights) as the engine sees them: subnormal numbers count as zero.

    Parameters
    ----------
    x : float32 or float64. float64 values are rounded to float32 first.

    Returns
    -------
    float64, same shape, made for the functions below.
    """
    return rounded(x.to(torch.float64))


def rounded(x: torch.Tensor) -> torch.Tensor:
    """Round float64 values to float32. ``x`` is the exact value, or rounded in a way that cannot matter."""
    # hardshrink gives +0.0 for what it flushes; the engine keeps the sign.
    kept = torch.copysign(torch.nn.functional.hardshrink(x, _LARGEST_FLUSHED), x)
    return kept.to(torch.float32).to(torch.float64)


def add(a: torch.Tensor, b: Operand) -> torch.Tensor:
    """a + b."""
    return rounded(a + b)


def subtract(a: Operand, b: torch.Tensor) -> torch.Tensor:
    """a - b."""
    return rounded(a - b)


def multiply(a: torch.Tensor, b: Operand) -> torch.Tensor:
    """a * b."""
    return rounded(a * b)


def divide(a: Operand, b: torch.Tensor) -> torch.Tensor:
    """a / b."""
    return rounded(a / b)


def fma(a: torch.Tensor, b: Operand, c: Operand) -> torch.Tensor:
    """a * b + c, rounded once."""
    product = a * b
    total = product + c
    midpoints = (total.view(torch.int64) & _EXTRA_BITS) == _MIDPOINT
    if midpoints.any():
        total = torch.where(midpoints, _rounded_to_odd(product, c, total), total)
    return rounded(total)


def fnma(a: torch.Tensor, b: Operand, c: Operand) -> torch.Tensor:
    """c - a * b, rounded once."""
    return fma(-a, b, c)


def maximum(a: torch.Tensor, b: Operand) -> torch.Tensor:
    """The larger one; b where they compare equal."""
    return torch.where(a > b, a, b)


def minimum(a: torch.Tensor, b: float) -> torch.Tensor:
    """The smaller one; b where they compare equal."""
    return torch.where(a < b, a, b)


def _rounded_to_odd(a: torch.Tensor, b: Operand, total: torch.Tensor) -> torch.Tensor:
    """a + b in float64, given rounded to nearest, rounded to odd: inexact sums get an odd last bit.

    An inexact sum lies between two neighbouring float64 values, one of which is odd; that one is the result.
    """
    # What rounding lost, exactly (TwoSum: Knuth, The Art of Computer Programming 2, 4.2.2).
    virtual = total - a
    lost = (a - (total - virtual)) + (b - virtual)
    bits = total.view(torch.int64)
    # In the bits, away from zero is up, whatever the sign.
    neighbour = bits + torch.where((lost > 0) == (total > 0), 1, -1)
    return torch.where((lost != 0) & (bits % 2 == 0), neighbour, bits).view(torch.float64)
