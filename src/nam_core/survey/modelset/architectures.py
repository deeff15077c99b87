"""The architectures of the A1 and A2 families, without their weights."""

from __future__ import annotations

from typing import Any

from ...format.building import Json, head, layer_array, wavenet

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
