"""Models of the shapes that people use, with random weights: speed does not depend on their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from nam_core import NamWeightError, read_nam

SAMPLE_RATE = 48000

_A1_STANDARD = ([2**i for i in range(10)], [2**i for i in range(10)])
_A1_SMALL = ([2**i for i in range(7)], [128, 256, 512, *(2**i for i in range(10))])
_A2_DILATIONS = [1, 3, 7, 17, 41, 101, 239] * 2 + [1, 13] + [1, 3, 7, 17, 41, 101, 239]
_A2_KERNEL_SIZES = [6] * 14 + [15] * 2 + [6] * 7

_FILMS = (
    "conv_pre_film",
    "conv_post_film",
    "input_mixin_pre_film",
    "input_mixin_post_film",
    "activation_pre_film",
    "activation_post_film",
    "layer1x1_post_film",
)


def _a1(channels: tuple[int, int], dilations: tuple[list[int], list[int]]) -> dict[str, Any]:
    """The config of an A1 model: two arrays of kernel size 3 with tanh."""
    arrays = [
        {
            "input_size": 1 if i == 0 else channels[0],
            "condition_size": 1,
            "channels": channels[i],
            "kernel_size": 3,
            "dilations": dilations[i],
            "activation": "Tanh",
            "head": {"out_channels": channels[1] if i == 0 else 1, "kernel_size": 1, "bias": i == 1},
        }
        for i in range(2)
    ]
    return {"layers": arrays, "head": None, "head_scale": 0.02}


def _a2(channels: int, **extra: Any) -> dict[str, Any]:
    """The config of an A2 model: one array of 23 layers; ``extra`` adds keys to the array."""
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": channels,
        "kernel_sizes": _A2_KERNEL_SIZES,
        "dilations": _A2_DILATIONS,
        "activation": {"type": "LeakyReLU", "negative_slope": 0.01},
        "head": {"out_channels": 1, "kernel_size": 16, "bias": True},
        **extra,
    }
    return {"layers": [array], "head": None, "head_scale": 0.01}


_CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "a1-standard": ("WaveNet", _a1((16, 8), _A1_STANDARD)),
    "a1-lite": ("WaveNet", _a1((12, 6), _A1_SMALL)),
    "a1-feather": ("WaveNet", _a1((8, 4), _A1_SMALL)),
    "a1-nano": ("WaveNet", _a1((4, 2), _A1_SMALL)),
    "a2-full": ("WaveNet", _a2(8)),
    "a2-lite": ("WaveNet", _a2(3)),
    "a2-gated": ("WaveNet", _a2(8, gating_mode="gated")),
    "a2-film": ("WaveNet", _a2(8, **{name: {"active": True} for name in _FILMS})),
    "lstm-1x16": ("LSTM", {"num_layers": 1, "input_size": 1, "hidden_size": 16}),
    "lstm-2x8": ("LSTM", {"num_layers": 2, "input_size": 1, "hidden_size": 8}),
}
NAMES = tuple(_CONFIGS)


def model_file(name: str) -> dict[str, Any]:
    """A .nam file of this shape as a dict; the same weights every time."""
    return model_file_of(*_CONFIGS[name])


def model_file_of(architecture: str, config: dict[str, Any]) -> dict[str, Any]:
    """A .nam file of this config as a dict; the same weights every time."""
    file = {
        "version": "0.7.0",
        "architecture": architecture,
        "config": config,
        "sample_rate": SAMPLE_RATE,
        "weights": [],
    }
    weights = np.random.default_rng(0).uniform(-0.1, 0.1, _weight_count(file))
    if architecture == "WaveNet":
        weights[-1] = config["head_scale"]
    return {**file, "weights": weights.tolist()}


def _weight_count(file: dict[str, Any]) -> int:
    """How many weights the file needs, which is what the error about their lack says."""
    try:
        read_nam(file)
    except NamWeightError as error:
        assert error.expected is not None
        return error.expected
    raise AssertionError("a file without weights was accepted")


def noise(frames: int) -> npt.NDArray[np.float64]:
    """White noise at the level of an instrument, ``(frames,)``; the same every time."""
    return np.random.default_rng(0).uniform(-0.1, 0.1, frames)
