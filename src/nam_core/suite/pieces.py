"""The pieces of the suite: what each plays, how long it is, and what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .instruments import BASS, GUITAR, Note, Track
from .portable_math import Array, Chance, decibels
from .tones import faded, sweep, tones

# Level of one hard note. With it, a strummed chord of six strings stays below full scale.
_GAIN = 0.30
_HIGHEST_SWEPT_HZ = 20000.0

_OPEN_CHORDS: dict[str, tuple[int | None, ...]] = {
    "E": (0, 2, 2, 1, 0, 0),
    "G": (3, 2, 0, 0, 0, 3),
    "C": (None, 3, 2, 0, 1, 0),
    "Am": (None, 0, 2, 2, 1, 0),
    "D": (None, None, 0, 2, 3, 2),
    "A": (None, 0, 2, 2, 2, 0),
}


@dataclass(frozen=True)
class Piece:
    """A file of the suite.

    Attributes
    ----------
    name : of the file, without its ending. purpose : what one can hear or measure with the piece.
    make : function of the sample rate and the source of chance; returns ``(frames,)`` float64, full scale
        1.0.
    """

    name: str
    purpose: str
    make: Callable[[float, Chance], Array]


def _picked_notes(sample_rate: float, chance: Chance) -> Array:
    track = Track(15.5, sample_rate, chance, _GAIN)
    for index, (string, fret) in enumerate((s, f) for s in range(6) for f in (0, 4, 7, 12, 17)):
        level = (0.9, 0.35, 0.6)[index % 3]
        track.note(GUITAR, 0.2 + 0.5 * index, Note(string, fret, 0.45, level, (110.0, 160.0)[index % 2]))
    return track.audio


def _dynamics(sample_rate: float, chance: Chance) -> Array:
    track = Track(9.2, sample_rate, chance, _GAIN)
    for index in range(11):
        level = decibels(4.0 * index - 36.0)
        track.note(GUITAR, 0.2 + 0.8 * index, Note(1, 3, 0.7, level))
    return track.audio


def _open_chords(sample_rate: float, chance: Chance) -> Array:
    track = Track(12.5, sample_rate, chance, _GAIN)
    for index, frets in enumerate(_OPEN_CHORDS.values()):
        start = 0.2 + 2.0 * index
        track.strum(GUITAR, start, frets, seconds=1.3, level=0.7)
        track.strum(GUITAR, start + 1.4, frets, seconds=0.5, level=0.45, up=True)
    return track.audio


def _power_chords(sample_rate: float, chance: Chance) -> Array:
    track = Track(9.0, sample_rate, chance, _GAIN)
    for index, fret in enumerate((0, 3, 5, 8)):
        track.strum(GUITAR, 0.2 + 2.1 * index, (fret, fret + 2, fret + 2), seconds=2.0, level=1.0)
    return track.audio


def _palm_mutes(sample_rate: float, chance: Chance) -> Array:
    track = Track(8.0, sample_rate, chance, _GAIN)
    eighth = 60.0 / 160.0 / 2.0
    for index in range(40):
        start = 0.2 + eighth * index
        if index % 8 == 7:
            track.strum(GUITAR, start, (index % 5, index % 5 + 2), seconds=eighth, level=0.9)
        elif index % 4 == 0:
            track.strum(GUITAR, start, (0, 2, 2), seconds=0.9 * eighth, level=1.0, muted=True)
        else:
            track.note(GUITAR, start, Note(0, 0, 0.9 * eighth, 0.8).palm_muted())
    return track.audio


def _lead(sample_rate: float, chance: Chance) -> Array:
    track = Track(9.0, sample_rate, chance, _GAIN)
    sixteenth = 60.0 / 120.0 / 4.0
    run = [(string, fret) for string in (2, 3, 4, 5) for fret in ((12, 14) if string < 4 else (12, 15))]
    for index in range(32):
        string, fret = (run + run[::-1])[index % 16]
        track.note(GUITAR, 0.2 + sixteenth * index, Note(string, fret, 0.95 * sixteenth, 0.75))
    track.note(GUITAR, 4.3, Note(4, 15, 4.2, 0.95))
    return track.audio


def _bass_line(sample_rate: float, chance: Chance) -> Array:
    track = Track(8.5, sample_rate, chance, _GAIN)
    notes = [(string, fret) for string in range(4) for fret in (0, 3, 5)]
    for index, (string, fret) in enumerate(notes):
        level = (0.9, 0.5)[index % 2]
        track.note(BASS, 0.2 + 0.67 * index, Note(string, fret, 0.6, level, 130.0))
    return track.audio


def _volume_swells(sample_rate: float, chance: Chance) -> Array:
    track = Track(9.2, sample_rate, chance, _GAIN)
    for index, name in enumerate(("Am", "D", "E")):
        track.strum(GUITAR, 0.2 + 3.0 * index, _OPEN_CHORDS[name], seconds=2.8, level=0.8)
    # The volume knob is closed when the chord is struck, open after 1.6 s, and closed again before the next
    # chord.
    place = (np.arange(track.audio.size) / sample_rate - 0.2) / 3.0
    place = place - np.floor(place)
    opening = np.minimum(place / 0.55, 1.0) * np.minimum((1.0 - place) / 0.1, 1.0)
    swollen: Array = track.audio * opening * opening * opening
    return swollen


def _sustain(sample_rate: float, chance: Chance) -> Array:
    track = Track(10.0, sample_rate, chance, _GAIN)
    track.strum(GUITAR, 0.2, (None, 0, 2), seconds=9.5, level=1.0)
    return track.audio


def _sweep(sample_rate: float, chance: Chance) -> Array:
    return sweep(10.0, 20.0, min(_HIGHEST_SWEPT_HZ, 0.45 * sample_rate), -12.0, sample_rate)


def _two_tones(sample_rate: float, chance: Chance) -> Array:
    pairs = (
        ((60.0, 4.0), (7000.0, 1.0)),  # SMPTE RP 120
        ((1000.0, 1.0), (1100.0, 1.0)),
        ((196.0, 1.0), (293.665, 1.0)),  # a fifth on the guitar
    )
    return _in_a_row(tones(1.8, pair, level, sample_rate) for pair in pairs for level in (-6.0, -26.0))


def _level_steps(sample_rate: float, chance: Chance) -> Array:
    return _in_a_row(tones(0.5, ((220.0, 1.0),), level, sample_rate) for level in range(-60, 1, 3))


def _silence(sample_rate: float, chance: Chance) -> Array:
    return np.zeros(round(2.0 * sample_rate))


def _in_a_row(signals: Iterator[Array]) -> Array:
    return np.concatenate(list(signals))


PIECES = (
    Piece("picked-notes", "Single notes on all strings: the attack and tone of each.", _picked_notes),
    Piece("dynamics", "One note from very soft to very hard: how the amplifier answers.", _dynamics),
    Piece("open-chords", "Strummed chords: whether the strings stay apart.", _open_chords),
    Piece(
        "power-chords",
        "Hard fifths that ring: intermodulation, bass under distortion.",
        _power_chords,
    ),
    Piece("palm-mutes", "Fast damped low notes: how tight the bass is, how fast it recovers.", _palm_mutes),
    Piece("lead", "A fast run and a long high note: treble, and the way a note dies away.", _lead),
    Piece("bass-line", "A bass guitar from its lowest string on.", _bass_line),
    Piece("volume-swells", "Chords without attack, by the volume knob: from clean to loud.", _volume_swells),
    Piece(
        "sustain",
        "One fifth left alone for ten seconds: noise gates, the quiet end.",
        _sustain,
    ),
    Piece("sweep", "A sine from 20 Hz to 20 kHz at -12 dBFS: frequency response, aliasing.", _sweep),
    Piece(
        "two-tones",
        "60 Hz with 7 kHz, 1 with 1.1 kHz, 196 with 294 Hz, each at -6 and -26 dBFS: intermodulation.",
        _two_tones,
    ),
    Piece(
        "level-steps",
        "220 Hz from -60 to 0 dBFS in steps of 3 dB: level out against level in.",
        _level_steps,
    ),
    Piece("silence", "Digital silence: hiss and constant offset of the output.", _silence),
)


def play_piece(number: int, sample_rate: float, seed: int) -> Array:
    """The samples of ``PIECES[number]``, ``(frames,)`` float64, full scale 1.0. Allocates.

    Each piece has its own source of chance, so that it does not depend on the others.
    """
    piece = PIECES[number]
    audio = piece.make(sample_rate, Chance(seed, number))
    return audio if piece.make in (_sweep, _two_tones, _level_steps, _silence) else faded(audio, sample_rate)
