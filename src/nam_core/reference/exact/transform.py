"""Transforms of 4**passes values, one float32 operation at a time (kernels/impl/transform.cpp).

Values are in the order of leaves: the engine keeps them turned, which changes no number.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from .arithmetic import add, fma, fnma, multiply, rounded, subtract
from .unit_roots import twiddles


class Complex(NamedTuple):
    """Real and imaginary parts, float64 tensors of one shape that hold float32 values."""

    re: torch.Tensor
    im: torch.Tensor


def _plus(a: Complex, b: Complex) -> Complex:
    return Complex(add(a.re, b.re), add(a.im, b.im))


def _minus(a: Complex, b: Complex) -> Complex:
    return Complex(subtract(a.re, b.re), subtract(a.im, b.im))


def _plus_i(a: Complex, b: Complex) -> Complex:
    return Complex(subtract(a.re, b.im), add(a.im, b.re))


def _minus_i(a: Complex, b: Complex) -> Complex:
    return Complex(add(a.re, b.im), subtract(a.im, b.re))


def _times(a: Complex, b: Complex) -> Complex:
    return Complex(fnma(a.im, b.im, multiply(a.re, b.re)), fma(a.im, b.re, multiply(a.re, b.im)))


def _conj_times(a: Complex, b: Complex) -> Complex:
    return Complex(fma(a.im, b.im, multiply(a.re, b.re)), fnma(a.im, b.re, multiply(a.re, b.im)))


class Transform:
    """A transform and its way back."""

    def __init__(self, passes: int) -> None:
        self._twiddles = [
            Complex(rounded(torch.tensor(table.real.copy())), rounded(torch.tensor(table.imag.copy())))
            for table in twiddles(passes)
        ]

    def forward(self, z: Complex) -> Complex:
        """``(..., 4**passes)`` to as many bins."""
        for depth, table in enumerate(self._twiddles):
            a, b, c, d = _quarters(z, depth)
            s, s2, s3 = _powers(table)
            b, c, d = _times(s, b), _times(s2, c), _times(s3, d)
            even, odd, total, difference = _plus(a, c), _minus(a, c), _plus(b, d), _minus(b, d)
            z = _joined(
                _plus(even, total), _plus_i(odd, difference), _minus(even, total), _minus_i(odd, difference)
            )
        return z

    def backward(self, z: Complex) -> Complex:
        """``(..., 4**passes)`` bins to values, times their number."""
        for depth, table in reversed(list(enumerate(self._twiddles))):
            p, q, r, t = _quarters(z, depth)
            s, s2, s3 = _powers(table)
            even, odd, total, difference = _plus(p, r), _minus(p, r), _plus(q, t), _minus(q, t)
            z = _joined(
                _plus(even, total),
                _conj_times(s, _minus_i(odd, difference)),
                _conj_times(s2, _minus(even, total)),
                _conj_times(s3, _plus_i(odd, difference)),
            )
        return z


def _quarters(z: Complex, depth: int) -> list[Complex]:
    """The values of each block of a pass in four, ``(..., blocks, values / 4)``."""
    shape = (*z.re.shape[:-1], 4**depth, 4, -1)
    return [
        Complex(*parts)
        for parts in zip(z.re.reshape(shape).unbind(-2), z.im.reshape(shape).unbind(-2), strict=True)
    ]


def _joined(*quarters: Complex) -> Complex:
    return Complex(
        torch.stack([part.re for part in quarters], dim=-2).flatten(-3),
        torch.stack([part.im for part in quarters], dim=-2).flatten(-3),
    )


def _powers(table: Complex) -> list[Complex]:
    """s, s**2 and s**3 of each block, ``(blocks, 1)``."""
    return [Complex(table.re[:, n, None], table.im[:, n, None]) for n in range(3)]


def response_spectrum(taps: npt.NDArray[np.float64], passes: int) -> Complex:
    """The spectra of partitions, ``(..., 4**passes)``, divided by the number of values.

    In float64, every product and sum rounded, and to float32 at the end (response_spectrum.cpp).
    """
    re, im = taps.copy(), np.zeros_like(taps)

    def times(s: npt.NDArray[np.complex128], x: Any, y: Any) -> Any:
        return s.real * x - s.imag * y, s.real * y + s.imag * x

    for depth, table in enumerate(twiddles(passes)):
        shape = (*taps.shape[:-1], 4**depth, 4, -1)
        x, y = re.reshape(shape), im.reshape(shape)
        powers = [table[:, n, None] for n in range(3)]
        a_re, a_im = x[..., 0, :], y[..., 0, :]
        (b_re, b_im), (c_re, c_im), (d_re, d_im) = (
            times(powers[n], x[..., n + 1, :], y[..., n + 1, :]) for n in range(3)
        )
        even_re, even_im, odd_re, odd_im = a_re + c_re, a_im + c_im, a_re - c_re, a_im - c_im
        sum_re, sum_im, difference_re, difference_im = b_re + d_re, b_im + d_im, b_re - d_re, b_im - d_im
        re = np.stack(
            [even_re + sum_re, odd_re - difference_im, even_re - sum_re, odd_re + difference_im], axis=-2
        ).reshape(taps.shape)
        im = np.stack(
            [even_im + sum_im, odd_im + difference_re, even_im - sum_im, odd_im - difference_re], axis=-2
        ).reshape(taps.shape)
    scale = 1.0 / taps.shape[-1]
    return Complex(rounded(torch.from_numpy(re * scale)), rounded(torch.from_numpy(im * scale)))
