"""The mirror's constants equal those of the kernel texts, and have the meaning that is stated."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from nam_core.reference.exact import coefficients

IMPL = Path(__file__).parents[2] / "cpp" / "kernels" / "impl"
_NUMBER = r"-?\d+\.\d*(?:e[+-]?\d+)?"


@pytest.fixture(scope="module")
def text() -> str:
    """All kernel texts, without comments."""
    source = "\n".join(path.read_text("utf-8") for path in sorted(IMPL.iterdir()))
    return re.sub(r"//.*", "", source)


def numbers(text: str, pattern: str) -> list[float]:
    """The float literals in the pattern's group; the pattern must match once."""
    found = re.findall(pattern, text, re.DOTALL)
    assert len(found) == 1, (pattern, found)
    return [float(number) for number in re.findall(_NUMBER, found[0])]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log2e", coefficients.LOG2E),
        ("two_log2e", coefficients.TWO_LOG2E),
        ("ln2_hi", coefficients.LN2_HI),
        ("ln2_lo", coefficients.LN2_LO),
        ("limit", coefficients.EXP_LIMIT),
    ],
)
def test_single_constants(text: str, name: str, value: float) -> None:
    assert numbers(text, rf"\bfloat {name} = ([^;]+);") == [value]


def test_magic(text: str) -> None:
    assert sum(numbers(text, r"\bfloat magic = ([^;]+);")) == coefficients.MAGIC


def test_polynomials(text: str) -> None:
    assert numbers(text, r"\bfloat tail\[\] = \{([^}]+)\}") == list(coefficients.EXP_TAIL)
    assert numbers(text, r"\bfloat p\[\] = \{([^}]+)\}") == list(coefficients.TANH_POLYNOMIAL)


def test_tanh_clamp(text: str) -> None:
    limit = coefficients.TANH_LIMIT
    assert numbers(text, r"Vec<float> tanh\(.*?within\(x, ([^)]+)\)") == [limit]


def test_fasttanh(text: str) -> None:
    # By size: the formula names none of them.
    (body,) = re.findall(r"K::Fasttanh\) \{(.*?)\n  \}", text, re.DOTALL)
    assert sorted(map(float, re.findall(_NUMBER, body))) == sorted(coefficients.FASTTANH.values())


def test_the_coefficients_are_in_the_documentation() -> None:
    documented = set(
        map(float, re.findall(_NUMBER, (IMPL.parents[2] / "docs" / "numerics.md").read_text("utf-8")))
    )
    single = {coefficients.LN2_HI, coefficients.LN2_LO, coefficients.TANH_LIMIT}
    many = {*coefficients.EXP_TAIL, *coefficients.TANH_POLYNOMIAL, *coefficients.FASTTANH.values()}
    assert single | many <= documented


def test_rounding_to_double_first_changes_nothing() -> None:
    """The kernel texts round the digits to float32 at once, Python by way of double."""
    values = [value for value in vars(coefficients).values() if isinstance(value, float)]
    values += [*coefficients.EXP_TAIL, *coefficients.TANH_POLYNOMIAL, *coefficients.FASTTANH.values()]
    assert len(values) >= 7 + 5 + 6 + 5
    for value in values:
        # Rounding twice can only go wrong next to the midpoint of two float32 values.
        single = float(np.float32(value))
        midpoint = (single + float(np.nextafter(np.float32(value), np.float32(np.inf)))) / 2
        assert abs(value - midpoint) > 1e-15 * abs(value) or value == single


def test_what_the_constants_mean() -> None:
    assert float(np.float32(coefficients.LOG2E)) == float(np.float32(1 / math.log(2)))
    assert coefficients.TWO_LOG2E == 2 * coefficients.LOG2E
    assert pytest.approx(math.log(2), rel=1e-12) == coefficients.LN2_HI + float(
        np.float32(coefficients.LN2_LO)
    )
    # n has up to 8 bits, so n * LN2_HI is exact if it has at most 16 of the 24.
    mantissa, _ = math.frexp(coefficients.LN2_HI)
    assert (mantissa * 2**16).is_integer()
    assert np.float32(coefficients.MAGIC) == coefficients.MAGIC
    for exponent in (coefficients.EXP_LIMIT, -coefficients.EXP_LIMIT):
        assert 2.0**-126 < math.exp(exponent) < 2.0**127


def test_polynomials_approximate() -> None:
    """With rounded coefficients: e**r and 2**f are right to a sixth of half a unit of 1."""
    tail, p = (
        np.array(c, np.float32).astype(np.float64)
        for c in (coefficients.EXP_TAIL, coefficients.TANH_POLYNOMIAL)
    )
    r = np.linspace(-1.0, 1.0, 100_001) * math.log(2) / 2
    assert np.abs(r + r**2 * np.polyval(tail, r) - np.expm1(r)).max() < 1e-8
    f = np.linspace(-0.5, 0.5, 100_001)
    assert np.abs(f * np.polyval(p, f) - np.expm1(f * math.log(2))).max() < 1e-8
