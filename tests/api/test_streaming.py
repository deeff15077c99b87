"""State is carried from call to call, restored by ``reset``, and duplicated by ``copy``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import Array, convnet, linear, lstm, noise, wavenet

import nam_core

FRAMES = 1000
MODELS = {
    "wavenet": wavenet(dilations=(1, 17, 100)),
    "lstm": lstm(),
    "convnet": convnet(),
    "linear": linear(np.linspace(-0.2, 0.4, 300)),
    "stereo": wavenet(in_channels=2, out_channels=2),
}
ISAS: list[str] = nam_core.runtime_info()["isas"]

each_model = pytest.mark.parametrize("name", MODELS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def signal(model: nam_core.Model, frames: int = FRAMES, seed: int = 0) -> Array:
    return noise(frames, model.input_channels, seed, model.dtype.name)


def stream(model: nam_core.Model, x: Array, cuts: list[int]) -> Array:
    borders = [0, *sorted(cuts), x.shape[-1]]
    blocks = [model.process(x[..., a:b]) for a, b in pairwise(borders)]
    return np.concatenate(blocks, axis=-1)


@pytest.mark.parametrize("isa", ISAS)
@each_dtype
@each_model
@settings(max_examples=10, derandomize=True, deadline=None)
@given(cuts=st.lists(st.integers(0, FRAMES), max_size=30))
def test_any_partition_gives_the_same_bits(name: str, dtype: Any, isa: str, cuts: list[int]) -> None:
    model = nam_core.load(MODELS[name], dtype=dtype, isa=isa)
    x = signal(model)
    whole = model.process(x)
    model.reset()
    assert np.array_equal(stream(model, x, cuts), whole)


@each_model
def test_single_frames_give_the_same_bits(name: str) -> None:
    model = nam_core.load(MODELS[name])
    x = signal(model, 400)
    whole = model.process(x)
    model.reset()
    assert np.array_equal(stream(model, x, list(range(1, 400))), whole)


def test_a_huge_block() -> None:
    model = nam_core.load(MODELS["wavenet"])
    x = signal(model, 1_000_003)
    whole = model.process(x)
    model.reset()
    assert np.array_equal(stream(model, x, list(range(65536, x.size, 65536))), whole)


@each_model
def test_no_frames_change_nothing(name: str) -> None:
    model = nam_core.load(MODELS[name])
    x = signal(model)
    expected = model.copy().process(x)
    for cut in (0, 300):
        assert model.process(x[..., cut:cut]).shape[-1] == 0
    assert np.array_equal(model.process(x), expected)


@pytest.mark.parametrize("isa", ISAS)
@each_dtype
@each_model
@pytest.mark.parametrize("past", ["noise", "loud", "silence", "one frame"])
def test_reset_forgets_any_past(name: str, dtype: Any, isa: str, past: str) -> None:
    model = nam_core.load(MODELS[name], dtype=dtype, isa=isa)
    x = signal(model)
    fresh = model.copy().process(x)
    heard = {"noise": x[..., ::-1], "loud": 1e6 * x, "silence": 0 * x, "one frame": x[..., :1]}[past]
    model.process(heard)
    model.reset()
    assert np.array_equal(model.process(x), fresh)
    model.reset()
    model.reset()
    assert np.array_equal(model.process(x), fresh)


@each_model
def test_a_fresh_model_has_settled(name: str) -> None:
    model = nam_core.load(MODELS[name], dtype="float64")
    if not model.settles:
        model.process(signal(model) * 0)
        silence = model.process(0 * signal(model, 50))
        assert not np.array_equal(
            nam_core.load(MODELS[name], dtype="float64").process(0 * signal(model, 50)), silence
        )
        return
    silence = model.process(0 * signal(model))
    assert (silence == silence[..., :1]).all()
    # And silence for as long as the receptive field brings back that state, whatever came before.
    start = model.copy()
    start.process(signal(model))
    start.process(0 * signal(model, model.receptive_field - 1))
    x = signal(model, seed=5)
    assert np.array_equal(start.process(x), model.process(x))


@each_dtype
@each_model
def test_copies_continue_alike_and_apart(name: str, dtype: Any) -> None:
    model = nam_core.load(MODELS[name], dtype=dtype)
    x, other = signal(model, 3 * FRAMES), signal(model, seed=1)
    expected = model.copy().process(x)
    assert np.array_equal(model.process(x[..., :FRAMES]), expected[..., :FRAMES])
    copy = model.copy()
    undisturbed = copy.copy().process(other)
    # Either may play on, be reset or go away, and the other does not notice.
    assert np.array_equal(model.process(x[..., FRAMES : 2 * FRAMES]), expected[..., FRAMES : 2 * FRAMES])
    assert np.array_equal(copy.process(other), undisturbed)
    copy.reset()
    assert np.array_equal(copy.process(x), expected)
    del copy
    assert np.array_equal(model.process(x[..., 2 * FRAMES :]), expected[..., 2 * FRAMES :])


def test_a_copy_has_the_same_properties() -> None:
    model = nam_core.load(MODELS["stereo"], dtype="float64", isa=ISAS[-1])
    copy = model.copy()
    assert repr(copy) == repr(model)
    for name in ("isa", "dtype", "quality", "sizes", "metadata", "receptive_field", "input_channels"):
        assert getattr(copy, name) == getattr(model, name)
