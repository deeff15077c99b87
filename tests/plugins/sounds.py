"""Signals for the plug-ins, and the output of nam_core for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

import nam_core

Signal = npt.NDArray[np.float32]

# Frames per call of process; 0: a number that changes with every call.
BLOCKS = (1, 17, 64, 1024, 0)


def guitar(folder: Path, seconds: float = 10.0) -> Signal:
    """Return the recording of examples/, repeated."""
    recording, _ = soundfile.read(folder / "examples" / "guitar_dry.wav", dtype="float32")
    return np.asarray(np.resize(recording, round(48000 * seconds)), np.float32)


def cabinet(path: Path, channels: int = 1) -> Path:
    """Write an impulse response of 2,000 taps as a sound file, and return its path."""
    taps = np.random.default_rng(3).normal(size=(2000, channels)) * np.exp(-np.arange(2000) / 200)[:, None]
    soundfile.write(path, np.asarray(taps * 0.1, np.float32), 48000, subtype="FLOAT")
    return path


def through(signal: Signal, *paths: Path, quality: float = 1.0) -> Signal:
    """Return the signal through models in series, each from its start state."""
    for path in paths:
        model: Any = nam_core.load(path)
        model.quality = quality
        model.reset()
        signal = model.process(signal)
    return signal


def gain_model(path: Path, gain: float = 0.5, rate: float = 48000.0, inputs: int = 1) -> Path:
    """A model that multiplies by a gain; of several inputs, it takes the first."""
    config = {"receptive_field": 1, "bias": False}
    if inputs > 1:
        config["in_channels"] = inputs
    weights = [gain, *[0.0] * (inputs - 1)]
    file = {"version": "0.5.4", "architecture": "Linear", "config": config, "weights": weights}
    path.write_text(json.dumps({**file, "sample_rate": rate, "metadata": {}}), "utf-8")
    return path
