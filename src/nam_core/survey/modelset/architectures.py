"""Configs of .nam files, spelt in full as the trainer exports them (format 2.2 and 13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...format.config import FILM_NAMES

Json = dict[str, Any]

VERSION = "0.7.0"
SAMPLE_RATE = 48000
TANH = {"type": "Tanh"}
SIGMOID = {"type": "Sigmoid"}


def file(architecture: str, config: Json) -> Json:
    """A .nam file without its weights."""
    return {
        "version": VERSION,
        "architecture": architecture,
        "config": config,
        "sample_rate": SAMPLE_RATE,
    }


def film(shift: bool = True, groups: int = 1) -> Json:
    """An active FiLM."""
    return {"active": True, "shift": shift, "groups": groups}


def head(out_channels: int = 1, kernel_size: int = 1, bias: bool = True) -> Json:
    """The head rechannel of a layer array."""
    return {"out_channels": out_channels, "kernel_size": kernel_size, "bias": bias}


def layer_array(
    channels: int,
    kernel_sizes: Sequence[int],
    dilations: Sequence[int],
    *,
    activation: Json = TANH,
    gating_mode: str = "none",
    secondary_activation: Json = SIGMOID,
    films: Iterable[str] = (),
    film_shift: bool = True,
    **others: Any,
) -> Json:
    """One layer array, with the same activation and gating in every layer.

    ``films`` names the places that have a FiLM; ``others`` replace any further key of the array.
    """
    layers = len(dilations)
    secondary = None if gating_mode == "none" else secondary_activation
    inactive = {"active": False, "shift": False, "groups": 1}
    places = set(films)
    return {
        "input_size": 1,
        "condition_size": 1,
        "head": head(),
        "channels": channels,
        "kernel_sizes": list(kernel_sizes),
        "dilations": list(dilations),
        "activation": [activation] * layers,
        "bottleneck": channels,
        "head1x1": {"active": False, "out_channels": 1, "groups": 1},
        "layer1x1": {"active": True, "groups": 1},
        "groups_input": 1,
        "groups_input_mixin": 1,
        **{name: film(film_shift) if name in places else inactive for name in FILM_NAMES},
        "gating_mode": [gating_mode] * layers,
        "secondary_activation": [secondary] * layers,
        "slimmable": None,
        **others,
    }


def wavenet(*arrays: Json, post_stack_head: Json | None = None, condition_dsp: Json | None = None) -> Json:
    """A WaveNet of these layer arrays, without its weights."""
    config: Json = {"layers": list(arrays), "head": post_stack_head, "head_scale": 1.0}
    if condition_dsp is not None:
        config["condition_dsp"] = condition_dsp
    return file("WaveNet", config)


def slimmable(*allowed_channels: int) -> Json:
    """The key of a layer array that can be cut to these numbers of channels."""
    return {"method": "slice_channels_uniform", "kwargs": {"allowed_channels": list(allowed_channels)}}


def lstm(num_layers: int, hidden_size: int) -> Json:
    """A mono LSTM, without its weights."""
    return file("LSTM", {"num_layers": num_layers, "input_size": 1, "hidden_size": hidden_size})


def post_stack_head(channels: int, kernel_sizes: Sequence[int], activation: str) -> Json:
    """The network after the arrays, one channel out (format 2.5)."""
    return {
        "channels": channels,
        "out_channels": 1,
        "kernel_sizes": list(kernel_sizes),
        "activation": activation,
    }


def convnet(channels: int, dilations: Sequence[int]) -> Json:
    """A mono ConvNet with batch normalisation and tanh, without its weights."""
    config = {"channels": channels, "dilations": list(dilations), "batchnorm": True, "activation": "Tanh"}
    return file("ConvNet", config)


def linear(receptive_field: int) -> Json:
    """An impulse response, without its weights."""
    return file("Linear", {"receptive_field": receptive_field, "bias": False})


def container(*sizes: Json) -> Json:
    """A SlimmableContainer of these models, smallest first, with equal shares of the qualities."""
    submodels = [{"max_value": (i + 1) / len(sizes), "model": size} for i, size in enumerate(sizes)]
    return {**file("SlimmableContainer", {"submodels": submodels}), "weights": []}


# The A1 family: two arrays of kernel size 3 with tanh (format 10.1).
_A1_STANDARD = ([2**i for i in range(10)], [2**i for i in range(10)])
_A1_SMALL = ([2**i for i in range(7)], [128, 256, 512, *(2**i for i in range(10))])
_A1_DILATIONS = {16: _A1_STANDARD, 12: _A1_SMALL, 8: _A1_SMALL, 4: _A1_SMALL}


def a1(channels: int, **others: Any) -> Json:
    """An A1 model whose first array has 16 (standard), 12 (lite), 8 (feather) or 4 channels (nano)."""
    dilations = _A1_DILATIONS[channels]
    half = channels // 2
    first = layer_array(
        channels, [3] * len(dilations[0]), dilations[0], head=head(half, bias=False), **others
    )
    second = layer_array(half, [3] * len(dilations[1]), dilations[1], input_size=channels, **others)
    return wavenet(first, second)


# The A2 family: one array of 23 layers with LeakyReLU (format 10.2).
_A2_DILATIONS = [1, 3, 7, 17, 41, 101, 239] * 2 + [1, 13] + [1, 3, 7, 17, 41, 101, 239]
_A2_KERNEL_SIZES = [6] * 14 + [15] * 2 + [6] * 7
LEAKY_RELU = {"type": "LeakyReLU", "negative_slope": 0.01}


def a2(channels: int, **others: Any) -> Json:
    """An A2 model; 8 channels are full, 3 are lite."""
    settings: Json = {"activation": LEAKY_RELU, "head": head(kernel_size=16), **others}
    return wavenet(layer_array(channels, _A2_KERNEL_SIZES, _A2_DILATIONS, **settings))
