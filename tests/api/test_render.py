"""``nam_core.render`` gives the bits of streaming, with any number of threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_models import convnet, linear, lstm, noise, wavenet

import nam_core

MODELS = {
    "wavenet": wavenet(dilations=(1, 30, 100)),
    "lstm": lstm(),
    "convnet": convnet(),
    "one tap": linear([0.5]),
    "stereo": wavenet(in_channels=2, out_channels=2),
    "one to two": convnet(1, 2),
}


@pytest.mark.parametrize("threads", [None, 1, 2, 5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", MODELS)
def test_the_bits_of_streaming(name: str, dtype: Any, threads: int | None) -> None:
    model = nam_core.load(MODELS[name], dtype=dtype)
    x = noise(20_011, model.input_channels, dtype=dtype)
    y = nam_core.render(model, x, threads=threads)
    assert y.dtype == dtype
    assert np.array_equal(y, nam_core.load(MODELS[name], dtype=dtype).process(x))


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_left_as_it_was(name: str) -> None:
    model, twin = nam_core.load(MODELS[name]), nam_core.load(MODELS[name])
    x = noise(3000, model.input_channels)
    model.process(x)
    twin.process(x)
    # From the start state, not from the one that the model is in.
    assert np.array_equal(nam_core.render(model, x, threads=3), nam_core.load(MODELS[name]).process(x))
    assert np.array_equal(model.process(x), twin.process(x))


@pytest.mark.parametrize("frames", [0, 1, 2, 261, 262, 263])
def test_signals_shorter_than_the_receptive_field(frames: int) -> None:
    model = nam_core.load(MODELS["wavenet"])
    assert model.receptive_field == 263
    x = noise(frames)
    y = nam_core.render(model, x, threads=4)
    assert y.shape == (frames,)
    assert np.array_equal(y, model.process(x))


def test_more_threads_than_frames() -> None:
    model = nam_core.load(MODELS["one tap"])
    x = noise(3)
    assert np.array_equal(nam_core.render(model, x, threads=64), model.process(x))


def test_layouts_are_those_of_process() -> None:
    model = nam_core.load(MODELS["stereo"])
    x = noise(5000, 2)
    expected = nam_core.render(model, x)
    assert np.array_equal(nam_core.render(model, np.asfortranarray(x)), expected)
    assert np.array_equal(nam_core.render(model, x.astype(np.float64)), expected)
    assert np.array_equal(nam_core.render(model, x.tolist()), expected)


def test_what_process_refuses() -> None:
    model = nam_core.load(MODELS["wavenet"])
    with pytest.raises(TypeError, match="floating-point"):
        nam_core.render(model, np.zeros(100, np.int16))
    with pytest.raises(ValueError, match="frame 99"):
        nam_core.render(model, np.append(np.zeros(99), np.nan))
    with pytest.raises(ValueError, match="one channel"):
        nam_core.render(model, np.zeros((2, 100)))


@pytest.mark.parametrize("threads", [0, -1])
def test_number_of_threads(threads: int) -> None:
    with pytest.raises(ValueError, match=f"threads must be at least 1; found {threads}"):
        nam_core.render(nam_core.load(MODELS["wavenet"]), np.zeros(10), threads=threads)
