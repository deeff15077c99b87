"""ESR, null depth and units in the last place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nam_core.evaluation.metrics import esr, null_depth_db, ulps


def test_esr_is_error_power_over_target_power() -> None:
    target = np.array([1.0, -1.0, 1.0, -1.0])
    assert esr(target * 1.1, target) == pytest.approx(0.01)


def test_esr_of_items_is_the_mean_of_their_ratios() -> None:
    target = np.array([[1.0, 1.0], [10.0, 10.0]])
    assert esr(target + 1.0, target) == pytest.approx((1.0 + 0.01) / 2)


def test_esr_of_silence() -> None:
    silence = np.zeros(4)
    assert esr(silence, silence) == 0.0
    assert esr(silence + 1.0, silence) == math.inf


def test_null_depth_is_a_level_ratio() -> None:
    target = np.array([1.0, -1.0, 0.5])
    assert null_depth_db(target * 1.001, target) == pytest.approx(-60.0, abs=1e-6)
    assert null_depth_db(target, target) == -math.inf
    assert null_depth_db(target, np.zeros(3)) == math.inf


@pytest.mark.parametrize("metric", [esr, null_depth_db])
def test_shapes_must_agree_and_hold_samples(metric: object) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="shapes differ"):
        metric(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="no samples"):
        metric(np.zeros(0), np.zeros(0))


def test_float32_inputs_are_summed_in_float64() -> None:
    target = np.full(1_000_000, 0.1, np.float32)
    assert esr(np.zeros_like(target), target) == 1.0


def test_ulps_counts_representable_values() -> None:
    one = np.float32(1.0)
    above = np.nextafter(one, np.float32(2.0))
    below = np.nextafter(one, np.float32(0.0))
    a = np.array([one, above, below, -one, above], np.float32)
    b = np.array([one, one, one, -above, below], np.float32)
    assert ulps(a, b).tolist() == [0, 1, 1, 1, 2]


def test_ulps_crosses_zero() -> None:
    tiny = np.nextafter(np.float32(0.0), np.float32(1.0))
    a = np.array([0.0, tiny, -tiny, 0.0], np.float32)
    b = np.array([-0.0, -tiny, 0.0, tiny], np.float32)
    assert ulps(a, b).tolist() == [0, 2, 1, 1]
    extremes = np.array([np.finfo(np.float32).max], np.float32)
    assert ulps(extremes, -extremes).item() == 2 * 0x7F7FFFFF


def test_ulps_refuses_other_types_shapes_and_nan() -> None:
    single = np.zeros(2, np.float32)
    with pytest.raises(TypeError, match="float64"):
        ulps(single, np.zeros(2))
    with pytest.raises(ValueError, match="shapes differ"):
        ulps(single, np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="NaN"):
        ulps(single, np.full(2, np.nan, np.float32))
