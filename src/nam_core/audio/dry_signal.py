"""A test signal like a guitar: attacks, decays, many levels, noise and silence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_NOTE_SECONDS = 0.35
# Semitones above the low E string.
_NOTES = (0, 12, 7, 19, 3, 24, 15, 5)
_LOW_E_HZ = 82.41
_PARTIALS = 12
_PEAK = 0.9


def dry_signal(frames: int, sample_rate: float, channels: int) -> npt.NDArray[np.float32]:
    """Synthesise plucked notes, every fourth one replaced by a burst of noise and a rest.

    Parameters
    ----------
    frames, channels : shape of the result; the channels differ.
    sample_rate : Hz.

    Returns
    -------
    float32 ``(channels, frames)``, within -0.9 to 0.9; the same for the same arguments.
    """
    rng = np.random.default_rng(0)
    length = round(_NOTE_SECONDS * sample_rate)
    rows = []
    for _ in range(channels):
        notes = [_event(index, length, sample_rate, rng) for index in range(-(-frames // length))]
        rows.append(np.concatenate([np.zeros(0), *notes])[:frames])
    return np.array(rows, dtype=np.float32)


def _event(index: int, length: int, sample_rate: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    seconds = np.arange(length) / sample_rate
    level = _PEAK * 10.0 ** rng.uniform(-2.0, 0.0)
    if index % 4 == 3:
        return np.where(seconds < _NOTE_SECONDS / 4, rng.uniform(-level, level, length), 0.0)
    frequency = _LOW_E_HZ * 2.0 ** (_NOTES[index % len(_NOTES)] / 12)
    note = np.zeros(length)
    for partial in range(1, _PARTIALS + 1):
        phase = 2 * np.pi * (partial * frequency * seconds + rng.uniform())
        # High partials are weaker, and die away sooner.
        note += np.sin(phase) * np.exp(-partial * 3.0 * seconds) / partial
    note *= level / np.max(np.abs(note))
    return note
