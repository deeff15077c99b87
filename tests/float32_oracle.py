"""float32 arithmetic by exact fractions: the right result of one rounded operation, with flush-to-zero."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]

_SMALLEST_NORMAL = Fraction(2) ** -126
_OVERFLOW = Fraction(2) ** 128


def nearest(value: Fraction, zero: float = 0.0) -> float:
    """``value`` rounded to 24 bits, ties to even, exponent unbounded below 2**128; then tiny ones to zero.

    ``zero`` is what an exact zero gives; a flushed value keeps its own sign.
    """
    if value == 0:
        return zero
    sign = math.copysign(1.0, value)
    size = abs(value)
    # 2**exponent <= size < 2**(exponent + 1)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** (exponent - 23)
    result = round(size / unit) * unit
    if result < _SMALLEST_NORMAL:
        return sign * 0.0
    return sign * (float(result) if result < _OVERFLOW else math.inf)


def fma(a: float, b: float, c: float) -> float:
    """a * b + c, rounded once. Subnormal operands count as zero."""
    a, b, c = (x if abs(x) >= _SMALLEST_NORMAL else math.copysign(0.0, x) for x in (a, b, c))
    product_is_negative = math.copysign(1.0, a) * math.copysign(1.0, b) < 0
    # A sum of zeros is -0.0 only if both are; one that cancels is 0.0.
    zero = -0.0 if product_is_negative and math.copysign(1.0, c) < 0 and (a == 0 or b == 0) else 0.0
    return nearest(Fraction(a) * Fraction(b) + Fraction(c), zero)


def hard_triples(count: int, seed: int) -> tuple[Float32s, Float32s, Float32s]:
    """Operands a, b, c of fused multiply-adds that rounding twice, or flushing wrongly, gets wrong.

    Each float32 ``(count,)``: products next to half a unit of c, cancellation, results around 2**-126, and
    magnitudes anywhere.
    """
    rng = np.random.default_rng(seed)

    def signs(values: Float64s) -> Float64s:
        signed: Float64s = values * rng.choice((-1.0, 1.0), values.size)
        return signed

    def mantissas(size: int) -> Float64s:
        drawn: Float64s = rng.integers(1 << 23, 1 << 24, size).astype(np.float64) * 2.0**-23
        return drawn

    part = count // 4
    # (1 + j u)(1 - k u) is 1 plus or minus next to nothing: half a unit of c, and a little.
    u = 2.0**-23
    j, k = rng.integers(0, 4, (2, part))
    exponent = rng.integers(-100, 100, part)
    halves = (
        signs((1.0 + j * u) * 2.0 ** (exponent - 24)),
        signs(1.0 - k * u),
        signs(mantissas(part) * 2.0**exponent),
    )
    # c is the rounded product, give or take a unit: what remains is the product's own rounding error.
    a = signs(mantissas(part) * 2.0 ** rng.integers(-60, 60, part))
    b = signs(mantissas(part) * 2.0 ** rng.integers(-60, 60, part))
    near = -(a * b).astype(np.float32).astype(np.float64)
    cancelling = (a, b, near * (1.0 + rng.integers(-1, 2, part) * u))
    # Results from far below to just above the smallest normal number.
    j, k = rng.integers(0, 4, (2, part))
    tiny_a = signs((1.0 + j * u) * 2.0 ** rng.integers(-65, -62, part))
    tiny_b = signs((1.0 - k * u) * 2.0**-63)
    tiny_c = signs(rng.integers(0, 2, part) * 2.0 ** rng.integers(-127, -124, part))
    tiny = (tiny_a, tiny_b, tiny_c)
    rest = count - 3 * part
    anywhere = tuple(signs(mantissas(rest) * 2.0 ** rng.integers(-126, 127, rest)) for _ in range(3))
    joined = [np.concatenate(columns) for columns in zip(halves, cancelling, tiny, anywhere, strict=True)]
    x, y, z = (column.astype(np.float32) for column in joined)
    return x, y, z
