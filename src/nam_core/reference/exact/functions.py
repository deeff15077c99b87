"""exp, tanh and the sigmoid as the engine computes them (cpp/kernels/impl/math.inl.hpp)."""

from __future__ import annotations

import numpy as np
import torch

from . import coefficients as k
from .arithmetic import add, divide, fma, fnma, maximum, minimum, multiply, subtract


def float32(value: float) -> float:
    """The nearest float32, as a Python float. A subnormal result counts as zero."""
    nearest = np.float32(value)
    return float(nearest) if abs(nearest) >= np.finfo(np.float32).tiny else 0.0


_MAGIC = float32(k.MAGIC)
_LOG2E, _TWO_LOG2E = float32(k.LOG2E), float32(k.TWO_LOG2E)
_LN2_HI, _LN2_LO = float32(k.LN2_HI), float32(k.LN2_LO)
_EXP_LIMIT, _TANH_LIMIT = float32(k.EXP_LIMIT), float32(k.TANH_LIMIT)
_EXP_TAIL = tuple(float32(c) for c in k.EXP_TAIL)
_TANH_POLYNOMIAL = tuple(float32(c) for c in k.TANH_POLYNOMIAL)
_FASTTANH = {name: float32(c) for name, c in k.FASTTANH.items()}


def clamp(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """``x`` within low to high."""
    return minimum(maximum(x, low), high)


def tanh(x: torch.Tensor) -> torch.Tensor:
    """(e**2x - 1) / (e**2x + 1), both divided by 2**n, with e**2x = 2**n * 2**f and abs(f) <= 1/2."""
    c = clamp(x, -_TANH_LIMIT, _TANH_LIMIT)
    magic = _MAGIC + 1.0
    shifted = fnma(c, _TWO_LOG2E, magic)
    f = fma(c, _TWO_LOG2E, subtract(shifted, magic))
    twice = _mantissa_to_exponent(shifted)  # 2 * 2**-n
    numerator = fma(f, _polynomial(f, _TANH_POLYNOMIAL), fma(twice, -0.5, 1.0))
    return divide(numerator, add(numerator, twice))


def one_plus_exp_minus(x: torch.Tensor) -> torch.Tensor:
    """1 + e**-x, for x clamped to where both are normal numbers."""
    scale, minus_one = _split_exp(subtract(0.0, clamp(x, -_EXP_LIMIT, _EXP_LIMIT)))
    return add(fma(scale, minus_one, scale), 1.0)


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """1 / (1 + e**-x)."""
    return divide(1.0, one_plus_exp_minus(x))


def fasttanh(v: torch.Tensor) -> torch.Tensor:
    """The plugin's rational approximation of tanh (format 3)."""
    c = _FASTTANH
    a, u = v.abs(), multiply(v, v)
    low = fma(a, c["numerator"], c["numerator"])
    high = fma(a, c["numerator_cube"], c["numerator_square"])
    numerator = multiply(v, fma(high, u, low))
    damping = fma(multiply(v, c["denominator_square"]), a, v).abs()
    return divide(numerator, fma(add(u, c["denominator"]), damping, c["denominator"]))


def _polynomial(x: torch.Tensor, coefficients: tuple[float, ...]) -> torch.Tensor:
    total = torch.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = fma(total, x, coefficient)
    return total


def _split_exp(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Scale, a power of two, and ``minus_one`` with e**x = scale * (1 + minus_one)."""
    shifted = fma(x, _LOG2E, _MAGIC)
    n = subtract(shifted, _MAGIC)
    r = fnma(n, _LN2_LO, fnma(n, _LN2_HI, x))
    return _mantissa_to_exponent(shifted), fma(multiply(r, r), _polynomial(r, _EXP_TAIL), r)


def _mantissa_to_exponent(x: torch.Tensor) -> torch.Tensor:
    """The value whose exponent field is the lowest bits of the mantissa of ``x`` as a float32."""
    return (x.to(torch.float32).view(torch.int32) << 23).view(torch.float32).to(torch.float64)
