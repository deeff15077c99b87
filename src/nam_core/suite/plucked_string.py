"""A plucked string of an electric instrument, from its equation of motion.

A stiff string with losses moves as a sum of partials, and each of them is known exactly: its frequency
(stiffness stretches the series), its decay (losses grow with the square of frequency) and its amplitude
(where the string is plucked, and where the pickup is). A digital waveguide, such as the delay line of Karplus
and Strong, approximates this sum by filters for the fraction of a sample, the losses and the stiffness. The
sum itself needs no filter, and is in tune at every sample rate.

Sources: H. Fletcher, "Normal vibration frequencies of a stiff piano string", JASA 36 (1964), for the
frequencies; C. Valette, "The mechanics of vibrating strings" (1995), for the losses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .portable_math import TWO_PI, Array, Chance, cosine, exponential, sine

# Frames that two tables of sines make at a time; any number gives the same sound.
_TABLE = 256
# Partials are computed until they have fallen to this.
_INAUDIBLE = -18.4  # natural logarithm of 1e-8, -160 dB
_HIGHEST = 0.45  # of the sample rate
_RELEASE_SECONDS = 0.25
_RELEASE_PER_SECOND = 70.0
_ONSET_SECONDS = 0.0004
_SCRAPE_SECONDS = 0.005
_SCRAPE = 0.012


@dataclass(frozen=True)
class String:
    """A string and its pickup.

    Attributes
    ----------
    frequency : Hz of the open string. length : of the open string, in mm.
    stiffness : inharmonicity B of the open string: partial k lies at k * sqrt(1 + B k^2).
    loss : decay of all partials, in 1/s. treble_loss : what is added at 1 kHz; it grows with the square.
    pickup : distance of the pickup from the bridge, in mm. aperture : length of string that it senses, in mm.
    resonance, resonance_q : low-pass of second order of pickup and cable, in Hz.
    """

    frequency: float
    length: float
    stiffness: float
    loss: float
    treble_loss: float
    pickup: float
    aperture: float
    resonance: float
    resonance_q: float


@dataclass(frozen=True)
class Pluck:
    """How a note is played.

    Attributes
    ----------
    fret_ratio : frequency of the fretted note, over that of the open string.
    seconds : until the string is damped.
    level : 1.0 is hard. A soft pick is also rounder.
    position : of the pick, in mm from the bridge. angle : of its movement, in turns; 0 is towards the body.
    muting, treble_muting : losses that the palm adds, as ``loss`` and ``treble_loss``.
    """

    fret_ratio: float
    seconds: float
    level: float
    position: float
    angle: float = 0.1
    muting: float = 0.0
    treble_muting: float = 0.0


def play(string: String, pluck: Pluck, sample_rate: float, chance: Chance) -> Array:
    """The pickup's voltage, ``(frames,)``: the note, and a quarter of a second of damping. Allocates."""
    frames = round((pluck.seconds + _RELEASE_SECONDS) * sample_rate)
    note = np.zeros(frames)
    # Towards the body and along it: the bridge gives way differently, so they beat, and decay differently.
    detuning = chance.about(0.0006, 0.0004)
    for heard, tuning, loss in (
        (float(cosine(np.array(pluck.angle))), 1.0, 1.3),
        (0.35 * float(sine(np.array(pluck.angle))), 1.0 + detuning, 0.6),
    ):
        partials = _partials(string, pluck, tuning, loss, sample_rate)
        _add(note, partials, heard, sample_rate)
    seconds = np.arange(frames) / sample_rate
    onset = np.minimum(seconds / _ONSET_SECONDS, 1.0)
    released = np.maximum(seconds - pluck.seconds, 0.0)
    note *= onset * onset * (3.0 - 2.0 * onset) * exponential(-_RELEASE_PER_SECOND * released)
    return pluck.level * (note + _scrape(frames, sample_rate, chance))


@dataclass(frozen=True)
class _Partials:
    """The partials of one direction, from the lowest; all ``(partials,)``."""

    frequency: Array
    decay: Array  # 1/s; grows from each to the next
    in_phase: Array  # amplitude of the sine
    ahead: Array  # amplitude of the cosine


