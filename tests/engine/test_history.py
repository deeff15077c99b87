"""A convolution keeps its history for any block lengths and any duration (cpp/layers/history.hpp)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_models import noise
from strategy_weights import nam_file

import nam_core


def _echo(lookback: int) -> Any:
    """The input plus half of the input ``lookback`` frames earlier."""
    identity = {"type": "LeakyReLU", "negative_slope": 1.0}
    config = {"channels": 1, "dilations": [lookback], "batchnorm": False, "activation": identity}
    tap, bias, head, head_bias = [0.5, 1.0], [0.0], [1.0], [0.0]
    return nam_file("ConvNet", config, [np.array(part) for part in (tap, bias, head, head_bias)], 48000)


@pytest.mark.parametrize("lookback", [1, 15, 16, 127, 512, 3000])
@pytest.mark.parametrize("longest_block", [7, 64, 300])
def test_echoes_come_on_time(lookback: int, longest_block: int) -> None:
    """The history wraps to its front several times, at all kinds of positions."""
    x = noise(4 * (lookback + 600))
    echo = np.concatenate([np.zeros(lookback, np.float32), x[:-lookback]])
    model = nam_core.load(_echo(lookback))
    lengths = np.random.default_rng(lookback).integers(1, longest_block + 1, x.size)
    blocks = np.split(x, np.cumsum(lengths)[np.cumsum(lengths) < x.size])
    for _ in range(2):
        y = np.concatenate([model.process(block) for block in blocks])
        np.testing.assert_array_equal(y, x + np.float32(0.5) * echo)
        model.reset()
