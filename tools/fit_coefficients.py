"""Fit the polynomials of the engine's exponential and tanh, and compare them with those in the kernel texts.

``python tools/fit_coefficients.py`` (needs mpmath) prints for each coefficient the minimax fit, the engine's
value, and their difference in units in the last place; then the largest error of both polynomials on the
interval that the engine uses. docs/numerics.md says what the polynomials are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

KERNEL_TEXT = Path(__file__).parents[1] / "cpp" / "kernels" / "impl" / "math.inl.hpp"

Real = Any  # mpmath.mpf
Function = Callable[[Real], Real]


@dataclass(frozen=True)
class Fit:
    """One polynomial: the function that it approximates for ``abs(x) <= width``, and the weight of its
    error.
    """

    name: str
    pattern: str  # finds the coefficients in the kernel text
    dtype: type[np.floating[Any]]
    function: Function
    degree: int
    width: Real
    margin: float  # factor of the width for the fit, because rounding may move arguments across the border
    weight: Function


def exp_tail(r: Real) -> Real:
    """(e**r - 1 - r) / r**2."""
    return (mpmath.expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -12 else mpf(1) / 2 + r / 6


def exp2_slope(f: Real) -> Real:
    """(2**f - 1) / f."""
    return mpmath.expm1(f * mpmath.ln(2)) / f if abs(f) > mpf(10) ** -20 else mpmath.ln(2)


def fits() -> tuple[Fit, ...]:
    """All polynomials of the engine."""
    half_ln2 = mpmath.ln(2) / 2
    # float32's tail evens out the error of the slope (e**r - 1) / r.
    return (
        Fit("exp, float32", r"float tail\[\] = \{([^}]+)\}", np.float32, exp_tail, 4, half_ln2, 1.0005, abs),
        Fit(
            "exp, float64", r"double tail\[\] = \{([^}]+)\}", np.float64, exp_tail, 10, half_ln2, 1.0005, _one
        ),
        Fit(
            "tanh, float32", r"float p\[\] = \{([^}]+)\}", np.float32, exp2_slope, 5, mpf(1) / 2, 1.002, _one
        ),
    )


def _one(_: Real) -> Real:
    return mpf(1)


def remez(fit: Fit) -> list[Real]:
    """The minimax polynomial, highest power first (Remez, 1934): its error takes its maximum n + 2 times."""
    points = fit.degree + 2
    width = fit.width * fit.margin
    extrema = [width * mpmath.cos(mpmath.pi * (points - 1 - i) / (points - 1)) for i in range(points)]
    for _ in range(12):
        coefficients = _levelled(fit, extrema)
        found = _extrema(lambda x: weighted_error(fit, coefficients, x), width)  # noqa: B023
        assert len(found) == points, f"{len(found)} extrema instead of {points}"
        moved = max(abs(a - b) for a, b in zip(found, extrema, strict=True))
        extrema = found
        if moved < width * mpf(10) ** -15:
            break
    return coefficients


def _levelled(fit: Fit, points: list[Real]) -> list[Real]:
    """The polynomial whose weighted error has equal size and alternating sign at the points."""
    count = len(points)
    matrix, values = mpmath.matrix(count, count), mpmath.matrix(count, 1)
    for i, x in enumerate(points):
        for power in range(fit.degree + 1):
            matrix[i, power] = x**power
        matrix[i, count - 1] = (-1) ** i / (fit.weight(x) + mpf(10) ** -15)
        values[i] = fit.function(x)
    solution = mpmath.lu_solve(matrix, values)
    return [solution[power] for power in range(fit.degree, -1, -1)]


def weighted_error(fit: Fit, coefficients: list[Real], x: Real) -> Real:
    """Polynomial minus function, times the weight."""
    return (mpmath.polyval(coefficients, x) - fit.function(x)) * (fit.weight(x) + mpf(10) ** -15)


def _extrema(error: Function, width: Real) -> list[Real]:
    """The places at which abs(error) is largest between two changes of its sign."""
    grid = [width * (2 * i - 1000) / 1000 for i in range(1001)]
    values = [error(x) for x in grid]
    result: list[Real] = []
    start = 0
    for end in range(1, len(grid) + 1):
        if end < len(grid) and (values[end] > 0) == (values[start] > 0):
            continue
        best = max(range(start, end), key=lambda i: abs(values[i]))
        result.append(_highest(error, grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]))
        start = end
    return result


def _highest(error: Function, low: Real, high: Real) -> Real:
    """The place of the maximum of abs(error) from low to high, where it has only one."""
    for _ in range(60):
        third = (high - low) / 3
        if abs(error(low + third)) < abs(error(high - third)):
            low += third
        else:
            high -= third
    return (low + high) / 2


def engine_coefficients(fit: Fit) -> list[Real]:
    """The coefficients in the kernel text, rounded to the type."""
    (literals,) = re.findall(fit.pattern, KERNEL_TEXT.read_text("utf-8"))
    return [mpf(float(fit.dtype(x.strip().removesuffix("f")))) for x in literals.split(",")]


def largest_error(fit: Fit, coefficients: list[Real]) -> Real:
    """The largest weighted error on the interval that the engine uses."""
    grid = [fit.width * (2 * i - 2000) / 2000 for i in range(2001)]
    return max(abs(weighted_error(fit, coefficients, x)) for x in grid)


def main() -> None:
    """Print one block per polynomial."""
    mp.dps = 40
    for fit in fits():
        fitted, engine = remez(fit), engine_coefficients(fit)
        print(f"{fit.name}: degree {fit.degree} for abs(x) <= {mpmath.nstr(fit.width, 10)}")
        for ours, theirs in zip(fitted, engine, strict=True):
            rounded = fit.dtype(mpmath.nstr(ours, 30))
            units = abs(mpf(float(rounded)) - theirs) / mpf(float(np.spacing(abs(rounded))))
            print(f"  {mpmath.nstr(ours, 20):>26}  {float(theirs)!r:>24}  {mpmath.nstr(units, 3):>8} ulp")
        errors = [mpmath.nstr(largest_error(fit, c), 4) for c in (fitted, engine)]
        print(f"  largest weighted error {errors[0]} (fitted), {errors[1]} (the engine's, rounded)")


if __name__ == "__main__":
    main()
