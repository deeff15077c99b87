"""Measured properties of the pieces, and their bits."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pytest

from nam_core.suite.pieces import PIECES, play_piece
from nam_core.suite.portable_math import Array

RATE = 8000
# Of all pieces at 8 kHz with seed 0, as float32: on x86-64, whatever numpy may use of it, and on AArch64.
SHA_256 = "d6f8116619f75803eed27d38a45b3cad568b2bcb73e12840032c58edd4246768"
NUMBERS = {piece.name: number for number, piece in enumerate(PIECES)}


@cache
def piece(name: str) -> Array:
    return play_piece(NUMBERS[name], RATE, 0)


def level(audio: Array) -> float:
    return float(10.0 * np.log10(np.mean(audio**2) + 1e-30))


def test_the_bits() -> None:
    found = hashlib.sha256()
    for name in NUMBERS:
        found.update(piece(name).astype("<f4").tobytes())
    assert found.hexdigest() == SHA_256


@pytest.mark.parametrize("name", NUMBERS)
def test_levels_are_those_of_a_recording(name: str) -> None:
    audio = piece(name)
    assert 2.0 * RATE <= audio.size <= 16.0 * RATE
    assert np.isfinite(audio).all()
    if name == "silence":
        assert not audio.any()
        return
    peak = 20.0 * np.log10(np.abs(audio).max())
    assert -20.0 < peak <= 0.0
    assert -36.0 < level(audio) < -9.0
    # Offset: at least 46 dB below the sound.
    assert abs(audio.mean()) < 0.005 * np.abs(audio).max()


def test_another_seed_plays_alike() -> None:
    audio, other = piece("lead"), play_piece(NUMBERS["lead"], RATE, 1)
    assert audio.size == other.size
    assert not np.array_equal(audio, other)
    assert level(audio) == pytest.approx(level(other), abs=1.5)


def test_dynamics_get_louder_by_the_steps_asked_for() -> None:
    audio = piece("dynamics")
    levels = [level(audio[int((0.2 + 0.8 * i) * RATE) :][: int(0.7 * RATE)]) for i in range(11)]
    assert np.all(np.diff(levels) > 1.5)
    assert levels[-1] - levels[0] > 34.0


def test_palm_mutes_are_short() -> None:
    # The low E on the second eighth; then nearly nothing before the third.
    start = int((0.2 + 60.0 / 160.0 / 2.0) * RATE)
    eighth = int(60.0 / 160.0 / 2.0 * RATE)
    note = piece("palm-mutes")[start : start + eighth]
    assert level(note[-eighth // 5 :]) < level(note[: eighth // 5]) - 20.0


def test_swells_begin_from_nothing() -> None:
    audio = piece("volume-swells")
    attack, full = audio[int(3.2 * RATE) : int(3.3 * RATE)], audio[int(4.8 * RATE) : int(5.3 * RATE)]
    assert level(attack) < level(full) - 40.0


def test_bass_is_below_the_guitar() -> None:
    power = np.abs(np.fft.rfft(piece("bass-line"))) ** 2
    hertz = np.fft.rfftfreq(piece("bass-line").size, 1.0 / RATE)
    assert power[hertz < 200.0].sum() > 0.5 * power.sum()
    assert power[(hertz > 38.0) & (hertz < 46.0)].sum() > 0.001 * power.sum()


def test_level_steps_are_three_decibels() -> None:
    steps = piece("level-steps").reshape(21, -1)[:, RATE // 8 : 3 * RATE // 8]
    levels = 20.0 * np.log10(np.abs(steps).max(axis=1))
    assert levels == pytest.approx(np.arange(-60.0, 1.0, 3.0), abs=0.05)


def test_two_tones_are_two() -> None:
    part = piece("two-tones")[2 * int(1.8 * RATE) : 3 * int(1.8 * RATE)]
    power = np.abs(np.fft.rfft(part * np.hanning(part.size))) ** 2
    hertz = np.fft.rfftfreq(part.size, 1.0 / RATE)
    near = (np.abs(hertz - 1000.0) < 5.0) | (np.abs(hertz - 1100.0) < 5.0)
    assert power[near].sum() > 0.9999 * power.sum()
