"""The plucked string against its equation, and its mathematical functions against NumPy's."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nam_core.suite.instruments import BASS, GUITAR
from nam_core.suite.plucked_string import Pluck, String, play
from nam_core.suite.portable_math import (
    Array,
    Chance,
    cosine,
    decibels,
    exponential,
    logarithm,
    semitones,
    sine,
)
from nam_core.suite.tones import sweep

RATE = 48000.0


def spectrum(audio: Array) -> Array:
    """Level at each frequency, in dB below the highest."""
    window = np.hanning(audio.size)
    found = np.abs(np.fft.rfft(audio * window, int(RATE)))
    return np.asarray(20.0 * np.log10(found / found.max() + 1e-12))


def pluck(string: String = GUITAR[0], **how: float) -> Array:
    play_as = Pluck(**{"fret_ratio": 1.0, "seconds": 1.0, "level": 0.8, "position": 110.0, **how})
    return play(string, play_as, RATE, Chance(0, 0))


def test_functions_are_as_numpy_has_them() -> None:
    x = np.linspace(-30.0, 30.0, 10001)
    assert np.max(np.abs(sine(x) - np.sin(2 * np.pi * x))) < 1e-13  # of an angle that sin has rounded
    assert np.max(np.abs(cosine(x) - np.cos(2 * np.pi * x))) < 1e-13
    assert np.max(np.abs(exponential(x) / np.exp(x) - 1.0)) < 1e-14
    assert semitones(12) == pytest.approx(2.0, rel=1e-15)
    assert decibels(-20.0) == pytest.approx(0.1, rel=1e-15)
    assert logarithm(1000.0) == pytest.approx(np.log(1000.0), rel=1e-15)


def test_chance_is_even_and_differs_by_seed() -> None:
    noise = Chance(3, 0).noise(100_000)
    assert -1.0 <= noise.min() < -0.999 < 0.999 < noise.max() <= 1.0
    assert abs(noise.mean()) < 0.01
    assert not np.array_equal(noise, Chance(4, 0).noise(100_000))
    assert not np.array_equal(noise, Chance(3, 1).noise(100_000))


@pytest.mark.parametrize("string", [*GUITAR, *BASS], ids=lambda string: f"{string.frequency:.0f} Hz")
def test_a_note_is_in_tune_whatever_the_sample_rate(string: String) -> None:
    """The lowest partial is at the string's frequency to a cent: there is no delay line whose length is
    rounded.
    """
    string = dataclasses.replace(string, loss=0.05)
    for rate in (44100.0, 48000.0):
        note = play(string, Pluck(1.0, 2.0, 0.8, 110.0, angle=0.0), rate, Chance(0, 0))[: int(2.0 * rate)]
        found = np.abs(np.fft.rfft(note * np.hanning(note.size), 16 * note.size))
        step = rate / (16 * note.size)
        first, last = int(0.9 * string.frequency / step), int(1.1 * string.frequency / step)
        peak = (first + int(np.argmax(found[first:last]))) * step
        assert abs(1200.0 * np.log2(peak / string.frequency)) < 1.0


def test_stiffness_stretches_the_partials() -> None:
    levels = spectrum(pluck(seconds=1.0))
    string = GUITAR[0]
    number = 20
    stiff = number * string.frequency * np.sqrt(1.0 + string.stiffness * number**2)
    near = levels[int(stiff) - 40 : int(stiff) + 40]
    assert int(stiff) - 40 + int(np.argmax(near)) == pytest.approx(stiff, abs=2.0)
    assert stiff - number * string.frequency > 30.0


def test_a_partial_with_its_node_at_the_pick_is_missing() -> None:
    quarter = pluck(position=648.0 / 4, angle=0.0)
    levels = spectrum(quarter[4800:])
    string = GUITAR[0]
    heard = [levels[round(n * string.frequency * np.sqrt(1 + string.stiffness * n * n))] for n in (3, 4, 5)]
    assert heard[1] < min(heard[0], heard[2]) - 40.0


def test_treble_and_muted_strings_die_sooner() -> None:
    open_string = pluck(seconds=1.5)
    early, late = (np.sqrt(np.mean(open_string[a : a + 4800] ** 2)) for a in (2400, 60000))
    assert 3.0 < 20 * np.log10(early / late) < 30.0
    brightness = [spectrum(open_string[a : a + 9600])[2000:4000].max() for a in (0, 48000)]
    assert brightness[1] < brightness[0] - 10.0
    muted = pluck(muting=16.0, treble_muting=9.0)
    assert np.sqrt(np.mean(muted[24000:28800] ** 2)) < 0.01 * np.sqrt(np.mean(muted[:4800] ** 2))


def test_two_directions_beat() -> None:
    """The level of the fundamental falls unevenly: two decaying partials lie close to each other."""
    note = pluck(GUITAR[3], seconds=6.0, angle=0.15)
    window = np.hanning(9600)
    fundamental = round(GUITAR[3].frequency * 9600 / RATE)
    levels = [
        np.abs(np.fft.rfft(note[a : a + 9600] * window))[fundamental] for a in range(0, int(5 * RATE), 9600)
    ]
    slopes = np.diff(20 * np.log10(levels))
    assert slopes.max() - slopes.min() > 0.5


def test_a_note_ends_without_a_step() -> None:
    note = pluck(seconds=0.5)
    assert abs(note[0]) < 1e-3 * np.abs(note).max()
    assert np.abs(note[-300:]).max() < 1e-5 * np.abs(note).max()


def test_a_sweep_spends_the_same_time_in_each_octave() -> None:
    audio = sweep(5.0, 20.0, 20000.0, -12.0, RATE)
    assert np.abs(audio).max() == pytest.approx(10 ** (-12 / 20), rel=1e-3)
    middle = audio[int(2.5 * RATE) : int(2.5 * RATE) + 480]
    crossings = np.flatnonzero(np.diff(np.signbit(middle)))
    hertz = (crossings.size - 1) / 2 / ((crossings[-1] - crossings[0]) / RATE)
    assert hertz == pytest.approx(np.sqrt(20.0 * 20000.0), rel=0.05)
