"""The multi-resolution STFT distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .framing import POWER_FLOOR, Framing, Resolution, power
from .pairs import Array, items, pair

# The trainer's three resolutions (auraloss' defaults, format 11.1).
RESOLUTIONS = (Resolution(1024, 120, 600), Resolution(2048, 240, 1200), Resolution(512, 50, 240))


class _ResolutionSums:
    """The sums of one resolution over the complete frames."""

    def __init__(self, resolution: Resolution) -> None:
        self._framing = Framing(resolution)
        self._squared_error = self._squared_target = self._log_distance = 0.0
        self._bins = 0

    def add(self, signals: list[Array], last: bool = False) -> None:
        for spectra in self._framing.add(signals, last):
            prediction, target = (np.maximum(power(each), POWER_FLOOR) for each in spectra)
            ratio = prediction / target
            self._log_distance += 0.5 * float(np.sum(np.abs(np.log(ratio, out=ratio))))
            self._squared_target += float(np.sum(target))
            self._squared_error += float(np.sum((np.sqrt(target) - np.sqrt(prediction)) ** 2))
            self._bins += prediction.size

    @property
    def value(self) -> float:
        return float(np.sqrt(self._squared_error / self._squared_target) + self._log_distance / self._bins)


class MrstftSums:
    """``mrstft`` of a long signal, piece by piece. Memory does not grow.

    ``add`` takes pieces ``(frames,)`` or ``(items, frames)`` with the same number of items; ``value`` ends
    the signal.
    """

    def __init__(self) -> None:
        self._sums = [_ResolutionSums(resolution) for resolution in RESOLUTIONS]
        self._frames = 0
        self._items: int | None = None

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals. Raises ValueError as ``mrstft``, and after ``value``."""
        signals = [items(signal) for signal in pair(prediction, target)]
        if self._items not in (None, len(signals[0])):
            raise ValueError(f"this piece has {len(signals[0])} items, the pieces before it {self._items}")
        self._items = len(signals[0])
        self._frames += signals[0].shape[1]
        for sums in self._sums:
            sums.add(signals)

    def value(self) -> float:
        """The distance over all pieces; nothing can be added afterwards. Raises ValueError as ``mrstft``."""
        shortest = max(resolution.fft for resolution in RESOLUTIONS) // 2 + 1
        if self._frames < shortest or self._items is None:
            raise ValueError(f"mrstft needs {shortest} frames at least; found {self._frames}")
        nothing = [np.zeros((self._items, 0))] * 2
        for sums in self._sums:
            sums.add(nothing, last=True)
        return sum(sums.value for sums in self._sums) / len(self._sums)


def mrstft(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Multi-resolution STFT distance, as in the trainer's loss (auraloss' defaults, format 11.1).

    Each of three resolutions gives the relative Frobenius distance of the magnitudes over all items, plus the
    mean distance of their natural logarithms; the result is the mean of the three. Power below 1e-8 counts as
    1e-8, so silence gives 0 and not NaN. ``MrstftSums`` takes long signals.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``, 1025 frames at least.

    Returns
    -------
    A number without unit, 0 or more (0 is identical). Good captures lie below about 0.3. Noise and quiet
    parts have a large weight in it, because of the logarithms.

    Raises
    ------
    ValueError : the shapes differ, there are too few samples, or a sample is not finite.
    """
    sums = MrstftSums()
    sums.add(prediction, target)
    return sums.value()
