"""A plucked string of an electric instrument, from its equation of motion.

A stiff string with losses moves as a sum of partials. The frequency, decay and amplitude of each are known
exactly: stiffness stretches the frequencies, losses grow with the square of the frequency, and the amplitude
depends on where the string is plucked and where the pickup is. A digital waveguide, such as the delay line of
Karplus and Strong, approximates this sum by filters. The sum itself needs no filter, and is in tune at every
sample rate.

Sources: H. Fletcher, "Normal vibration frequencies of a stiff piano string", JASA 36 (1964), for the
frequencies; C. Valette, "The mechanics of vibrating strings" (1995), for the losses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .portable_math import TWO_PI, Array, Chance, cosine, exponential, sine

# Frames that are computed at a time, from two tables of sines. The number does not change the sound.
_TABLE = 256
# A partial is computed until it has fallen to this level.
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
    frequency : of the open string, Hz. length : of the open string, mm.
    stiffness : inharmonicity B of the open string: partial k lies at k * sqrt(1 + B k^2).
    loss : decay of all partials, 1/s. treble_loss : additional decay at 1 kHz; it grows with the square of
        the frequency.
    pickup : distance of the pickup from the bridge, mm. aperture : length of string that it senses, mm.
    resonance, resonance_q : second-order low-pass of pickup and cable; the resonance in Hz.
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
    fret_ratio : frequency of the fretted note divided by that of the open string.
    seconds : time until the string is damped.
    level : 1.0 is a hard pick. A soft pick also has less treble.
    position : of the pick, mm from the bridge. angle : of its movement, in turns; 0 is towards the body.
    muting, treble_muting : losses that the palm adds to ``loss`` and ``treble_loss``.
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
    # The string moves in two directions: towards the body, and along it. The bridge is not equally stiff in
    # both, so the frequencies and decays of the two movements differ, and their sum beats.
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
    """The partials of one direction of movement, lowest first; every array is ``(partials,)``."""

    frequency: Array
    decay: Array  # 1/s; each partial decays faster than the one before
    in_phase: Array  # amplitude of the sine
    ahead: Array  # amplitude of the cosine


def _partials(string: String, pluck: Pluck, tuning: float, loss: float, sample_rate: float) -> _Partials:
    """The partials that the pluck excites, as voltages in the pickup."""
    length = string.length / pluck.fret_ratio
    fundamental = string.frequency * pluck.fret_ratio * tuning
    # Stiffness grows with the inverse square of the length.
    stiffness = string.stiffness * (pluck.fret_ratio * pluck.fret_ratio)
    number = np.arange(1.0, _HIGHEST * sample_rate / fundamental)
    frequency = number * fundamental * np.sqrt((1.0 + stiffness * (number * number)) / (1.0 + stiffness))
    audible = frequency < _HIGHEST * sample_rate
    number, frequency = number[audible], frequency[audible]

    # Pick and fingertip touch a length of string: 3 mm for a hard pick, 9 mm for a soft one.
    width = number * ((3.0 + 6.0 * (1.0 - min(pluck.level, 1.0))) / length)
    aperture = number * (0.5 * string.aperture / length)
    amplitude = sine(number * (0.5 * pluck.position / length)) * sine(number * (0.5 * string.pickup / length))
    amplitude *= exponential(np.maximum(-width * width, _INAUDIBLE)) / number
    amplitude *= sine(aperture) / (aperture * TWO_PI)
    kilohertz = frequency / 1000.0
    treble = (string.treble_loss + pluck.treble_muting) * (kilohertz * kilohertz)
    decay = string.loss * loss + pluck.muting + treble
    # Response of the low-pass: 1 / (real + i imaginary).
    ratio = frequency / string.resonance
    real, imaginary = 1.0 - ratio * ratio, ratio / string.resonance_q
    amplitude /= real * real + imaginary * imaginary
    return _Partials(frequency, decay, amplitude * real, -amplitude * imaginary)


def _add(note: Array, partials: _Partials, gain: float, sample_rate: float) -> None:
    """Add decaying sines. The angle at a frame is the angle at the start of its table plus the angle within
    the table.
    """
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
    """The noise of the pick while it slides off the string."""
    length = min(round(_SCRAPE_SECONDS * sample_rate), frames)
    noise = chance.noise(length + 2)
    rounded = 0.25 * noise[:-2] + 0.5 * noise[1:-1] + 0.25 * noise[2:]
    place = np.arange(length) / length
    out = np.zeros(frames)
    out[:length] = _SCRAPE * 4.0 * place * (1.0 - place) * rounded
    return out
