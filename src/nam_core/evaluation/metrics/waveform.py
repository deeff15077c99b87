"""Metrics of the difference sample by sample: MSE, RMSE, ESR, null depth, DC (format 11.1)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .pairs import Array, items, pair

# The trainer's coefficient for pre-emphasised losses (neural-amp-modeler 0.13.0, format 11.1).
PRE_EMPHASIS = 0.85


class WaveformSums:
    """The waveform metrics of a signal that arrives piece by piece.

    Every piece is ``(frames,)`` or ``(items, frames)``, with the same number of items. Memory does not grow.
    The results equal those of the functions with the same names on the whole signal, to the rounding of
    float64 sums. ``frames`` is the number of frames added.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._error = np.zeros(0)
        self._power = np.zeros(0)
        self._prediction = np.zeros(0)
        self._target = np.zeros(0)

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals.

        Raises
        ------
        ValueError : the shapes differ, also from those of earlier pieces, or a sample is not finite.
        """
        p, t = (items(signal) for signal in pair(prediction, target))
        if self.frames == 0:
            self._error = np.zeros(len(p))
            self._power, self._prediction, self._target = (np.zeros(len(p)) for _ in range(3))
        elif len(p) != len(self._error):
            raise ValueError(f"this piece has {len(p)} items, the pieces before it {len(self._error)}")
        self.frames += p.shape[1]
        self._error += np.sum((p - t) ** 2, axis=1)
        self._power += np.sum(t**2, axis=1)
        self._prediction += np.sum(p, axis=1)
        self._target += np.sum(t, axis=1)

    def _some(self) -> int:
        if self.frames == 0:
            raise ValueError("no samples to compare")
        return self.frames

    @property
    def mse(self) -> float:
        """See ``mse``."""
        return float(np.mean(self._error / self._some()))

    @property
    def rmse(self) -> float:
        """See ``rmse``."""
        return math.sqrt(self.mse)

    @property
    def esr(self) -> float:
        """See ``esr``."""
        self._some()
        ratio = np.divide(
            self._error, self._power, out=np.full_like(self._error, np.inf), where=self._power > 0.0
        )
        return float(np.mean(np.where(self._error == 0.0, 0.0, ratio)))

    @property
    def null_depth_db(self) -> float:
        """See ``null_depth_db``."""
        self._some()
        error, power = float(np.sum(self._error)), float(np.sum(self._power))
        if error == 0.0:
            return -math.inf
        return 10.0 * (math.log10(error) - math.log10(power)) if power > 0.0 else math.inf

    @property
    def dc(self) -> float:
        """See ``dc``."""
        return float(np.mean(((self._prediction - self._target) / self._some()) ** 2))


class EmphasisedSums:
    """``pre_emphasised_esr`` of a signal that arrives piece by piece. Memory does not grow."""

    def __init__(self, coefficient: float = PRE_EMPHASIS) -> None:
        self._coefficient = coefficient
        self._sums = WaveformSums()
        self._last: tuple[Array, Array] | None = None

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals, ``(frames,)`` or ``(items, frames)``. Raises ValueError."""
        p, t = (items(signal) for signal in pair(prediction, target))
        if self._last is not None:
            if len(p) != len(self._last[0]):
                raise ValueError(f"this piece has {len(p)} items, the pieces before it {len(self._last[0])}")
            p, t = (np.concatenate(both, axis=1) for both in zip(self._last, (p, t), strict=True))
        self._last = p[:, -1:], t[:, -1:]
        if p.shape[1] > 1:
            self._sums.add(_emphasise(p, self._coefficient), _emphasise(t, self._coefficient))

    @property
    def esr(self) -> float:
        """See ``pre_emphasised_esr``. Raises ValueError if fewer than two frames were added."""
        if self._sums.frames == 0:
            raise ValueError("pre-emphasis needs two frames at least")
        return self._sums.esr


def _sums(prediction: npt.ArrayLike, target: npt.ArrayLike) -> WaveformSums:
    sums = WaveformSums()
    sums.add(prediction, target)
    return sums


def mse(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Mean squared error: the trainer's main loss (``nam.models.losses.mse``, format 11.1).

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``, full scale 1.0.

    Returns
    -------
    ``mean((p - t)**2)`` in squared full scale, 0 or more (0 is identical). It depends on the level: compare
    only models of the same target, or use ``esr``, which does not depend on it.

    Raises
    ------
    ValueError : the shapes differ, there are no samples, or a sample is NaN, infinite or beyond 1e100.
    """
    return _sums(prediction, target).mse


def rmse(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Root of ``mse``: the level of the difference, full scale 1.0, 0 or more (0 is identical).

    An error below the noise of the recording is good: 0.001 is -60 dBFS. Parameters, errors and source are
    those of ``mse``.
    """
    return _sums(prediction, target).rmse


def esr(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Error-to-signal ratio, as the trainer reports it: no pre-emphasis, no epsilon (format 11.1).

    The trainer's words: below 0.01 "great", below 0.035 "not bad", below 0.1 perhaps usable, below 0.3
    probably not great. Parameters and errors are those of ``mse``.

    Returns
    -------
    ``mean((p - t)**2) / mean(t**2)`` over the last axis, averaged over the items; 0 is identical. An item
    without error counts 0 even if its target is silent; an error against a silent target counts infinity.
    """
    return _sums(prediction, target).esr


def null_depth_db(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Level, relative to the target, of the difference of the two signals.

    All samples count as one signal. -40 dB is an ESR of 0.0001; two float32 computations of the same model
    lie below -100 dB. Parameters and errors are those of ``mse``.

    Returns
    -------
    ``20 log10(rms(p - t) / rms(t))`` in dB, which is ``10 log10`` of the ESR of one item; -inf if identical,
    +inf for an error against a silent target. The trainer calls a depth below -20 dB great.
    """
    return _sums(prediction, target).null_depth_db


def dc(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Squared difference of the means, averaged over the items: the trainer's "DC MSE" (format 11.1).

    Parameters and errors are those of ``mse``.

    Returns
    -------
    ``mean over items of (mean(p) - mean(t))**2`` in squared full scale, 0 or more (0 is no difference). A
    good value is far below ``mse``. If it is near ``mse``, the error is mostly a constant offset, which
    nobody hears and every filter removes.
    """
    return _sums(prediction, target).dc


def pre_emphasised_esr(
    prediction: npt.ArrayLike, target: npt.ArrayLike, coefficient: float = PRE_EMPHASIS
) -> float:
    """ESR after a first-order pre-emphasis ``x[t] - coefficient x[t-1]``, one sample shorter (format 11.1).

    It gives high frequencies more weight, as hearing does. With 0.85, the trainer's coefficient, the weight
    rises from 0.15 at 0 Hz to 1.85 at half the sample rate. Parameters, result, good values and errors are
    those of ``esr``; the signals need at least two frames. ``EmphasisedSums`` takes long signals.
    """
    sums = EmphasisedSums(coefficient)
    sums.add(prediction, target)
    return sums.esr


def _emphasise(signal: Array, coefficient: float) -> Array:
    return signal[..., 1:] - coefficient * signal[..., :-1]
