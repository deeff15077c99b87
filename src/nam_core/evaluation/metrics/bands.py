"""Metrics by frequency: log-spectral distance by band, spectrum of the error, A-weighted ESR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .framing import POWER_FLOOR, Framing, Resolution, power
from .pairs import Array, items, pair

# Edges in Hz of the octave bands that are reported. A guitar sounds from about 80 Hz to 8 kHz.
BANDS_HZ = (0.0, 80.0, 160.0, 320.0, 640.0, 1280.0, 2560.0, 5120.0, 10240.0)
_RESOLUTION = Resolution(2048, 512, 2048)
# Half an STFT frame and one sample, because the ends of the signal are reflected.
SHORTEST_FRAMES = _RESOLUTION.fft // 2 + 1

Band = tuple[float, float]


@dataclass(frozen=True)
class Spectrum:
    """Mean power of each bin over frames of 2048 samples, ``(1025,)``; ``hertz`` holds the frequencies of the
    bins.

    A full-scale sine in the middle of a bin has a power of 1.
    """

    hertz: Array
    prediction: Array
    target: Array
    error: Array


class BandSums:
    """Metrics by frequency of a signal that arrives piece by piece. Memory does not grow.

    ``add`` takes pieces ``(frames,)`` or ``(items, frames)``. Reading a property ends the signal: ``add``
    fails afterwards. Properties raise ValueError as ``log_spectral_distance``.
    """

    def __init__(self, sample_rate: float) -> None:
        _check_rate(sample_rate)
        self._hertz = np.fft.rfftfreq(_RESOLUTION.fft, 1.0 / sample_rate)
        self._framing = Framing(_RESOLUTION)
        self._sums: Array = np.zeros(
            (4, self._hertz.size)
        )  # squared dB; power of prediction, target and error
        self._frames = self._samples = 0
        self._items: int | None = None
        self._ended = False

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals. Raises ValueError as ``log_spectral_distance``."""
        signals = [items(signal) for signal in pair(prediction, target)]
        if self._items not in (None, len(signals[0])):
            raise ValueError(f"this piece has {len(signals[0])} items, the pieces before it {self._items}")
        self._items = len(signals[0])
        self._samples += signals[0].shape[1]
        self._measure(signals)

    def _measure(self, signals: list[Array], last: bool = False) -> None:
        for p, t in self._framing.add(signals, last):
            powers = [power(p), power(t), power(p - t)]
            ratio = np.maximum(powers[0], POWER_FLOOR) / np.maximum(powers[1], POWER_FLOOR)
            parts = [(10.0 * np.log10(ratio)) ** 2, *powers]
            self._sums += [np.sum(part, axis=(0, 1)) for part in parts]
            self._frames += p.shape[0] * p.shape[1]

    def _end(self) -> None:
        if self._ended:
            return
        if self._samples < SHORTEST_FRAMES or self._items is None:
            raise ValueError(
                f"log_spectral_distance needs {SHORTEST_FRAMES} frames at least; found {self._samples}"
            )
        self._measure([np.zeros((self._items, 0))] * 2, last=True)
        self._ended = True

    def log_spectral_distance(self, bands: Sequence[float] = BANDS_HZ) -> dict[Band, float]:
        """See ``log_spectral_distance``."""
        self._end()
        return {
            band: float(np.sqrt(np.mean(self._sums[0, at]) / self._frames)) for band, at in self._bins(bands)
        }

    def esr(self, bands: Sequence[float] = BANDS_HZ) -> dict[Band, float]:
        """Energy of the error divided by that of the target in each band. Infinite if the target has no
        energy there and the error has some.
        """
        self._end()
        ratios = {}
        for band, at in self._bins(bands):
            error, target = float(np.sum(self._sums[3, at])), float(np.sum(self._sums[2, at]))
            ratios[band] = 0.0 if error == 0.0 else error / target if target > 0.0 else float("inf")
        return ratios

    @property
    def spectrum(self) -> Spectrum:
        """The mean power by frequency of both signals and of their difference."""
        self._end()
        # The magnitude of a full-scale sine in the middle of a bin is half the sum of the window. That sum is
        # half the length of the window, so the magnitude is a quarter of the length.
        full_scale = (_RESOLUTION.fft / 4.0) ** 2
        means: list[Array] = [sums / self._frames / full_scale for sums in self._sums[1:]]
        return Spectrum(np.asarray(self._hertz, np.float64), *means)

    def _bins(self, bands: Sequence[float]) -> list[tuple[Band, npt.NDArray[np.bool_]]]:
        if len(bands) < 2 or any(high <= low for low, high in pairwise(bands)):
            raise ValueError(f"bands must be two or more ascending edges in Hz; found {list(bands)}")
        inside = [
            ((float(low), float(high)), (self._hertz >= low) & (self._hertz < high))
            for low, high in pairwise(bands)
        ]
        return [(band, at) for band, at in inside if at.any()]


