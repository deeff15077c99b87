"""Recordings with known faults, and models, for tests of evaluations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from small_models import wavenet

import nam_core
from nam_core.audio.dry_signal import dry_signal

RATE = 48000
Array = npt.NDArray[np.float64]

# A model, a model that sounds similar, and a model that does not.
GOOD: dict[str, Any] = wavenet(channels=3)
OTHER: dict[str, Any] = wavenet(channels=4)


def near(model: dict[str, Any], share: float) -> dict[str, Any]:
    """The same model with each weight changed by up to ``share`` of its value."""
    rng = np.random.default_rng(5)
    weights = np.asarray(model["weights"])
    return {**model, "weights": (weights * (1 + share * rng.uniform(-1, 1, weights.size))).tolist()}


def guitar(seconds: float = 4.0) -> npt.NDArray[np.float32]:
    """A synthesised guitar, ``(frames,)``, with 0.1 s of silence at both ends."""
    dry: npt.NDArray[np.float32] = dry_signal(round(seconds * RATE), RATE, 1)[0]
    dry[:4800] = dry[-4800:] = 0.0
    return dry


def played(model: dict[str, Any], dry: npt.NDArray[np.float32]) -> Array:
    """The output of the model for the signal."""
    return nam_core.render(nam_core.load(model), dry).astype(np.float64)


def moved(signal: Array, delay: float) -> Array:
    """The signal, delayed by ``frames`` frames."""
    size = 1 << (signal.size + 10000).bit_length()
    turns = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size * delay)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal, size) * turns, size)[: signal.size])


def noise(signal: Array, decibels: float, seed: int) -> Array:
    """The signal with noise at this level below it."""
    level = np.sqrt(np.mean(signal**2)) * 10 ** (decibels / 20)
    return np.asarray(level * np.random.default_rng(seed).standard_normal(signal.size))


def write(path: Path, signal: npt.ArrayLike, rate: int = RATE) -> str:
    """A WAV file in float64."""
    soundfile.write(path, np.asarray(signal).T, rate, "DOUBLE")
    return str(path)
