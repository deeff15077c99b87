"""Test signals: a sweep, pairs of tones, steps of level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .portable_math import Array, decibels, exponential, logarithm, sine

_FADE_SECONDS = 0.01


def sweep(seconds: float, first_hz: float, last_hz: float, level_db: float, sample_rate: float) -> Array:
    """A sine whose frequency grows by the same factor every second (A. Farina, AES 108), ``(frames,)``."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    growth = logarithm(last_hz / first_hz) / seconds
    turns = (exponential(time * growth) - 1.0) * (first_hz / growth)
    return faded(sine(turns), sample_rate) * decibels(level_db)


def tones(seconds: float, parts: Sequence[tuple[float, float]], level_db: float, sample_rate: float) -> Array:
    """A sum of sines, ``(frames,)``, given as (Hz, weight). ``level_db`` is the level of the highest possible
    peak.
    """
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    total, peak = np.zeros(time.size), 0.0
    for hertz, weight in parts:
        total += sine(time * hertz) * weight
        peak += weight
    return faded(total, sample_rate) * (decibels(level_db) / peak)


def faded(audio: Array, sample_rate: float) -> Array:
    """The signal ``(frames,)`` with 10 ms of fade at each end."""
    length = min(round(_FADE_SECONDS * sample_rate), audio.size // 2)
    x = (np.arange(length) + 0.5) / length
    ramp = x * x * (3.0 - 2.0 * x)
    out = audio.copy()
    out[:length] *= ramp
    out[out.size - length :] *= ramp[::-1]
    return out
