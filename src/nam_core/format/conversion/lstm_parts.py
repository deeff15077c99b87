"""An LSTM with one dense layer, and the .nam file that says the same (format 9.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import NamFileError
from ..schema import Cursor
from ..schema.cursor import describe

Array = npt.NDArray[np.float64]

# What the trainer runs an LSTM on before it stores its state.
_SILENCE_FRAMES = 48000
# The largest number of float32, in which a .nam file is read.
MOST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class LstmLayer:
    """One layer; rows are the gates i, f, g, o, ``hidden`` of each.

    ``input`` is ``(4 hidden, inputs)``, ``recurrent`` ``(4 hidden, hidden)``, ``bias`` ``(4 hidden,)``.
    """

    input: Array
    recurrent: Array
    bias: Array


@dataclass(frozen=True)
class LstmParts:
    """``output_gain * (skip * u + head . LSTM(u))`` for ``u = input_gain * x``, ``skip`` being 0 or 1.

    ``head`` is ``(hidden,)``. ``sample_rate`` in Hz, None where it is not known.
    """

    layers: tuple[LstmLayer, ...]
    head: Array
    head_bias: float
    adds_input: bool
    sample_rate: float | None
    input_gain: float = 1.0
    output_gain: float = 1.0
    metadata: dict[str, Any] = field(default_factory=dict)


def check_one_input(inputs: int, cursor: Cursor) -> None:
    """Refuse a model that has knobs besides its audio input."""
    if inputs != 1:
        raise cursor.error(
            f"the model has {inputs} inputs: audio and {inputs - 1} more, such as knobs. A .nam file holds "
            "one setting: train a model of one"
        )


def read_array(cursor: Cursor, *shape: int) -> Array:
    """Nested arrays of finite numbers of exactly this shape."""
    size = " x ".join(map(str, shape))
    if not cursor.is_list:
        raise cursor.wrong(f"an array of {size} numbers")
    try:
        entries = np.array(cursor.value, object)
    except ValueError:  # rows of several lengths
        raise cursor.wrong(f"an array of {size} numbers") from None
    if entries.shape != shape:
        found = " x ".join(map(str, entries.shape))
        raise cursor.error(f"found {found} numbers; must be {size}")
    for entry in entries.flat:
        if isinstance(entry, bool) or not isinstance(entry, (int, float)):
            raise cursor.error(f"found {describe(entry)} among its entries; must be {size} numbers")
        if not abs(entry) <= MOST:
            raise cursor.error("has numbers that are not finite, or out of the range of float32")
    return entries.astype(np.float64)


def nam_object(parts: LstmParts, path: str | None) -> dict[str, Any]:
    """The JSON object of the .nam file.

    Raises NamFileError, with the name ``path``, if a weight times its gain is out of the range of float32.
    """
    loudest = max(
        np.abs(parts.layers[0].input).max() * parts.input_gain,
        max(np.abs(parts.head).max(), abs(parts.head_bias)) * parts.output_gain,
        parts.input_gain * parts.output_gain,
    )
    if not loudest <= MOST:
        raise NamFileError("its weights times its gains are out of the range of float32", path=path)
    first = parts.layers[0]
    louder = LstmLayer(first.input * parts.input_gain, first.recurrent, first.bias)
    layers = [_single(layer) for layer in (louder, *parts.layers[1:])]
    hidden = len(parts.head)
    weights: list[Array] = []
    for layer, state in zip(layers, _settled(layers), strict=True):
        weights += [np.hstack([layer.input, layer.recurrent]), layer.bias, *state]
    weights += [parts.head * parts.output_gain, np.array([parts.head_bias * parts.output_gain])]
    config = {"num_layers": len(layers), "input_size": 1, "hidden_size": hidden}
    lstm = _file("LSTM", config, weights, parts.sample_rate)
    if not parts.adds_input:
        return {**lstm, "metadata": parts.metadata}
    gain = parts.input_gain * parts.output_gain
    return {**_sum_with_input(lstm, gain, parts.sample_rate), "metadata": parts.metadata}


def _sum_with_input(lstm: dict[str, Any], gain: float, sample_rate: float | None) -> dict[str, Any]:
    """A WaveNet that adds ``gain`` times its input to its condition, which the LSTM makes.

    Its one layer has the sum before its activation, and the activation is the identity.
    """
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": 1,
        "bottleneck": 1,
        "kernel_sizes": [1],
        "dilations": [1],
        "activation": [{"type": "LeakyReLU", "negative_slope": 1.0}],
        "gating_mode": ["none"],
        "secondary_activation": [None],
        "layer1x1": {"active": False, "groups": 1},
        "head": {"out_channels": 1, "kernel_size": 1, "bias": False},
    }
    config = {"layers": [array], "head": None, "head_scale": 1.0, "condition_dsp": lstm}
    # Rechannel, convolution and its bias, mixin, head, head_scale.
    weights = [np.array([1.0, gain, 0.0, 1.0, 1.0, 1.0])]
    return _file("WaveNet", config, weights, sample_rate)


def _file(
    architecture: str, config: dict[str, Any], weights: list[Array], sample_rate: float | None
) -> dict[str, Any]:
    flat = np.concatenate([np.ravel(part) for part in weights]).astype(np.float32)
    file = {"version": "0.7.0", "architecture": architecture, "config": config, "weights": flat.tolist()}
    return file if sample_rate is None else {**file, "sample_rate": sample_rate}


def _single(layer: LstmLayer) -> LstmLayer:
    """The layer with the values that float32 keeps."""
    parts = (layer.input, layer.recurrent, layer.bias)
    return LstmLayer(*(part.astype(np.float32).astype(np.float64) for part in parts))


def _settled(layers: list[LstmLayer]) -> list[tuple[Array, Array]]:
    """Hidden and cell state of each layer after the silence, from zeros."""
    states = [(zeros := np.zeros(layer.recurrent.shape[1]), zeros) for layer in layers]
    for _ in range(_SILENCE_FRAMES):
        before, states = states, _step(layers, states)
        if all(np.array_equal(old, new) for old, new in zip(before, states, strict=True)):
            break  # every further step does the same
    return states


def _step(layers: list[LstmLayer], states: list[tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    """The states after one more frame of silence."""
    heard, after = np.zeros(1), []
    for layer, (hidden, cell) in zip(layers, states, strict=True):
        i, f, g, o = np.split(layer.input @ heard + layer.recurrent @ hidden + layer.bias, 4)
        cell = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
        heard = _sigmoid(o) * np.tanh(cell)
        after.append((heard, cell))
    return after


def _sigmoid(v: Array) -> Array:
    result: Array = 0.5 * (1.0 + np.tanh(0.5 * v))
    return result
