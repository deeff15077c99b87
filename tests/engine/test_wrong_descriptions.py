"""Descriptions whose sizes do not fit together: the engine's message has the numbers (cpp/engine/check.cpp).

Python refuses such a file before it makes a description, so these messages are for C++ hosts.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nam_core import _core
from nam_core.engine import description

TANH = description.ActivationConfig("Tanh")
LAYER = description.LayerConfig(3, 2, "none", TANH, TANH, "layer1x1", {})
ARRAY = description.LayerArrayConfig(1, 1, 2, 2, 1, 1, 1, 0, 1, (LAYER,), 2, 1, 1, False)
LSTM = description.LstmConfig(1, 1, 2, 1, False, 0)
LINEAR = description.LinearConfig(1, 1, 3, False)
NO_WEIGHTS = np.zeros(0, np.float32)


def described(config: Any, **fields: Any) -> description.ModelDescription:
    return description.ModelDescription(
        **{"sample_rate": 0.0, "config": config, "weights": NO_WEIGHTS, **fields}
    )


def wavenet(*arrays: description.LayerArrayConfig, **fields: Any) -> description.ModelDescription:
    return described(description.WaveNetConfig(1, arrays, None, 1.0), **fields)


def of_layer(**changes: Any) -> description.ModelDescription:
    return wavenet(replace(ARRAY, layers=(replace(LAYER, **changes),)))


def of_array(**changes: Any) -> description.ModelDescription:
    return wavenet(replace(ARRAY, **changes))


def prelu(*slopes: float) -> description.ActivationConfig:
    return description.ActivationConfig("PReLU", slopes)


def leaky(slope: float) -> description.ActivationConfig:
    return description.ActivationConfig("LeakyReLU", (slope,))


WRONG = {
    "groups": (
        of_array(groups_input=4),
        "a convolution has 2 input channels, 2 output channels and 4 groups; each must be at least 1, and "
        "both numbers of channels must be multiples of groups",
    ),
    "channels": (
        of_array(channels=2**20 + 1),
        "a convolution has 1048577 channels; at most 1048576 are possible",
    ),
    "kernel_size": (
        of_layer(kernel_size=0),
        "a convolution has kernel_size 0 and dilation 2; both must be at least 1",
    ),
    "lookback": (
        of_layer(dilation=2**30),
        "a convolution reads 2147483648 past frames; at most 536870911 are possible",
    ),
    "parameters": (
        of_layer(activation=prelu(0.1, 0.2, 0.3)),
        "an activation of 2 channels has 3 parameters; it must have 1 for all channels together, or 2 for "
        "each channel its own",
    ),
    "slope": (
        of_layer(activation=leaky(1.5)),
        "a LeakyReLU has the slope 1.500000; it must be from 0 to 1",
    ),
    "slope nan": (
        of_layer(activation=leaky(math.nan)),
        "a LeakyReLU has the slope nan; it must be from 0 to 1",
    ),
    "condition_dsp": (
        wavenet(ARRAY, condition_dsp=described(replace(LINEAR, in_channels=2))),
        "condition_dsp has 2 input channels; it must have 1, the in_channels of the WaveNet",
    ),
    "no arrays": (wavenet(), "a WaveNet needs at least one layer array"),
    "no layers": (of_array(layers=()), "a layer array needs at least one layer"),
    "input_size": (
        wavenet(ARRAY, replace(ARRAY, input_size=3, condition_size=5)),
        "a layer array has input_size 3 and condition_size 5; they must be 2 and 1",
    ),
    "head sum": (
        wavenet(ARRAY, replace(ARRAY, input_size=2, bottleneck=4)),
        "the head sum of a layer array has 4 channels; it must have 2, the head output channels of the array "
        "before it",
    ),
    "no layer1x1": (
        wavenet(replace(ARRAY, bottleneck=4, layers=(replace(LAYER, residual="none"),))),
        "a layer without layer1x1 has bottleneck 4 and channels 2; they must be equal",
    ),
    "bottleneck": (of_array(bottleneck=0), "a layer array has bottleneck 0; it must be from 1 to 1048576"),
    "num_layers": (
        described(replace(LSTM, num_layers=-1)),
        "an LSTM has num_layers -1; it must be from 0 to 1048576",
    ),
    "linear": (
        described(replace(LINEAR, in_channels=2, out_channels=3)),
        "a Linear has 2 input channels and 3 output channels; the two must be equal, or one of them must "
        "be 1",
    ),
    "sequential": (
        described(
            description.SequentialConfig((described(LINEAR), described(replace(LINEAR, in_channels=2))), 0)
        ),
        "a model of a Sequential has 2 input channels; it must have 1, the output channels of the model "
        "before it",
    ),
}


@pytest.mark.parametrize(("model", "message"), WRONG.values(), ids=list(WRONG))
def test_the_message_has_the_numbers(model: description.ModelDescription, message: str) -> None:
    with pytest.raises(_core.ConfigError, match=f"^{re.escape(message)}$"):
        _core.plan(_core.ModelDescription(model), False, 8, 6)


def test_what_fits_is_planned() -> None:
    for model in (wavenet(ARRAY), described(LSTM), described(LINEAR)):
        _core.plan(_core.ModelDescription(model), False, 8, 6)


def test_a_wrong_number_of_weights_is_refused() -> None:
    for count in (2, 4):
        model = _core.ModelDescription(described(LINEAR, weights=np.zeros(count, np.float32)))
        with pytest.raises(_core.WeightError, match=f"^found {count} weights; the configuration needs"):
            _core.SettledModelF32(model, "", _core.MemoryLimit(10**9))
