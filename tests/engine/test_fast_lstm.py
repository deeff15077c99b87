"""``tanh="fast"`` in an LSTM: the NAM plugin's approximation, and the sigmoid that the plugin makes of it."""

from __future__ import annotations

import numpy as np
from small_models import Array, lstm, noise

import nam_core

HIDDEN = 4


def fast_tanh(x: Array) -> Array:
    """The plugin's rational approximation (format 3)."""
    a = np.abs(x)
    numerator = 2.45550750702956 + 2.45550750702956 * a + (0.893229853513558 + 0.821226666969744 * a) * x * x
    denominator = 2.44506634652299 + (2.44506634652299 + x * x) * np.abs(x + 0.814642734961073 * x * a)
    return x * numerator / denominator


def fast_sigmoid(x: Array) -> Array:
    """The sigmoid that the plugin computes from its tanh (format D38)."""
    return (fast_tanh(x / 2) + 1) / 2


def test_gates_are_those_of_the_plugin() -> None:
    nam = lstm()
    weights, taken = np.asarray(nam["weights"], np.float32).astype(np.float64), 0

    def take(*shape: int) -> Array:
        nonlocal taken
        taken += int(np.prod(shape))
        return weights[taken - int(np.prod(shape)) : taken].reshape(shape)

    layers = [
        [take(4 * HIDDEN, inputs + HIDDEN), take(4 * HIDDEN), take(HIDDEN), take(HIDDEN)]
        for inputs in (1, HIDDEN)
    ]
    head, bias = take(1, HIDDEN), take(1)
    x = noise(300, dtype="float64")
    expected = np.empty_like(x)
    for t, sample in enumerate(x):
        values = np.array([sample])
        for layer in layers:
            gates = (layer[0] @ np.concatenate([values, layer[2]]) + layer[1]).reshape(4, HIDDEN)
            i, f, o = (fast_sigmoid(gates[k]) for k in (0, 1, 3))
            layer[3] = f * layer[3] + i * fast_tanh(gates[2])
            values = layer[2] = o * fast_tanh(layer[3])
        expected[t] = (head @ values + bias)[0]
    ours = nam_core.load(nam, tanh="fast", dtype="float64").process(x)
    assert np.allclose(ours, expected, rtol=0, atol=1e-12)
    # The two functions differ enough for this to tell them apart.
    assert not np.allclose(nam_core.load(nam, dtype="float64").process(x), expected, rtol=0, atol=1e-4)
