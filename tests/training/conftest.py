"""A pair of recordings to train on."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import soundfile as sf
from training.networks import TEACHER, Array

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers

# A low rate, so that a training takes a tenth of a second.
RATE, SECONDS, DELAY = 8_000, 19, 37


class Recordings(NamedTuple):
    """A dry and a wet file, and their samples."""

    dry: Path
    wet: Path
    x: Array
    y: Array


def write(path: Path, signal: Array, rate: int = RATE) -> Path:
    sf.write(path, signal, rate, subtype="FLOAT")
    return path


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """A small network's output for the synthetic guitar, DELAY frames late, with some noise."""
    folder = tmp_path_factory.mktemp("recordings")
    x = dry_signal(SECONDS * RATE, RATE, 1).reshape(-1)
    teacher = Network.of(TEACHER)
    weights = 2.0 * teacher.first_parameters(RandomNumbers(7))
    y = np.asarray(nam_core.load(teacher.with_parameters(weights)).process(x))
    y = np.concatenate([np.zeros(DELAY, np.float32), y[:-DELAY]])
    noise = 1e-4 * np.random.default_rng(0).standard_normal(y.size).astype(np.float32)
    y = (0.5 * y / np.abs(y).max() + noise).astype(np.float32)
    return Recordings(write(folder / "dry.wav", x), write(folder / "wet.wav", y), x, y)
