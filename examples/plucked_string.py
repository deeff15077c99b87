"""A plucked electric guitar string, made from the modes of an ideal string.

The maths (Fletcher and Rossing, The Physics of Musical Instruments, chapter 2, in our words). A string pulled
aside at the fraction p of its length and let go vibrates in its modes n = 1, 2, ...; the displacement of mode
n starts at sin(n pi p) / n^2. A magnetic pickup at the fraction q senses velocity, which for mode n is n
times larger, and senses it through sin(n pi q). So mode n is heard with amplitude

    a[n] = sin(n pi p) sin(n pi q) / n            (the two combs of pick and pickup position)

at the frequency f[n] = n f0 sqrt(1 + B n^2) (stiffness B sharpens high modes), dying as exp(-decay[n] t) with
a decay rate that grows with frequency. A string moves in two planes with slightly different frequency and
decay, which is why real notes beat and die in two stages. The palm of the hand adds loss, most of it at high
frequencies. The decay rates and the pickup's values are plausible choices, not measurements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import signal

SAMPLE_RATE = 48_000
HIGHEST_MODE_HZ = 9_000.0  # the pickup's resonance leaves next to nothing above this
STIFFNESS = 6e-5
RELEASE_SECONDS = 0.015  # a finger stops the string; without the fade every note would end in a click

Signal = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Pluck:
    """One note: what is played, and how."""

    midi_note: float
    seconds: float
    strength: float = 1.0
    pick_position: float = 0.14
    pickup_position: float = 0.22
    palm_mute: float = 0.0  # 0 rings freely, 1 is fully damped
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.5


def midi_to_hz(midi_note: float) -> float:
    """Return the frequency in Hz of a MIDI note number (69 is A4, 440 Hz)."""
    return float(440.0 * 2.0 ** ((midi_note - 69.0) / 12.0))


def pluck_string(pluck: Pluck, rng: np.random.Generator) -> Signal:
    """Return one note as float64 (frames,), before the pickup's filter; it peaks near its strength."""
    frames = round(pluck.seconds * SAMPLE_RATE)
    time = np.arange(frames) / SAMPLE_RATE
    fundamental = midi_to_hz(pluck.midi_note)
    cycles = _cycles(pluck, fundamental, time)

    mode = np.arange(1, max(2, int(HIGHEST_MODE_HZ / fundamental)) + 1)
    ratio = mode * np.sqrt(1.0 + STIFFNESS * mode**2)
    # No player hits the same spot twice: a small random shift keeps repeated notes from sounding like copies.
    position = pluck.pick_position * (1.0 + 0.08 * rng.uniform(-1.0, 1.0))
    amplitude = np.sin(np.pi * mode * position) * np.sin(np.pi * mode * pluck.pickup_position) / mode
    # A pick is not a knife edge: its width rounds the corner of the string, and more so for a softer stroke.
    amplitude = amplitude * np.exp(-((mode * fundamental / (2500.0 + 4000.0 * pluck.strength)) ** 2))

    kilohertz = fundamental * ratio / 1000.0
    decay = 0.5 + 0.25 * (fundamental / 110.0) ** 0.5 + 0.9 * kilohertz**1.5
    decay = decay + pluck.palm_mute * (9.0 + 45.0 * kilohertz)

    note = np.zeros(frames)
    detune = 1.0 + 4e-4 * rng.uniform(0.5, 1.0)
    for plane_gain, plane_ratio, plane_decay in ((0.7, 1.0, 1.0), (0.3, detune, 0.55)):
        for n in range(len(mode)):
            # Modes fainter than -100 dB cost as much as loud ones, so they are left out.
            if abs(amplitude[n]) > 1e-5:
                oscillation = np.sin(2.0 * np.pi * ratio[n] * plane_ratio * cycles)
                note += plane_gain * amplitude[n] * np.exp(-plane_decay * decay[n] * time) * oscillation

    note /= np.sum(np.abs(amplitude)) * 0.55
    note += _pick_noise(frames, pluck.strength, rng)
    return pluck.strength * _release(note)


def strum(plucks: Sequence[Pluck], spread_seconds: float, rng: np.random.Generator) -> Signal:
    """Return several strings struck one after the other, spread_seconds apart, as float64 (frames,)."""
    offsets = [round(i * spread_seconds * SAMPLE_RATE) for i in range(len(plucks))]
    notes = [pluck_string(pluck, rng) for pluck in plucks]
    chord = np.zeros(max(offset + len(note) for offset, note in zip(offsets, notes, strict=True)))
    for offset, note in zip(offsets, notes, strict=True):
        chord[offset : offset + len(note)] += note
    return chord


def pickup_filter(strings: Signal) -> Signal:
    """Return the strings as a cable carries them: pickup resonance near 3.6 kHz, no bass below about 50 Hz.

    Coil inductance and cable capacitance make a second-order low-pass, w^2 / (s^2 + (w / Q) s + w^2).
    """
    resonance, quality = 2.0 * np.pi * 3600.0, 1.8
    b, a = signal.bilinear([resonance**2], [1.0, resonance / quality, resonance**2], fs=SAMPLE_RATE)
    high_pass = signal.butter(1, 50.0, "highpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(signal.sosfilt(high_pass, signal.lfilter(b, a, strings)))


def _cycles(pluck: Pluck, fundamental: float, time: Signal) -> Signal:
    """Return how many periods of the fundamental have passed at each frame, vibrato and pitch drop included.

    It is a running sum, so that the phase stays continuous while the frequency moves.
    """
    # A string pulled aside is stretched, hence a few cents sharp until it has calmed down.
    cents = 4.0 * pluck.strength * np.exp(-time / 0.12)
    # The hand starts to shake only once the note stands.
    depth = pluck.vibrato_cents * np.clip((time - 0.2) / 0.3, 0.0, 1.0)
    cents = cents + depth * np.sin(2.0 * np.pi * pluck.vibrato_hz * time)
    return np.asarray(np.cumsum(fundamental * 2.0 ** (cents / 1200.0)) / SAMPLE_RATE)


def _pick_noise(frames: int, strength: float, rng: np.random.Generator) -> Signal:
    """Return the short scrape of plectrum on string."""
    scrape = rng.standard_normal(frames)
    return 0.02 * strength * scrape * np.exp(-np.arange(frames) / (0.002 * SAMPLE_RATE))


def _release(note: Signal) -> Signal:
    fade = min(len(note), int(RELEASE_SECONDS * SAMPLE_RATE))
    note[len(note) - fade :] *= np.linspace(1.0, 0.0, fade)
    return note
