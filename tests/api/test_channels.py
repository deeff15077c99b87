"""Models with several inputs or outputs, against calculations of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_models import Nam, convnet, linear, lstm, memoryless_wavenet, noise, wavenet
from strategy_weights import nam_file

import nam_core

ISAS: list[str] = nam_core.runtime_info()["isas"]
SIZES = [(1, 2), (2, 1), (2, 2), (3, 2)]


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), *SIZES])
@pytest.mark.parametrize("layer1x1", [True, False])
def test_wavenet_without_memory(inputs: int, outputs: int, layer1x1: bool, isa: str) -> None:
    nam = wavenet(
        channels=4,
        kernel_size=1,
        dilations=(1, 1, 1),
        layer1x1=layer1x1,
        in_channels=inputs,
        out_channels=outputs,
    )
    model = nam_core.load(nam, dtype="float64", isa=isa)
    x = noise(400, inputs, dtype="float64")
    expected = memoryless_wavenet(nam, np.atleast_2d(x))
    assert expected.std() > 0.03
    assert np.allclose(np.atleast_2d(model.process(x)), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 2), (3, 3), (1, 2), (1, 4), (2, 1), (4, 1)])
@pytest.mark.parametrize("bias", [False, True])
def test_linear_of_any_channels(inputs: int, outputs: int, bias: bool, isa: str) -> None:
    rng = np.random.default_rng(5)
    count = 1 if inputs == outputs else max(inputs, outputs)
    responses = rng.uniform(-1, 1, (count, 7)).astype(np.float32)
    biases = rng.uniform(-1, 1, 1 if inputs == outputs else outputs).astype(np.float32)
    config = {"receptive_field": 7, "bias": bias, "in_channels": inputs, "out_channels": outputs}
    nam = nam_file("Linear", config, [responses, *([biases] if bias else [])], 48000)
    model = nam_core.load(nam, dtype="float64", isa=isa)
    x = np.atleast_2d(noise(300, inputs, dtype="float64"))
    expected = np.zeros((outputs, 300))
    for path in range(max(inputs, outputs)):
        i, o = min(path, inputs - 1), min(path, outputs - 1)
        expected[o] += np.convolve(x[i], responses[min(path, count - 1)])[:300]
    expected += np.resize(biases, outputs)[:, None] if bias else 0.0
    y = np.atleast_2d(model.process(x if inputs > 1 else x[0]))
    assert np.allclose(y, expected, rtol=0, atol=1e-14)


def linear_of_forty(in_channels: int, out_channels: int) -> Nam:
    return linear([0.1] * 40, in_channels, out_channels)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(
    ("make", "inputs", "outputs"),
    [
        (make, *size)
        for make in (wavenet, lstm, convnet, linear_of_forty)
        for size in SIZES
        if make is not linear_of_forty or size != (3, 2)
    ],
)
def test_shapes_and_streaming(make: Any, inputs: int, outputs: int, isa: str) -> None:
    nam: Nam = make(in_channels=inputs, out_channels=outputs)
    model = nam_core.load(nam, isa=isa)
    assert (model.input_channels, model.output_channels) == (inputs, outputs)
    x = noise(700, inputs)
    whole = model.process(x)
    assert whole.shape == ((700,) if outputs == 1 else (outputs, 700))
    model.reset()
    parts = [model.process(x[..., a:b]) for a, b in ((0, 1), (1, 333), (333, 333), (333, 700))]
    assert np.array_equal(np.concatenate(parts, axis=-1), whole)
    out = np.empty_like(whole)
    model.reset()
    assert model.process(x, out=out) is out
    assert np.array_equal(out, whole)


def test_the_channels_of_a_wavenet_are_not_alike() -> None:
    model = nam_core.load(wavenet(in_channels=2, out_channels=2))
    x = noise(300, 2)
    y = model.copy().process(x)
    assert not np.allclose(y, model.copy().process(x[::-1]), atol=0.01)
    assert not np.allclose(y[0], y[1], atol=0.01)


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_any_place_in_memory(inputs: int, outputs: int) -> None:
    # Where the allocator puts the result, right behind the block or elsewhere, depends on the size.
    model = nam_core.load(wavenet(in_channels=inputs, out_channels=outputs))
    x = noise(4000, inputs)
    expected = model.copy().process(x)
    for frames in range(1, 4000, 7):
        model.reset()
        y = model.process(x[..., :frames].copy())
        assert np.array_equal(y, expected[..., :frames])


def test_out_right_beside_the_block() -> None:
    model = nam_core.load(wavenet(in_channels=2, out_channels=3))
    x = noise(500, 2)
    expected = model.copy().process(x)
    memory = np.zeros((7, 500), np.float32)
    memory[3:5] = x
    for out in (memory[:3], memory[4:7], memory[2:5]):
        memory[3:5] = x
        model.reset()
        model.process(memory[3:5], out=out)
        assert np.array_equal(out, expected)