def _partials(string: String, pluck: Pluck, tuning: float, loss: float, sample_rate: float) -> _Partials:
    """What a pluck of this force excites, as the voltage that each partial induces."""
    length = string.length / pluck.fret_ratio
    fundamental = string.frequency * pluck.fret_ratio * tuning
    # A shorter string is stiffer, by the square.
    stiffness = string.stiffness * (pluck.fret_ratio * pluck.fret_ratio)
    number = np.arange(1.0, _HIGHEST * sample_rate / fundamental)
    frequency = number * fundamental * np.sqrt((1.0 + stiffness * (number * number)) / (1.0 + stiffness))
    audible = frequency < _HIGHEST * sample_rate
    number, frequency = number[audible], frequency[audible]

    # Pick and fingertip touch a length of string: 3 mm, and 9 mm where the touch is soft.
    width = number * ((3.0 + 6.0 * (1.0 - min(pluck.level, 1.0))) / length)
    aperture = number * (0.5 * string.aperture / length)
    amplitude = sine(number * (0.5 * pluck.position / length)) * sine(number * (0.5 * string.pickup / length))
    amplitude *= exponential(np.maximum(-width * width, _INAUDIBLE)) / number
    amplitude *= sine(aperture) / (aperture * TWO_PI)
    kilohertz = frequency / 1000.0
    treble = (string.treble_loss + pluck.treble_muting) * (kilohertz * kilohertz)
    decay = string.loss * loss + pluck.muting + treble
    # Of the low-pass: 1 / (real + i imaginary).
    ratio = frequency / string.resonance
    real, imaginary = 1.0 - ratio * ratio, ratio / string.resonance_q
    amplitude /= real * real + imaginary * imaginary
    return _Partials(frequency, decay, amplitude * real, -amplitude * imaginary)


def _add(note: Array, partials: _Partials, gain: float, sample_rate: float) -> None:
    """Add decaying sines. The angle of a frame is that of its table's start and that within the table."""
    per_frame = (partials.frequency / sample_rate)[:, None]
    fading_per_frame = (-partials.decay / sample_rate)[:, None]
    inner = np.arange(_TABLE)
    outer = np.arange(note.size // _TABLE) * float(_TABLE)
    fading = exponential(inner * fading_per_frame)
    inner_sine, inner_cosine = sine(inner * per_frame) * fading, cosine(inner * per_frame) * fading
    start = gain * exponential(np.maximum(outer * fading_per_frame, 2.0 * _INAUDIBLE))
    sines, cosines = sine(outer * per_frame) * start, cosine(outer * per_frame) * start
    a, b = partials.in_phase[:, None], partials.ahead[:, None]
    # a sin(outer + inner) + b cos(outer + inner)
    of_sine, of_cosine = a * cosines - b * sines, a * sines + b * cosines
    audible = np.minimum(np.floor(_INAUDIBLE / fading_per_frame / _TABLE)[:, 0] + 1.0, float(outer.size))
    room = np.empty((outer.size, _TABLE))
    block = note[: outer.size * _TABLE].reshape(outer.size, _TABLE)
    for index, tables in enumerate(audible.astype(int).tolist()):
        for slow, fast in ((of_sine, inner_sine), (of_cosine, inner_cosine)):
            product = np.multiply(slow[index, :tables, None], fast[index], out=room[:tables])
            block[:tables] += product


def _scrape(frames: int, sample_rate: float, chance: Chance) -> Array:
    """The pick's noise while it slides off the string."""
    length = min(round(_SCRAPE_SECONDS * sample_rate), frames)
    noise = chance.noise(length + 2)
    rounded = 0.25 * noise[:-2] + 0.5 * noise[1:-1] + 0.25 * noise[2:]
    place = np.arange(length) / length
    out = np.zeros(frames)
    out[:length] = _SCRAPE * 4.0 * place * (1.0 - place) * rounded
    return out