def log_spectral_distance(
    prediction: npt.ArrayLike,
    target: npt.ArrayLike,
    sample_rate: float,
    bands: Sequence[float] = BANDS_HZ,
) -> dict[Band, float]:
    """Distance of the log spectra in each frequency band: it shows where in the spectrum two signals differ.

    Source: A. H. Gray and J. D. Markel, "Distance measures for speech processing", IEEE Transactions on
    Acoustics, Speech, and Signal Processing 24(5), 1976, here in each band. ``BandSums`` takes long signals.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``, 1025 frames at least.
    sample_rate : Hz.
    bands : ascending edges in Hz. The part of a band above half the sample rate is left out.

    Returns
    -------
    ``{(from, to): dB}``, 0 or more; 0 is identical. It is the root mean square of the level difference in dB,
    over frames of 2048 samples and the bins of the band. Below 1 dB is hard to hear. Power below 1e-8 counts
    as 1e-8, so silence gives 0.

    Raises
    ------
    ValueError : the shapes differ, there are too few samples, a sample is not finite, the sample rate is not
        above 0, or the bands do not ascend.
    """
    sums = BandSums(sample_rate)
    sums.add(prediction, target)
    return sums.log_spectral_distance(bands)


class AWeightedSums:
    """``a_weighted_esr`` of a signal that arrives piece by piece. Memory does not grow.

    Reading ``esr`` ends the signal.
    """

    def __init__(self, sample_rate: float) -> None:
        _check_rate(sample_rate)
        # Frames of a sixth of a second, because the weights change much from bin to bin at low frequencies.
        fft = 1 << int(sample_rate / 6.0).bit_length()
        self._framing = Framing(Resolution(fft, fft // 4, fft), reflects=False)
        weight = _a_weight(np.fft.rfftfreq(fft, 1.0 / sample_rate)) ** 2
        weight[1:-1] *= 2.0  # all bins but the first and last count twice
        self._weight = weight
        self._energy = np.zeros((2, 0))  # of error and target, for each item
        self._ended = False

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals, ``(frames,)`` or ``(items, frames)``. Raises ValueError as
        ``a_weighted_esr``, and after ``esr`` was read.
        """
        p, t = (items(signal) for signal in pair(prediction, target))
        if self._energy.shape[1] == 0:
            self._energy = np.zeros((2, len(p)))
        elif self._energy.shape[1] != len(p):
            raise ValueError(f"this piece has {len(p)} items, the pieces before it {self._energy.shape[1]}")
        self._measure([p - t, t])

    def _measure(self, signals: list[Array], last: bool = False) -> None:
        for spectra in self._framing.add(signals, last):
            self._energy += [np.sum(power(each) @ self._weight, axis=1) for each in spectra]

    @property
    def esr(self) -> float:
        """See ``a_weighted_esr``. Raises ValueError if nothing was added."""
        if self._energy.shape[1] == 0:
            raise ValueError("no samples to compare")
        if not self._ended:
            self._measure([np.zeros((self._energy.shape[1], 0))] * 2, last=True)
            self._ended = True
        error, target = self._energy
        ratio = np.divide(error, target, out=np.full_like(error, np.inf), where=target > 0.0)
        return float(np.mean(np.where(error == 0.0, 0.0, ratio)))


def a_weighted_esr(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """ESR with the A-weighting of IEC 61672-1, which weights frequencies as hearing does at low levels.

    The weights are applied to the spectra of overlapping frames of a sixth of a second. ``AWeightedSums``
    takes long signals.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``.
    sample_rate : Hz.

    Returns
    -------
    Energy ratio without unit, 0 or more (0 is identical), averaged over the items. Silence is treated as by
    ``esr``, and the same values are good. If this ratio is larger than the ESR, the error lies at frequencies
    that one hears well.

    Raises
    ------
    ValueError : as ``esr``, or the sample rate is not above 0.
    """
    sums = AWeightedSums(sample_rate)
    sums.add(prediction, target)
    return sums.esr


def _a_weight(hertz: npt.NDArray[np.floating[Any]]) -> Array:
    """Amplitude of the A-weighting, 1 at 1 kHz (IEC 61672-1, annex E)."""

    def curve(f: npt.ArrayLike) -> Array:
        f2 = np.asarray(f, dtype=np.float64) ** 2
        low = (f2 + 20.598997**2) * np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
        return np.asarray(12194.217**2 * f2**2 / (low * (f2 + 12194.217**2)))

    return curve(hertz) / curve(1000.0)


def _check_rate(sample_rate: float) -> None:
    if not sample_rate > 0:
        raise ValueError(f"sample_rate must be above 0; found {sample_rate}")
