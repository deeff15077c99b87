"""Activations are within bounds (bench/activation_bounds.py), and the same on every instruction set."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from small_models import noise, wavenet

import nam_core
from bench.activation_accuracy import (
    FUNCTIONS,
    Array,
    Dtype,
    Error,
    Function,
    engine,
    every_float32,
    from_order,
    measure,
    order,
    sweep,
)
from bench.activation_bounds import BOUNDS, Bound
from bench.activation_table import promise, row_start

DOCUMENT = Path(__file__).parents[2] / "docs" / "numerics.md"
EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
DTYPES: tuple[Dtype, ...] = ("float32", "float64")
ROWS = [(dtype, bound) for dtype in DTYPES for bound in BOUNDS[dtype]]
COUNT = 1 << 20
TINY = {dtype: float(np.finfo(dtype).tiny) for dtype in DTYPES}

each_dtype = pytest.mark.parametrize("dtype", DTYPES)
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)


def bits(x: Array) -> npt.NDArray[Any]:
    return x.view(np.int32 if x.dtype == np.float32 else np.int64)


@pytest.mark.parametrize(
    ("dtype", "bound"), ROWS, ids=[f"{bound.name} from {bound.low:.2g} {dtype}" for dtype, bound in ROWS]
)
def test_within_its_bound(dtype: Dtype, bound: Bound) -> None:
    function = FUNCTIONS[bound.name]
    x = sweep(bound.low, bound.high, COUNT, dtype)
    error = measure(x, engine(function, dtype).process(x), function.reference(x))
    if bound.absolute is not None:
        assert error.absolute <= bound.absolute, error
    if bound.ulps is not None:
        assert error.ulps <= bound.ulps, error


def test_bounds_are_no_looser_than_required() -> None:
    """The bounds may be tightened, not loosened."""
    (tanh,) = (bound for bound in BOUNDS["float32"] if bound.name == "Tanh")
    assert tanh.absolute is not None and tanh.absolute <= 2e-7
    assert tanh.ulps is not None and tanh.ulps <= 4.0
    assert {bound.name for bound in BOUNDS["float32"]} == set(FUNCTIONS)


@each_dtype
def test_the_documented_table(dtype: Dtype) -> None:
    """docs/numerics.md has one table per precision, as ``python -m bench.activation_table`` prints it."""
    _, table = DOCUMENT.read_text("utf-8").split(f"| {dtype} | from | to |")
    rows = table.split("\n\n")[0].splitlines()
    for bound in BOUNDS[dtype]:
        (row,) = (row for row in rows if row.startswith(row_start(bound, dtype)))
        for limit in (bound.absolute, bound.ulps):
            assert limit is None or promise(limit) in row


@each_dtype
@each_function
def test_every_instruction_set_has_the_same_bits(function: Function, dtype: Dtype) -> None:
    bounds = [bound for bound in BOUNDS[dtype] if bound.name == function.name]
    x = sweep(min(b.low for b in bounds), max(b.high for b in bounds), COUNT // 4, dtype)
    best = bits(engine(function, dtype, EXACT_ISAS[0]).process(x))
    for isa in EXACT_ISAS[1:]:
        assert np.array_equal(bits(engine(function, dtype, isa).process(x)), best)


@each_dtype
@each_function
def test_special_values(function: Function, dtype: Dtype) -> None:
    """Zeros and values that count as zero, the smallest and the largest numbers."""
    model = engine(function, dtype)
    kind = np.dtype(dtype).type
    at_zero = model.process(np.array([0.0], dtype))[0]
    assert at_zero == kind(function.reference(np.zeros(1, dtype))[0])
    subnormal = np.array([-0.0, TINY[dtype] / 2, -TINY[dtype] / 2, np.nextafter(kind(0), kind(1))], dtype)
    assert np.all(model.process(subnormal) == at_zero)
    smallest = np.array([TINY[dtype], -TINY[dtype]], dtype)
    assert np.abs(model.process(smallest) - at_zero).max() <= 1.01 * TINY[dtype]
    if function.name not in ("Fasttanh", "Hardswish"):
        largest = np.finfo(dtype).max * np.array([1.0, -1.0], dtype)
        assert np.all(np.isfinite(model.process(largest)))


@each_dtype
def test_saturation(dtype: Dtype) -> None:
    largest = float(np.finfo(dtype).max)
    x = np.array([20.0, 1e3, largest], dtype)
    tanh, sigmoid = engine(FUNCTIONS["Tanh"], dtype), engine(FUNCTIONS["Sigmoid"], dtype)
    # 1, or the number next to it: the same for all x beyond the clamp.
    for saturated in (tanh.process(x), -tanh.process(-x)):
        assert np.all(saturated == saturated[0])
        assert 1.0 - np.finfo(dtype).epsneg <= saturated[0] <= 1.0
    assert np.all(sigmoid.process(x[1:]) == 1.0)
    # Not 0: the exponential is clamped where both it and its inverse are normal numbers.
    low = sigmoid.process(-x)
    assert np.all(low > 0.0)
    assert low[1] == low[2] < 1e-37


@each_dtype
def test_tanh_never_leaves_its_range_nor_turns_around(dtype: Dtype) -> None:
    x = sweep(-20.0, 20.0, COUNT, dtype)
    y = engine(FUNCTIONS["Tanh"], dtype).process(x)
    assert np.abs(y).max() == 1.0
    # Rounding errors may undo a step, by no more than two bounds.
    assert np.diff(y).min() >= -8 * np.finfo(dtype).eps
    assert np.all(y[x > 0] > 0)
    assert np.all(y[x < 0] < 0)


@each_dtype
@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0, -0.5, 1.5])
def test_prelu_and_leaky_relu_are_one_function(slope: float, dtype: Dtype) -> None:
    """Slopes from 0 to 1 have a kernel of their own."""
    x = noise(500, dtype=dtype)
    one = nam_core.load(wavenet(activation={"type": "LeakyReLU", "negative_slope": slope}), dtype=dtype)
    other = nam_core.load(wavenet(activation={"type": "PReLU", "negative_slopes": [slope] * 3}), dtype=dtype)
    assert np.array_equal(one.process(x), other.process(x))


def test_fasttanh_is_the_formula_and_no_better() -> None:
    """The approximation is off by up to 9e-4, and exceeds 1 (format D38)."""
    x = sweep(-12.0, 12.0, COUNT // 4, "float32")
    y = engine(FUNCTIONS["Fasttanh"], "float32").process(x)
    worst = float(np.abs(y - np.tanh(x.astype(np.float64))).max())
    assert 5e-4 < worst < 9e-4
    assert engine(FUNCTIONS["Fasttanh"], "float32").process(np.array([1e6], np.float32))[0] > 1.008


def test_the_sweep_covers_what_it_says() -> None:
    x = sweep(-9.5, 3e38, 1000, "float32")
    assert (x[0], x[-1]) == (np.float32(-9.5), np.float32(3e38))
    assert {0.0, TINY["float32"], -TINY["float32"]} <= set(x.tolist())
    assert np.all(np.diff(x) > 0)
    assert not np.any((x != 0) & (np.abs(x) < TINY["float32"]))
    assert x.size > 900
    # Each factor of two has about as many, and the last bits are all different.
    assert np.count_nonzero((x > 1e-20) & (x < 1e-10)) == pytest.approx(250 * 33.2 / 254, abs=3)
    assert len(set((bits(sweep(0.0, 1e30, 1000, "float64")) & 0xFF).tolist())) > 200


def test_order_counts_representable_values() -> None:
    below_one = float(np.nextafter(np.float32(1), np.float32(0)))
    assert order(1.0, "float32") - order(below_one, "float32") == 1
    assert order(-1.0, "float32") == -order(1.0, "float32")
    places = np.array([order(x, "float64") for x in (-2.5, 0.0, 1e-300)])
    assert from_order(places, "float64").tolist() == [-2.5, 0.0, 1e-300]


def test_every_float32_means_every_one() -> None:
    values = np.concatenate(list(every_float32(-1.0, -0.25, chunk=1 << 22)))
    assert values.size == (1 << 24) + 1
    assert np.all(np.diff(values) > 0)
    assert (values[0], values[-1]) == (-1.0, -0.25)
    smallest = np.concatenate(list(every_float32(-TINY["float32"] * (1 + 2**-23), TINY["float32"])))
    assert smallest.tolist() == [-TINY["float32"] * (1 + 2**-23), -TINY["float32"], TINY["float32"]]


def test_errors_are_counted_in_units_of_the_exact_value() -> None:
    exact = np.array([1.0, 1.0 - 2.0**-24, 4.0, 1e-39])
    y = np.array([1.0 + 2.0**-23, 1.0, 4.0, 0.0], np.float32)
    x = np.arange(4, dtype=np.float32)
    error = measure(x, y, exact)
    assert (error.absolute, error.absolute_at, error.values) == (2.0**-23, 0.0, 4)
    assert (error.ulps, error.ulps_at) == (1.0, 0.0)
    assert error.merged(Error(1.0, 5.0, 0.5, 6.0, 2)) == Error(1.0, 5.0, 1.0, 0.0, 6)
    with pytest.raises(ValueError, match="not finite at x"):
        measure(x, np.full_like(y, math.inf), exact)
