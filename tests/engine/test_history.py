"""A convolution remembers what it must, in whatever blocks and for however long (cpp/layers/history.hpp)."""

from __future__ import annotations

import numpy as np
import pytest
from small_models import linear, noise

import nam_core


@pytest.mark.parametrize("lookback", [1, 15, 16, 127, 512, 3000])
@pytest.mark.parametrize("longest_block", [7, 64, 300])
def test_echoes_come_on_time(lookback: int, longest_block: int) -> None:
    """The memory starts again from its front several times over, at positions of all kinds."""
    x = noise(4 * (lookback + 600))
    echo = np.concatenate([np.zeros(lookback, np.float32), x[:-lookback]])
    model = nam_core.load(linear([1.0, *[0.0] * (lookback - 1), 0.5]))
    lengths = np.random.default_rng(lookback).integers(1, longest_block + 1, x.size)
    blocks = np.split(x, np.cumsum(lengths)[np.cumsum(lengths) < x.size])
    for _ in range(2):
        y = np.concatenate([model.process(block) for block in blocks])
        np.testing.assert_array_equal(y, x + np.float32(0.5) * echo)
        model.reset()
