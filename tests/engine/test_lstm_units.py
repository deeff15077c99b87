"""LSTMs whose hidden units fill the vectors and groups of the kernel, and such as do not."""

from __future__ import annotations

import numpy as np
import pytest
from small_models import Array, Nam, noise
from strategy_weights import nam_file

import nam_core
from nam_core.format import building

ISAS = nam_core.runtime_info()["exact_isas"]
# One unit; a part of a vector; whole groups; a group and a part; many groups. One layer and several.
SHAPES = [(1, 1), (1, 3), (3, 5), (1, 16), (2, 17), (1, 24), (1, 33), (2, 40), (4, 65)]


def lstm(layers: int, hidden: int) -> tuple[Nam, list[Array]]:
    """A model, and its weights: of each layer matrix, bias, hidden and cell state, then the head's."""
    rng = np.random.default_rng(hidden)
    weights: list[Array] = []
    for inputs in (1, *[hidden] * (layers - 1)):
        shapes = [(4 * hidden, inputs + hidden), (4 * hidden,), (hidden,), (hidden,)]
        weights += [rng.uniform(-1, 1, shape) / np.sqrt(hidden) for shape in shapes]
    weights += [rng.uniform(-1, 1, (1, hidden)), rng.uniform(-1, 1, 1)]
    weights = [part.astype(np.float32).astype(np.float64) for part in weights]
    return nam_file("LSTM", building.lstm(layers, hidden)["config"], weights, None), weights


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def played(layers: int, hidden: int, weights: list[Array], x: Array) -> Array:
    """The output by format 9.1, layer after layer."""
    signal = x[:, None]
    for layer in range(layers):
        matrix, bias, h, c = weights[4 * layer : 4 * layer + 4]
        outputs = []
        for inputs in signal:
            i, f, g, o = np.split(matrix @ np.concatenate([inputs, h]) + bias, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            outputs.append(h)
        signal = np.array(outputs)
    return (signal @ weights[-2].T + weights[-1])[:, 0]


@pytest.mark.parametrize(("layers", "hidden"), SHAPES)
def test_output_is_that_of_the_format(layers: int, hidden: int) -> None:
    nam, weights = lstm(layers, hidden)
    x = noise(300, dtype="float64")
    expected = played(layers, hidden, weights, x)
    for isa in nam_core.runtime_info()["isas"]:
        model = nam_core.load(nam, isa=isa, dtype="float64")
        np.testing.assert_allclose(model.process(x), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("layers", "hidden"), SHAPES)
def test_instruction_sets_and_blocks_give_the_same_bits(layers: int, hidden: int) -> None:
    nam, _ = lstm(layers, hidden)
    x = noise(300)
    expected = nam_core.load(nam, isa=ISAS[0]).process(x)
    for isa in ISAS:
        model = nam_core.load(nam, isa=isa)
        blocks = [model.process(block) for block in np.split(x, [1, 2, 9, 73, 202])]
        assert np.concatenate(blocks).tobytes() == expected.tobytes()
