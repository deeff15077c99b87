"""``compat="core"`` computes what the C++ core computes where it differs (format 12)."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import Array, Nam, container, convnet, linear, lstm, memoryless_wavenet, noise, wavenet

import nam_core

GOLDEN = Path(__file__).parents[1] / "golden"
FRAMES = 800


def golden(name: str) -> Nam:
    nam: Nam = json.loads((GOLDEN / f"{name}.nam").read_bytes())
    return nam


def output(nam: Nam, compat: Any, **options: Any) -> Array:
    return nam_core.load(nam, compat=compat, **options).process(noise(FRAMES))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "nam",
    [
        wavenet(),
        wavenet(activation={"type": "LeakyHardtanh", "min_val": -0.2, "max_val": 0.1}),
        convnet(),
        golden("film_conv_pre"),
        golden("film_layer1x1_post"),
        golden("film_layer1x1_post_gated"),
        golden("linear_bias"),
        golden("condition_dsp_nested"),
        golden("slim_explicit"),
    ],
    ids=lambda nam: nam["architecture"],
)
def test_other_models_have_the_same_bits_in_both_modes(nam: Nam, dtype: Any) -> None:
    assert np.array_equal(output(nam, "core", dtype=dtype), output(nam, "pytorch", dtype=dtype))


def test_d2_without_layer1x1_the_residual_stream_stays() -> None:
    nam = wavenet(channels=4, kernel_size=1, dilations=(1, 1, 1), layer1x1=False)
    x = noise(FRAMES)
    by_core = memoryless_wavenet(nam, x[np.newaxis].astype(np.float64), residual=False)[0]
    by_package = memoryless_wavenet(nam, x[np.newaxis].astype(np.float64), residual=True)[0]
    assert np.allclose(output(nam, "core", dtype="float64"), by_core, rtol=0, atol=1e-13)
    assert np.allclose(output(nam, "pytorch", dtype="float64"), by_package, rtol=0, atol=1e-13)
    assert not np.allclose(by_core, by_package, atol=0.01)


def test_d3_hardtanh_ignores_its_limits() -> None:
    def limited(low: float, high: float) -> Nam:
        return wavenet(activation={"type": "Hardtanh", "min_val": low, "max_val": high})

    assert np.array_equal(output(limited(-0.2, 0.3), "core"), output(limited(-1.0, 1.0), "pytorch"))
    assert not np.allclose(output(limited(-0.2, 0.3), "pytorch"), output(limited(-1.0, 1.0), "pytorch"))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("rate", "silence"), [(48000, 24000), (44100.0, 22050), (None, 1)])
def test_lstm_hears_half_a_second_of_silence_first(rate: float | None, silence: int, dtype: Any) -> None:
    nam = lstm(sample_rate=rate)
    by_package, by_core = nam_core.load(nam, dtype=dtype), nam_core.load(nam, dtype=dtype, compat="core")
    x = noise(FRAMES, dtype=dtype)
    at_once = by_package.copy().process(x)
    by_package.process(np.zeros(silence, dtype))
    expected = by_package.process(x)
    assert np.array_equal(by_core.process(x), expected)
    assert not np.array_equal(expected, at_once)
    by_core.reset()
    assert np.array_equal(by_core.process(x), expected)


def test_inside_a_container_and_a_condition() -> None:
    nam = wavenet(channels=4, layer1x1=False)
    inside = container(nam, linear([1.0]))
    assert np.array_equal(output(inside, "core", quality=0.0), output(nam, "core"))
    conditioned = wavenet(channels=4)
    conditioned["config"]["condition_dsp"] = nam
    assert not np.array_equal(output(conditioned, "core"), output(conditioned, "pytorch"))


def test_d19_the_last_weight_is_the_head_scale() -> None:
    nam = wavenet()
    nudged = copy.deepcopy(nam)
    # Less than 1e-5 away from config.head_scale: the package keeps the config's value.
    nudged["weights"][-1] += 2**-17
    assert np.array_equal(output(nudged, "pytorch"), output(nam, "pytorch"))
    scale = nudged["weights"][-1] / nam["weights"][-1]
    expected = output(nam, "pytorch", dtype="float64") * scale
    assert np.allclose(output(nudged, "core", dtype="float64"), expected, rtol=1e-12, atol=0)
    nudged["weights"][-1] += 2**-15
    assert np.array_equal(output(nudged, "pytorch"), output(nudged, "core"))
