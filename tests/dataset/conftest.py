"""Recordings and models on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import lstm, noise, wavenet

LENGTH = 1500


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """Six recordings of different lengths, one in a folder of its own, and other files that folders often
    contain.
    """
    folder = tmp_path / "takes"
    (folder / "more").mkdir(parents=True)
    for number, frames in enumerate((10_000, 3_500, 15_500, 4_999, 7_500, 6_250)):
        name = f"more/{number}.flac" if number == 3 else f"{number}.wav"
        soundfile.write(folder / name, 0.5 * noise(frames, seed=number), 48000, subtype="PCM_24")
    (folder / "notes.txt").write_text("no sound")
    (folder / "._0.wav").write_bytes(b"what macOS puts beside a file")
    return folder


@pytest.fixture
def amps(tmp_path: Path) -> Path:
    """Two models that settle, and one that does not."""
    folder = tmp_path / "amps"
    folder.mkdir()
    models = {"clean": wavenet(dilations=(1, 17, 100)), "crunch": wavenet(channels=4), "old": lstm()}
    for name, nam in models.items():
        (folder / f"{name}.nam").write_text(json.dumps(nam))
    return folder


def silent_in_the_middle(path: Path) -> None:
    """A recording of four segments; the second is silent, the third nearly."""
    audio = noise(4 * LENGTH)
    audio[LENGTH : 2 * LENGTH] = 0.0
    audio[2 * LENGTH : 3 * LENGTH] *= np.float32(10 ** (-50 / 20))
    soundfile.write(path, audio, 48000, subtype="FLOAT")
