"""Small .nam files as dicts, and an independent calculation of some of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from strategy_weights import conv, nam_file, uniform, wavenet_weights

from nam_core.format import building
from nam_core.format.building import container as container

Nam = dict[str, Any]
Array = npt.NDArray[Any]


def noise(frames: int, channels: int = 1, seed: int = 0, dtype: str = "float32") -> Array:
    """Noise within -0.9 to 0.9: ``(frames,)`` for one channel, ``(channels, frames)`` for several."""
    rows = np.random.default_rng(seed).uniform(-0.9, 0.9, (channels, frames)).astype(dtype)
    return rows[0] if channels == 1 else rows


def linear(taps: npt.ArrayLike, in_channels: int = 1, out_channels: int = 1) -> Nam:
    """An impulse response, the newest tap first.

    With unequal numbers of channels each response is half as loud as the one before.
    """
    config = building.linear(np.size(taps), **_channels(in_channels, out_channels))["config"]
    count = 1 if in_channels == out_channels else max(in_channels, out_channels)
    return nam_file("Linear", config, [np.outer(0.5 ** np.arange(count), np.asarray(taps))], 48000)


def wavenet(
    channels: int = 3,
    kernel_size: int = 3,
    dilations: tuple[int, ...] = (1, 2, 4),
    activation: str | Nam = "Tanh",
    layer1x1: bool = True,
    in_channels: int = 1,
    out_channels: int = 1,
    sample_rate: float | None = 48000,
) -> Nam:
    """A WaveNet of one array with random weights, always the same ones for the same sizes."""
    array = building.layer_array(
        channels,
        [kernel_size] * len(dilations),
        dilations,
        activation=activation,
        input_size=in_channels,
        condition_size=in_channels,
        layer1x1={"active": layer1x1, "groups": 1},
        head=building.head(out_channels),
    )
    config = building.wavenet(array, head_scale=0.5)["config"]
    if in_channels != 1:
        config["in_channels"] = in_channels
    return nam_file("WaveNet", config, wavenet_weights(config, np.random.default_rng(1)), sample_rate)


def lstm(in_channels: int = 1, out_channels: int = 1, sample_rate: float | None = 48000) -> Nam:
    """An LSTM of two layers whose stored state is not its settled state."""
    rng, hidden = np.random.default_rng(2), 4
    weights: list[Array] = []
    for inputs in (in_channels, hidden):
        weights += [uniform(rng, 4 * hidden, inputs + hidden), 0.3 * uniform(rng, 4 * hidden)]
        weights += [0.8 * uniform(rng, 2 * hidden)]
    weights += [uniform(rng, out_channels, hidden), uniform(rng, out_channels)]
    config = building.lstm(2, hidden, input_size=in_channels, **_channels(1, out_channels))["config"]
    return nam_file("LSTM", config, weights, sample_rate)


def convnet(in_channels: int = 1, out_channels: int = 1) -> Nam:
    """A ConvNet of three blocks."""
    rng, channels, dilations = np.random.default_rng(3), 4, [1, 2, 8]
    weights: list[Array] = []
    for rows in (in_channels, channels, channels):
        weights += conv(rng, channels, rows, 2)
    weights += conv(rng, out_channels, channels, 1)
    others = _channels(in_channels, out_channels)
    config = building.convnet(channels, dilations, batchnorm=False, **others)["config"]
    return nam_file("ConvNet", config, weights, 48000)


def memoryless_wavenet(nam: Nam, x: Array, residual: bool = True) -> Array:
    """The output of ``wavenet(kernel_size=1, activation="Tanh")``, frame by frame (format 4, 5.2).

    Parameters
    ----------
    x : ``(in_channels, frames)``.
    residual : whether a layer without layer1x1 adds its activation to the residual stream.

    Returns
    -------
    float64 ``(out_channels, frames)``.
    """
    array = nam["config"]["layers"][0]
    channels, inputs, outputs = array["channels"], array["input_size"], array["head"]["out_channels"]
    left = np.array(nam["weights"])

    def take(*shape: int) -> Array:
        nonlocal left
        values, left = np.split(left, [int(np.prod(shape))])
        return values.reshape(shape)

    h = take(channels, inputs) @ x
    head_sum = np.zeros_like(h)
    for _ in array["dilations"]:
        z = take(channels, channels) @ h + take(channels, 1)
        p = np.tanh(z + take(channels, inputs) @ x)
        head_sum += p
        if array["layer1x1"]["active"]:
            h = h + take(channels, channels) @ p + take(channels, 1)
        elif residual:
            h = h + p
    y: Array = (take(outputs, channels) @ head_sum + take(outputs, 1)) * take(1)
    assert left.size == 0
    return y


def _channels(in_channels: int, out_channels: int) -> Nam:
    return {key: n for key, n in (("in_channels", in_channels), ("out_channels", out_channels)) if n != 1}


def aida() -> dict[str, Any]:
    """An LSTM of AIDA-X."""
    rng = np.random.default_rng(0)
    recurrent = [rng.uniform(-0.5, 0.5, shape).tolist() for shape in ((1, 16), (4, 16), 16)]
    dense = [rng.uniform(-0.5, 0.5, shape).tolist() for shape in ((4, 1), 1)]
    layers = [
        {"type": "lstm", "activation": "", "shape": [None, None, 4], "weights": recurrent},
        {"type": "dense", "activation": "", "shape": [None, None, 1], "weights": dense},
    ]
    return {"in_shape": [None, None, 1], "in_skip": 1, "layers": layers}
