"""The emulated float32 operations against exact fractions, and against the processor itself."""

from __future__ import annotations

import math
import platform
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from float32_oracle import Float32s, fma, hard_triples, nearest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategy_weights import nam_file

pytest.importorskip("torch", reason="torch is not installed (nam_core[reference])")

import torch

import nam_core
from nam_core.reference.exact import arithmetic

EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
TINY = 2.0**-126

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
# Mantissas with few bits and few exponents: sums that are exact, tie, or cancel are common among them.
dyadic = st.builds(math.ldexp, st.integers(-40, 40), st.integers(-30, 3)).map(lambda x: float(np.float32(x)))
around_tiny = st.builds(math.ldexp, st.integers(-(2**24), 2**24), st.sampled_from((-152, -151, -150, -149)))
numbers = st.one_of(finite, dyadic, around_tiny)
many = settings(max_examples=1000, deadline=None, derandomize=True)


def emulated(operation: str, *operands: npt.ArrayLike) -> Float32s:
    tensors = [arithmetic.from_float32(torch.tensor(x, dtype=torch.float64)) for x in operands]
    result: Float32s = getattr(arithmetic, operation)(*tensors).to(torch.float32).numpy()
    return result


def bits(x: npt.ArrayLike) -> npt.NDArray[np.int32]:
    return np.atleast_1d(np.asarray(x, np.float32)).view(np.int32)


def flushed(x: float) -> float:
    return x if abs(x) >= TINY else math.copysign(0.0, x)


@many
@given(a=numbers, b=numbers, c=numbers)
def test_fma_is_rounded_once(a: float, b: float, c: float) -> None:
    a, b, c = (float(np.float32(x)) for x in (a, b, c))
    assert bits(emulated("fma", a, b, c)) == bits(fma(a, b, c))
    assert bits(emulated("fnma", a, b, c)) == bits(fma(-a, b, c))


@many
@given(a=numbers, b=numbers)
def test_other_operations(a: float, b: float) -> None:
    a, b = flushed(float(np.float32(a))), flushed(float(np.float32(b)))
    assert bits(emulated("add", a, b)) == bits(fma(a, 1.0, b))
    assert bits(emulated("subtract", a, b)) == bits(fma(-b, 1.0, a))
    # -0.0 as the addend changes no product, not even its sign.
    assert bits(emulated("multiply", a, b)) == bits(fma(a, b, -0.0))
    if b != 0.0:
        zero = math.copysign(0.0, a) * math.copysign(1.0, b)
        assert bits(emulated("divide", a, b)) == bits(nearest(Fraction(a) / Fraction(b), zero))


def test_hard_triples() -> None:
    a, b, c = hard_triples(20_000, 1)
    expected = np.array([fma(float(x), float(y), float(z)) for x, y, z in zip(a, b, c, strict=True)])
    ours = emulated("fma", a, b, c)
    np.testing.assert_array_equal(bits(ours), bits(expected))
    # They are hard: rounding to float64 and then to float32 gets many of them wrong.
    with np.errstate(over="ignore"):
        twice = (a.astype(np.float64) * b + c).astype(np.float32)
    normal = np.abs(expected) >= TINY
    assert np.count_nonzero(twice[normal] != expected[normal]) > 500
    assert np.count_nonzero(expected == 0.0) > 500
    assert np.count_nonzero(np.abs(expected) == TINY) > 50


def test_ties_go_to_even() -> None:
    unit = 2.0**-23
    a = np.array([1.0, 1.0, -1.0, 1.0, 1.0], np.float32)
    c = np.array([1.0, 1.0 + unit, 1.0, 1.0 + unit, 2.0 - unit], np.float32)
    b = np.array([unit / 2, unit / 2, unit / 4, -unit / 2, unit / 2], np.float32)
    expected = [1.0, 1.0 + 2 * unit, 1.0, 1.0, 2.0]
    np.testing.assert_array_equal(emulated("fma", a, b, c), np.array(expected, np.float32))


def test_zeros_keep_their_sign() -> None:
    for a in (0.0, -0.0, 1e-40, -1e-40):
        for c in (0.0, -0.0, 1e-40, -1e-40):
            assert bits(emulated("fma", a, 1.0, c)) == bits(fma(a, 1.0, c))
    assert bits(emulated("fma", 1.0, -1.0, 1.0)) == bits(0.0)
    assert bits(emulated("multiply", -TINY, 0.5)) == bits(-0.0)


def test_overflow_is_infinite() -> None:
    largest = float(np.finfo(np.float32).max)
    unit = 2.0**104
    assert emulated("add", largest, unit / 4) == largest
    assert emulated("fma", unit, 0.5, largest) == math.inf
    assert emulated("fma", -largest, 2.0, largest) == -largest
    assert emulated("multiply", -largest, 2.0) == -math.inf


def test_tiny_is_after_rounding() -> None:
    below = Fraction(1) - Fraction(1, 2**46)  # rounds up to 1 in 24 bits
    a, b = (1.0 + 2.0**-23) * TINY, 1.0 - 2.0**-23
    assert Fraction(a) / Fraction(TINY) * Fraction(b) == below
    assert emulated("multiply", a, b) == TINY
    assert emulated("multiply", TINY, 1.0 - 2.0**-24) == 0.0
    # Exactly half a unit below goes to even: to 2**-126.
    assert emulated("fma", TINY, 1.0 - 2.0**-24, 2.0**-151) == 0.0  # the addend is subnormal
    assert nearest(Fraction(TINY) * (1 - Fraction(1, 2**25))) == TINY


@pytest.mark.parametrize("isa", EXACT_ISAS)
def test_the_processor_agrees(isa: str) -> None:
    """A Linear of one tap is one fused multiply-add per sample: its tap times the sample, plus its bias."""
    a, b, c = hard_triples(400, 2)
    rng = np.random.default_rng(3)
    for tap, bias in zip(b, c, strict=True):
        nam = nam_file("Linear", {"receptive_field": 1, "bias": True}, [np.array([tap, bias])], 48000)
        x = np.concatenate([a, rng.choice(a, 50) * np.float32(0.5)])
        y = nam_core.load(nam, isa=isa).process(x)
        expected = emulated("fma", x, np.full(x.size, tap), np.full(x.size, bias))
        finite = np.isfinite(expected)
        differing = bits(y)[finite] != bits(expected)[finite]
        assert not differing.any(), (tap, bias, x[finite][differing])


@pytest.mark.parametrize("isa", EXACT_ISAS)
def test_where_processors_part(isa: str) -> None:
    """x86 tests whether a result is subnormal after rounding it, AArch64 before (docs/numerics.md)."""
    x = np.array([(1.0 + 2.0**-23) * TINY], np.float32)
    nam = nam_file("Linear", {"receptive_field": 1, "bias": False}, [np.array([1.0 - 2.0**-23])], 48000)
    expected = TINY if platform.machine() in ("x86_64", "AMD64") else 0.0
    assert nam_core.load(nam, isa=isa).process(x)[0] == expected
