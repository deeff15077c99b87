"""The signals the example models learn from: sweeps, noise bursts and plucked strings at many levels.

Everything is synthesised from a seed. Sweeps show every frequency, noise shows every combination of them,
plucked strings show what the model will be used for; levels are spread because an overdrive answers each
level differently.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

# isort: split
from plucked_string import SAMPLE_RATE, Pluck, Signal, pickup_filter, strum

LOWEST_NOTE, HIGHEST_NOTE = 40, 81
# Semitones above the root: power chord, octave, major, minor, seventh, six-string major.
CHORDS = ((0, 7, 12), (0, 12), (0, 4, 7, 12), (0, 3, 7, 12), (0, 4, 10, 16), (0, 7, 12, 16, 19, 24))


def training_signal(seconds: float, seed: int) -> Signal:
    """Return the training input, float64 (frames,) within -1..1: test signals first, then playing."""
    rng = np.random.default_rng(seed)
    parts = [np.zeros(SAMPLE_RATE // 2)]
    parts += [sweep(2.5, level) for level in (0.06, 0.25, 0.8)]
    parts += [noise_burst(0.4, rng) for _ in range(24)]
    parts += [impulses(1.5, rng)]
    used = sum(len(part) for part in parts) / SAMPLE_RATE
    while used < seconds:
        # Levels are uniform in decibels: quiet playing counts as much as loud playing.
        level = 10.0 ** (rng.uniform(-22.0, 0.0) / 20.0)
        parts.append(playing(4.0, level, rng))
        used += 4.0
    return np.concatenate(parts)


def playing(seconds: float, peak: float, rng: np.random.Generator) -> Signal:
    """Return random guitar playing as float64 (frames,), scaled to the peak: notes, chords, mutes, rests."""
    strings = np.zeros(int(seconds * SAMPLE_RATE))
    first = 0
    while first < len(strings):
        plucks, spread = _random_stroke(rng)
        sound = strum(plucks, spread, rng)[: len(strings) - first]
        strings[first : first + len(sound)] += sound
        # Mostly the next stroke follows at once; sometimes it cuts in early, sometimes there is a rest.
        first += int(len(sound) * rng.choice([0.5, 1.0, 1.0, 1.25])) + 1
    strings = pickup_filter(strings)
    return strings * peak / np.max(np.abs(strings))


def sweep(seconds: float, level: float) -> Signal:
    """Return a logarithmic sine sweep from 20 Hz to 18 kHz."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(level * signal.chirp(time, 20.0, seconds, 18_000.0, method="logarithmic", phi=-90.0))


def noise_burst(seconds: float, rng: np.random.Generator) -> Signal:
    """Return noise of random colour and level with a soft start and end, half of it followed by silence."""
    frames = int(seconds * SAMPLE_RATE)
    colour = signal.butter(1, 10.0 ** rng.uniform(2.3, 4.2), fs=SAMPLE_RATE, output="sos")
    noise = signal.sosfilt(colour, rng.standard_normal(frames))
    noise *= 10.0 ** (rng.uniform(-30.0, -1.0) / 20.0) / np.max(np.abs(noise))
    noise *= signal.windows.tukey(frames, 0.1)
    if rng.random() < 0.5:
        noise[frames // 2 :] = 0.0
    return np.asarray(noise)


def impulses(seconds: float, rng: np.random.Generator) -> Signal:
    """Return single-sample impulses of random size and sign, far enough apart to hear each response end."""
    clicks = np.zeros(int(seconds * SAMPLE_RATE))
    where = np.arange(SAMPLE_RATE // 20, len(clicks), SAMPLE_RATE // 10)
    clicks[where] = rng.uniform(-0.9, 0.9, len(where))
    return clicks


def _random_stroke(rng: np.random.Generator) -> tuple[list[Pluck], float]:
    """Return one random stroke of the hand as (strings struck, time between them in seconds)."""
    kind = rng.choice(["note", "chord", "mute"], p=[0.45, 0.35, 0.2])
    root = int(rng.integers(LOWEST_NOTE, HIGHEST_NOTE if kind == "note" else 58))
    steps = (0,) if kind == "note" else CHORDS[0] if kind == "mute" else CHORDS[rng.integers(len(CHORDS))]
    seconds = float(rng.uniform(0.12, 0.25) if kind == "mute" else rng.uniform(0.2, 1.3))
    vibrato = float(rng.uniform(10.0, 45.0)) if kind == "note" and rng.random() < 0.4 else 0.0
    strength = float(rng.uniform(0.4, 1.0))
    pick_position, pickup_position = float(rng.uniform(0.07, 0.3)), float(rng.uniform(0.08, 0.3))
    mute = float(rng.uniform(0.4, 1.0)) if kind == "mute" else 0.0
    plucks = [
        Pluck(root + step, seconds, strength, pick_position, pickup_position, mute, vibrato) for step in steps
    ]
    return plucks, float(rng.uniform(0.002, 0.02))
