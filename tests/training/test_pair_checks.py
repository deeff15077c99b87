"""Pairs of recordings: those that are refused, inputs that are known by their hash, and properties that are
not faults.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training.conftest import RATE, SECONDS, Recordings, write
from training.networks import Array

from nam_core.training import NamTrainingError, known_inputs
from nam_core.training.data import read_pair


def noisy(level: float, y: Array) -> Array:
    rng = np.random.default_rng(1)
    return (y + level * rng.standard_normal(y.size)).astype(np.float32)


def drifting(y: Array) -> Array:
    at = np.arange(y.size) * (1.0 + 30.0 / y.size)
    moved: Array = np.interp(at, np.arange(y.size), y).astype(np.float32)
    return moved


BAD: dict[str, tuple[Callable[[Any, Any], tuple[Any, Any]], str]] = {
    "silent recording": (lambda x, y: (x, np.zeros_like(y)), "the recording is silent"),
    "silent input": (lambda x, y: (np.zeros_like(x), y), "the dry signal is silent"),
    "clipping": (lambda x, y: (x, np.clip(4 * y, -1, 1)), "clips: .* samples are at full scale"),
    "unrelated": (lambda x, y: (x, noisy(0.1, np.zeros_like(y))), "hardly correlate"),
    "exchanged": (lambda x, y: (np.concatenate([np.zeros(500), x[:-500]]), y), "were the two swapped"),
    "drift": (lambda x, y: (x, drifting(y)), "drifts by"),
    "noise": (lambda x, y: (np.where(np.arange(x.size) > 15 * RATE, 0, x), noisy(0.02, y)), "has noise at"),
    "short recording": (lambda x, y: (x, y[:-100]), "shorter than the dry signal"),
    "short": (lambda x, y: (x[: 10 * RATE], y[: 10 * RATE]), "training needs 18 s"),
    "stereo": (lambda x, y: (x, np.stack([y, y], 1)), "has 2 channels"),
    "silent end": (
        lambda x, y: (x, np.where(np.arange(y.size) >= (SECONDS - 10) * RATE, 0, y)),
        "the part that is validated with is silent",
    ),
    "silent beginning": (
        lambda x, y: (x, np.where(np.arange(y.size) < (SECONDS - 8) * RATE, 0, y)),
        "the part that is trained on is silent",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_recordings_are_refused_with_words(name: str, recordings: Recordings, tmp_path: Path) -> None:
    spoil, words = BAD[name]
    x, y = spoil(recordings.x, recordings.y)
    dry, wet = write(tmp_path / "dry.wav", x), write(tmp_path / "wet.wav", y)
    with pytest.raises(NamTrainingError, match=words):
        read_pair(dry, wet, rate=RATE)


def test_delay_is_the_start_of_a_resonant_response(recordings: Recordings, tmp_path: Path) -> None:
    # A cabinet that rings at 90 Hz. The correlation is largest 245 frames after the response's start.
    frames = np.arange(2000)
    response = 0.3 * np.exp(-frames / 400) * np.sin(2 * np.pi * 90 * frames / RATE)
    response[0] = 1.0
    y = np.convolve(np.concatenate([np.zeros(40), recordings.x]), response)[: recordings.x.size]
    wet = write(tmp_path / "wet.wav", 0.5 * y / np.abs(y).max())
    found = read_pair(recordings.dry, wet, rate=RATE).metadata["latency"]["calibration"]
    assert found["recommended"] == 39


def test_other_music_is_no_drift(recordings: Recordings, tmp_path: Path) -> None:
    # The second half is 14 frames late. Such a step can come from other notes.
    late = np.concatenate([np.zeros(14, np.float32), recordings.y[:-14]])
    y = np.where(np.arange(late.size) < late.size // 2, recordings.y, late)
    assert read_pair(recordings.dry, write(tmp_path / "wet.wav", y), rate=RATE).metadata["checks"]["passed"]


def test_delays_without_order_are_no_drift(recordings: Recordings, tmp_path: Path) -> None:
    # The delays that were measured for the twelve parts of a recording of two distorted amplifiers and a
    # cabinet.
    delays = (152, 174, 75, 287, 285, 487, 71, 56, 285, 80, 77, 74)
    part = np.minimum(np.arange(recordings.y.size) * 12 // recordings.y.size, 11)
    y = recordings.y[np.maximum(np.arange(part.size) - np.asarray(delays)[part], 0)]
    assert read_pair(recordings.dry, write(tmp_path / "wet.wav", y), rate=RATE).metadata["checks"]["passed"]


def test_force_trains_where_a_check_only_doubts(recordings: Recordings, tmp_path: Path) -> None:
    wet = write(tmp_path / "wet.wav", np.clip(4 * recordings.y, -1, 1))
    pair = read_pair(recordings.dry, wet, rate=RATE, force=True)
    assert pair.train[1].size == pytest.approx(10 * RATE, abs=100)


def test_rates_must_be_what_was_said(recordings: Recordings, tmp_path: Path) -> None:
    wet = write(tmp_path / "wet.wav", recordings.y, 4_000)
    with pytest.raises(NamTrainingError, match="has 4000 Hz, but the dry signal has 8000 Hz"):
        read_pair(recordings.dry, wet)
    dry = write(tmp_path / "dry.wav", recordings.x, 4_000)
    with pytest.raises(NamTrainingError, match="set rate to 4000"):
        read_pair(dry, wet)
    assert read_pair(dry, wet, rate=4_000).sample_rate == 4_000


def test_input_of_the_trainer_is_known_by_its_hash(
    recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = recordings.x.copy()
    x[: 2 * RATE] = 0.0
    x[[24_000, 72_000]] = 0.9
    dry = write(tmp_path / "dry.wav", x)
    wet = write(tmp_path / "wet.wav", (0.5 * np.concatenate([np.zeros(12), x[:-12]])).astype(np.float32))
    known = known_inputs.KnownInput(
        "1.1.1",
        RATE,
        (None, -10 * RATE),
        (-10 * RATE, -RATE),
        (24_000, 72_000),
        (0, 96_000),
        (12_000, 18_000),
    )
    monkeypatch.setattr("nam_core.training.data.known_input", lambda contents, signal, rate: known)
    pair = read_pair(dry, wet, rate=RATE)
    # One frame before the first click that is heard, as in the trainer.
    assert pair.metadata["latency"]["calibration"] | {"warnings": {}} == {
        "algorithm_version": 1,
        "delays": [12],
        "safety_factor": 1,
        "recommended": 11,
        "warnings": {},
    }
    assert pair.train[0].size == x.size - 10 * RATE - 11
    assert pair.validation[0].size == 9 * RATE - 11


def test_second_input_of_the_trainer_is_checked_by_its_clicks() -> None:
    known = known_inputs.KNOWN["ede3b9d82135ce10c7ace3bb27469422"]
    signal = np.random.default_rng(0).standard_normal(1_200_000).astype(np.float32)
    first = slice(signal.size - 960_000, signal.size - 528_000)
    signal[signal.size - 528_000 : signal.size - 96_000] = signal[first]
    for at in (24_000, 72_000, signal.size - 72_000, signal.size - 24_000):
        signal[at - 10 : at + 1000] = signal[24_000 - 10 : 24_000 + 1000]
    assert known_inputs.replicate_esr(known, signal, signal.size) == 0.0
    assert known_inputs.blips_esr(known, signal, 0) == 0.0
    signal[signal.size - 24_000] += 5.0
    assert known_inputs.blips_esr(known, signal, 0) == pytest.approx(25 / 1010, rel=0.2)


def test_input_of_the_trainer_is_known_when_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = np.random.default_rng(0).standard_normal(900_000).astype(np.float32)
    start, end = (known_inputs._md5_of(part) for part in (signal[:816_000], signal[-432_000:]))
    monkeypatch.setattr(known_inputs, "_WEAKLY_KNOWN", ((start, end, 816_000, 432_000, "3.0.0"),))
    found = known_inputs.known_input(b"", signal, 48_000)
    assert found is not None
    assert found.train == (480_000, -432_000)
    assert known_inputs.known_input(b"", signal, 44_100) is None
    signal[-1] += 1
    assert known_inputs.known_input(b"", signal, 48_000) is None


def test_clicks_that_are_not_heard() -> None:
    assert known_inputs.latency_warnings(None)["not_detected"]
    assert known_inputs.latency_warnings(-1_000)["matches_lookahead"]
    assert not any(known_inputs.latency_warnings(12).values())
