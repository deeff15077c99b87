"""Models of the shapes that people use, and noise to play through them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from nam_core.format.building import SAMPLE_RATE, file
from nam_core.survey.modelset.sounding_weights import with_weights
from nam_core.survey.modelset.sweep import architectures
from nam_core.survey.presets import NAMES as PRESETS
from nam_core.survey.presets import preset

__all__ = ["FEATURES", "NAMES", "SAMPLE_RATE", "model_file", "model_file_of", "noise"]

_CONVNET = {"channels": 8, "dilations": [2**i for i in range(10)], "batchnorm": False, "activation": "Tanh"}
# Architectures that no preset has.
_OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "convnet": ("ConvNet", _CONVNET),
    "linear-2048": ("Linear", {"receptive_field": 2048, "bias": True}),
}
# The container is left out, because its models are in the list one by one.
NAMES = (*(name for name in PRESETS if name != "a2-container"), *_OTHERS)
# Models of the survey's sweep, for features of layers and models that none of ``NAMES`` has.
_SWEEP = {item.name: item.file for item in architectures() if item.name in ("blended-8", "condition-wavenet")}
FEATURES = tuple(_SWEEP)


@cache
def model_file(name: str) -> dict[str, Any]:
    """A .nam file of this shape as a dict; the same weights every time."""
    if name in _OTHERS:
        return model_file_of(*_OTHERS[name])
    return with_weights(_SWEEP[name], seed=0) if name in _SWEEP else preset(name)


def model_file_of(architecture: str, config: dict[str, Any]) -> dict[str, Any]:
    """A .nam file of this config as a dict; the same weights every time."""
    return with_weights(file(architecture, config), seed=0)


def noise(frames: int) -> npt.NDArray[np.float64]:
    """White noise at the level of an instrument, ``(frames,)``; the same every time."""
    return np.random.default_rng(0).uniform(-0.1, 0.1, frames)
