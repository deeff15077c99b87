"""Measures the levels of a signal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np
import numpy.typing as npt

from ..audio.loudness_meter import LoudnessMeter

# Frames that are measured at a time.
_PIECE = 1 << 16


@dataclass(frozen=True)
class Measurement:
    """Levels in dB relative to full scale 1.0; -inf for silence.

    Attributes
    ----------
    peak_db : largest sample. true_peak_db : largest value between samples too, dBTP (ITU-R BS.1770-5, annex
        2).
    rms_db : over all channels together. A sine with a peak of 0 dB has -3 dB.
    lufs : integrated loudness (ITU-R BS.1770-5), or None for signals shorter than 0.4 s.
    """

    peak_db: float
    true_peak_db: float
    rms_db: float
    lufs: float | None

    @classmethod
    def of(cls, meter: LoudnessMeter) -> Measurement:
        """The levels that a meter has measured. The meter cannot measure further afterwards."""
        meter.finish()
        try:
            lufs: float | None = meter.integrated
        except ValueError:
            lufs = None
        return cls(decibels(meter.peak), decibels(meter.true_peak), decibels(meter.rms), lufs)


def measure(audio: npt.ArrayLike, sample_rate: float) -> Measurement:
    """Measure peak, true peak, RMS and integrated loudness.

    Parameters
    ----------
    audio : ``(frames,)`` or ``(channels, frames)``, full scale 1.0.
    sample_rate : Hz.

    Raises
    ------
    TypeError : the samples or the rate are not numbers.
    ValueError : the shape is another, a sample is not finite, or the rate is not above 0.
    """
    signal = np.atleast_2d(np.asarray(audio))
    if not np.issubdtype(signal.dtype, np.number):
        raise TypeError(f"audio must be an array of numbers; found {type(audio).__name__}")
    if not isinstance(sample_rate, Real):
        raise TypeError(f"sample_rate must be a number of Hz; found {type(sample_rate).__name__}")
    meter = LoudnessMeter(sample_rate, signal.shape[0])
    for first in range(0, signal.shape[-1], _PIECE):
        meter.add(signal[..., first : first + _PIECE])
    return Measurement.of(meter)


def decibels(amplitude: float) -> float:
    """``20 log10(amplitude)``, -inf for 0."""
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf
