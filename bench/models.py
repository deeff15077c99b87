"""Models of the shapes that people use, and noise to play through them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from nam_core.modelset.architectures import SAMPLE_RATE, file
from nam_core.modelset.sounding_weights import with_weights
from nam_core.presets import NAMES as PRESETS
from nam_core.presets import preset

__all__ = ["NAMES", "SAMPLE_RATE", "model_file", "model_file_of", "noise"]

# The models of the container are here one by one.
NAMES = tuple(name for name in PRESETS if name != "a2-container")


@cache
def model_file(name: str) -> dict[str, Any]:
    """A .nam file of this shape as a dict; the same weights every time."""
    return preset(name)


def model_file_of(architecture: str, config: dict[str, Any]) -> dict[str, Any]:
    """A .nam file of this config as a dict; the same weights every time."""
    return with_weights(file(architecture, config), seed=0)


def noise(frames: int) -> npt.NDArray[np.float64]:
    """White noise at the level of an instrument, ``(frames,)``; the same every time."""
    return np.random.default_rng(0).uniform(-0.1, 0.1, frames)
