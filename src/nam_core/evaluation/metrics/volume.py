"""Differences of loudness and of true peak, by the meters of ITU-R BS.1770."""

from __future__ import annotations

import math

import numpy.typing as npt

from ...audio.loudness_meter import LoudnessMeter
from .pairs import items, pair


def loudness_difference(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """Integrated loudness of the prediction minus the target's, in LU (ITU-R BS.1770-5).

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(channels, frames)``, 0.4 s at least.
    sample_rate : Hz.

    Returns
    -------
    LU; positive where the prediction is louder. 1 LU is just noticeable. 0.0 where both are silent, +inf or
    -inf where one is: silence has a loudness of -inf.

    Raises
    ------
    ValueError : as ``mse``; the signals are shorter than 0.4 s.
    """
    ours, theirs = (meter.integrated for meter in _meters(prediction, target, sample_rate))
    return 0.0 if ours == theirs else ours - theirs


def true_peak_difference(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """True peak of the prediction minus the target's, in dB (ITU-R BS.1770-5, annex 2).

    Parameters, result for silence and errors are those of ``loudness_difference``; any length will do.
    """
    ours, theirs = (meter.true_peak for meter in _meters(prediction, target, sample_rate))
    if ours == theirs:
        return 0.0
    return _db(ours) - _db(theirs)


def _db(amplitude: float) -> float:
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf


def _meters(
    prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float
) -> tuple[LoudnessMeter, LoudnessMeter]:
    signals = [items(signal) for signal in pair(prediction, target)]
    meters = LoudnessMeter(sample_rate, len(signals[0])), LoudnessMeter(sample_rate, len(signals[0]))
    for meter, signal in zip(meters, signals, strict=True):
        meter.add(signal)
        meter.finish()
    return meters
