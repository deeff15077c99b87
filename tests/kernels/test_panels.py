"""Layers of all widths: the way their rows are cut into panels decides what one kernel call computes."""

from __future__ import annotations

import numpy as np
import pytest
from small_models import memoryless_wavenet, noise, wavenet

import nam_core

ISAS: list[str] = nam_core.runtime_info()["isas"]
EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
# One panel, several of one height or of two, low ones and tall ones, of every instruction set.
WIDTHS = range(1, 26)


@pytest.mark.parametrize("layer1x1", [True, False], ids=["layer1x1", "no layer1x1"])
@pytest.mark.parametrize("channels", WIDTHS)
@pytest.mark.parametrize("isa", ISAS)
def test_every_width_computes_its_sums(isa: str, channels: int, layer1x1: bool) -> None:
    file = wavenet(channels, kernel_size=1, layer1x1=layer1x1)
    x = noise(200, dtype="float64")
    expected = memoryless_wavenet(file, x[np.newaxis])[0]
    y = nam_core.load(file, dtype="float64", isa=isa).process(x)
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("activation", ["Tanh", "LeakyReLU"])
@pytest.mark.parametrize("channels", WIDTHS)
def test_every_width_has_the_same_bits(channels: int, activation: str) -> None:
    file = wavenet(channels, activation=activation)
    x = noise(300)
    outputs = []
    for isa in EXACT_ISAS:
        model = nam_core.load(file, isa=isa)
        for cuts in ([], [64, 128, 192, 256], [1, 17, 40, 130, 131]):
            model.reset()
            outputs.append(np.concatenate([model.process(block) for block in np.split(x, cuts)]))
    for other in outputs[1:]:
        np.testing.assert_array_equal(outputs[0], other)
