"""Differences of loudness and of true peak, by the meters of ITU-R BS.1770."""

from __future__ import annotations

import math

import numpy.typing as npt

from ...audio.loudness_meter import LoudnessMeter
from .pairs import items, pair


class VolumeSums:
    """Both differences of a signal that arrives piece by piece; memory grows by 160 bytes a second.

    Reading a property ends the signal.
    """

    def __init__(self, sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._meters: tuple[LoudnessMeter, LoudnessMeter] | None = None

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals, ``(frames,)`` or ``(channels, frames)``. Raises ValueError."""
        signals = [items(signal) for signal in pair(prediction, target)]
        if self._meters is None:
            rate, channels = self._sample_rate, len(signals[0])
            self._meters = LoudnessMeter(rate, channels), LoudnessMeter(rate, channels)
        for meter, signal in zip(self._meters, signals, strict=True):
            meter.add(signal)

    @property
    def loudness_difference(self) -> float:
        """See ``loudness_difference``."""
        ours, theirs = (meter.integrated for meter in self._finished())
        return 0.0 if ours == theirs else ours - theirs

    @property
    def true_peak_difference(self) -> float:
        """See ``true_peak_difference``."""
        ours, theirs = (meter.true_peak for meter in self._finished())
        return 0.0 if ours == theirs else _db(ours) - _db(theirs)

    def _finished(self) -> tuple[LoudnessMeter, LoudnessMeter]:
        if self._meters is None:
            raise ValueError("no samples to compare")
        for meter in self._meters:
            meter.finish()
        return self._meters


def loudness_difference(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """Integrated loudness of the prediction minus the target's (ITU-R BS.1770-5).

    ``VolumeSums`` takes long signals.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(channels, frames)``, 0.4 s at least.
    sample_rate : Hz.

    Returns
    -------
    LU; positive if the prediction is louder. 0 is good, 1 LU is just noticeable. 0.0 if both are silent, +inf
    or -inf if one of them is: silence has a loudness of -inf.

    Raises
    ------
    ValueError : as ``mse``; the signals are shorter than 0.4 s.
    """
    sums = VolumeSums(sample_rate)
    sums.add(prediction, target)
    return sums.loudness_difference


def true_peak_difference(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """True peak of the prediction minus the target's, in dB of either sign (ITU-R BS.1770-5, annex 2).

    0 is good; a model that clips less or more than its amplifier is several dB off. Parameters, the result
    for silence, and errors are those of ``loudness_difference``, but any length is allowed.
    """
    sums = VolumeSums(sample_rate)
    sums.add(prediction, target)
    return sums.true_peak_difference


def _db(amplitude: float) -> float:
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf
