"""Planted delays, polarities and gains are found."""

from __future__ import annotations

import numpy as np
import pytest

from nam_core.audio.dry_signal import dry_signal
from nam_core.evaluation import align

RATE = 48000.0


def moved(signal: np.ndarray, delay: float) -> np.ndarray:
    """The signal delayed by ``delay`` frames, through the phases of its spectrum; its ends are silent."""
    size = 2 * signal.size
    turns = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size * delay)
    return np.fft.irfft(np.fft.rfft(signal, size) * turns, size)[: signal.size]


def guitar(seed: int, frames: int = 96000) -> np.ndarray:
    """A signal that begins and ends with silence, and has no energy above 15 kHz."""
    x = np.zeros(frames)
    x[2000:-2000] = np.tanh(3.0 * dry_signal(frames - 4000, RATE, seed + 1)[seed].astype(np.float64))
    spectrum = np.fft.rfft(x)
    spectrum[np.fft.rfftfreq(frames, 1 / RATE) > 15000.0] = 0.0
    return np.asarray(np.fft.irfft(spectrum, frames))


@pytest.mark.parametrize("seed", range(12))
def test_planted_values_are_found_in_noise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    delay = (-200.0, 200.0, 0.0, 0.5)[seed] if seed < 4 else float(rng.uniform(-200.0, 200.0))
    polarity, gain_db = int(rng.choice([-1, 1])), float(rng.uniform(-20.0, 20.0))
    reference = guitar(seed % 3)
    recording = polarity * 10 ** (gain_db / 20) * moved(reference, delay)
    level = np.sqrt(np.mean(recording**2)) * 10 ** (-30 / 20)
    found = align(reference, recording + level * rng.standard_normal(recording.size))
    assert found.delay == pytest.approx(delay, abs=0.05)
    assert found.polarity == polarity
    assert found.gain_db == pytest.approx(gain_db, abs=0.05)
    assert found.confidence > 0.99


def test_apply_undoes_what_was_planted() -> None:
    reference = guitar(0)
    recording = -0.5 * moved(reference, 37.25)
    undone = align(reference, recording).apply(recording, gain=True)
    assert np.abs(undone - reference)[4000:-4000].max() < 1e-3 * np.abs(reference).max()
    kept = align(reference, recording).apply(recording)
    assert np.abs(kept[4000:-4000] - 0.5 * reference[4000:-4000]).max() < 1e-3


@pytest.mark.parametrize("cut", [slice(0, 60000), slice(30000, None)])
def test_a_recording_of_another_length(cut: slice) -> None:
    reference = guitar(1)
    found = align(reference, reference[cut])
    assert found.delay == pytest.approx(-(cut.start or 0), abs=0.05)
    assert found.gain_db == pytest.approx(0.0, abs=0.05)


def test_unrelated_signals_align_with_low_confidence() -> None:
    rng = np.random.default_rng(0)
    assert align(rng.standard_normal(50000), rng.standard_normal(50000)).confidence < 0.1


def test_bad_input() -> None:
    x = guitar(0)
    with pytest.raises(ValueError, match="recording is silent"):
        align(x, np.zeros(x.size))
    with pytest.raises(ValueError, match="align one channel"):
        align(np.stack([x, x]), x)
    with pytest.raises(ValueError, match="reference must be finite"):
        align(np.where(np.arange(x.size) == 5, np.nan, x), x)
    with pytest.raises(ValueError, match="16 frames"):
        align(x[:3], x)
    with pytest.raises(ValueError, match="max_delay"):
        align(x, x, max_delay=-1)
