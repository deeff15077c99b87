"""Metrics of spectra: multi-resolution STFT distance, A-weighted ESR, distance by frequency band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .pairs import Array, items, pair

# Power below which a bin of the spectrum counts as this power (format 11.1).
_POWER_FLOOR = 1e-8
# Edges of the octave bands that log_spectral_distance reports, Hz. Guitars sound from 80 Hz to 8 kHz or so.
BANDS_HZ = (0.0, 80.0, 160.0, 320.0, 640.0, 1280.0, 2560.0, 5120.0, 10240.0)
# Frames of STFT that are transformed at a time: 2048 bins of float64 are then 4 MB.
_FRAMES_AT_ONCE = 256


@dataclass(frozen=True)
class _Resolution:
    fft: int
    hop: int
    window: int

    def taper(self) -> Array:
        """The periodic Hann window in the middle of the FFT's frame."""
        hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self.window) / self.window)
        left = (self.fft - self.window) // 2
        return np.pad(hann, (left, self.fft - self.window - left))


# The trainer's three resolutions (auraloss' defaults, format 11.1).
RESOLUTIONS = (_Resolution(1024, 120, 600), _Resolution(2048, 240, 1200), _Resolution(512, 50, 240))


class _ResolutionSums:
    """One resolution's sums over the frames that are complete."""

    def __init__(self, resolution: _Resolution) -> None:
        self._of = resolution
        self._taper = resolution.taper()
        self._waiting: list[Array] = []  # prediction and target, from the next frame's first sample on
        self._started = False
        self.squared_error = self.squared_target = self.log_distance = 0.0
        self.bins = 0

    def add(self, signals: list[Array], last: bool) -> None:
        half = self._of.fft // 2
        joined = signals
        if self._waiting:
            joined = [np.concatenate(both, axis=1) for both in zip(self._waiting, signals, strict=True)]
        if not self._started:
            if joined[0].shape[1] <= half and not last:
                self._waiting = joined  # the reflection needs this much
                return
            joined = [np.pad(signal, ((0, 0), (half, 0)), mode="reflect") for signal in joined]
            self._started = True
        if last:
            joined = [np.pad(signal, ((0, 0), (0, half)), mode="reflect") for signal in joined]
        # The last frames' worth waits: the end is reflected in what lies before it.
        frames = max(0, (joined[0].shape[1] - self._of.fft) // self._of.hop + 1)
        if not last:
            frames = max(0, (joined[0].shape[1] - self._of.fft - half) // self._of.hop)
        for first in range(0, frames, _FRAMES_AT_ONCE):
            self._measure(joined, first, min(frames, first + _FRAMES_AT_ONCE))
        self._waiting = [signal[:, frames * self._of.hop :] for signal in joined]

    def _measure(self, signals: list[Array], first: int, end: int) -> None:
        hop, fft = self._of.hop, self._of.fft
        magnitudes = []
        for signal in signals:
            piece = signal[:, first * hop : (end - 1) * hop + fft]
            windows = np.lib.stride_tricks.sliding_window_view(piece, fft, axis=1)[:, ::hop]
            spectrum = np.fft.rfft(windows * self._taper, axis=-1)
            power = spectrum.real**2 + spectrum.imag**2
            magnitudes.append(np.sqrt(np.maximum(power, _POWER_FLOOR)))
        prediction, target = magnitudes
        self.squared_error += float(np.sum((target - prediction) ** 2))
        self.squared_target += float(np.sum(target**2))
        self.log_distance += float(np.sum(np.abs(np.log(prediction) - np.log(target))))
        self.bins += prediction.size


class MrstftSums:
    """``mrstft`` of a long signal, piece by piece, in memory that does not grow.

    ``add`` takes pieces ``(frames,)`` or ``(items, frames)`` with one number of items, ``value`` ends the
    signal.
    """

    def __init__(self) -> None:
        self._sums = [_ResolutionSums(resolution) for resolution in RESOLUTIONS]
        self._frames = 0
        self._items: int | None = None

    def add(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> None:
        """Add the next piece of both signals. Raises ValueError as ``mrstft``."""
        signals = [items(signal) for signal in pair(prediction, target)]
        if self._items not in (None, len(signals[0])):
            raise ValueError(f"this piece has {len(signals[0])} items, the pieces before it {self._items}")
        self._items = len(signals[0])
        self._frames += signals[0].shape[1]
        for sums in self._sums:
            sums.add(signals, last=False)

    def value(self) -> float:
        """The distance over all that was added; no more can be added afterwards. Raises ValueError as
        ``mrstft``.
        """
        shortest = max(resolution.fft for resolution in RESOLUTIONS) // 2 + 1
        if self._frames < shortest or self._items is None:
            raise ValueError(f"mrstft needs {shortest} frames at least; found {self._frames}")
        nothing = [np.zeros((self._items, 0))] * 2
        total = 0.0
        for sums in self._sums:
            sums.add(nothing, last=True)
            total += np.sqrt(sums.squared_error / sums.squared_target) + sums.log_distance / sums.bins
        return float(total / len(self._sums))


def mrstft(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Multi-resolution STFT distance, as the trainer's loss has it (auraloss' defaults, format 11.1).

    For each of three resolutions: the relative Frobenius distance of the magnitudes over all items together,
    plus the mean distance of their natural logarithms; then the mean of the three. Power below 1e-8 counts as
    1e-8, so silence gives 0 and not NaN.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``, 1025 frames at least.

    Returns
    -------
    A number without unit from 0 (identical) on. Good captures lie below 0.3 or so; noise and what lies near
    silence weigh much in it, because logarithms do.

    Raises
    ------
    ValueError : the shapes differ, there are too few samples, or a sample is NaN or infinite.
    """
    sums = MrstftSums()
    sums.add(prediction, target)
    return sums.value()


def a_weighted_esr(prediction: npt.ArrayLike, target: npt.ArrayLike, sample_rate: float) -> float:
    """ESR with the A-weighting of IEC 61672-1: error and target are weighed as hearing does at low levels.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``.
    sample_rate : Hz.

    Returns
    -------
    Energy ratio, averaged over the items; 0 is identical, and silence is treated as ``esr`` does. The weights
    are applied to the spectrum of the whole signal.

    Raises
    ------
    ValueError : as ``esr``, or the sample rate is not above 0.
    """
    p, t = pair(prediction, target)
    if not sample_rate > 0:
        raise ValueError(f"sample_rate must be above 0; found {sample_rate}")
    frames = p.shape[-1]
    weight = _a_weight(np.fft.rfftfreq(frames, 1.0 / sample_rate)) ** 2
    # Every bin but the first, and the last of an even length, stands for two.
    weight[1 : (frames + 1) // 2] *= 2.0
    error = np.sum(np.abs(np.fft.rfft(items(p - t))) ** 2 * weight, axis=-1)
    power = np.sum(np.abs(np.fft.rfft(items(t))) ** 2 * weight, axis=-1)
    ratio = np.divide(error, power, out=np.full_like(error, np.inf), where=power > 0.0)
    return float(np.mean(np.where(error == 0.0, 0.0, ratio)))


def _a_weight(hertz: npt.NDArray[np.floating[Any]]) -> Array:
    """Amplitude of the A-weighting, 1 at 1 kHz (IEC 61672-1, annex E)."""

    def curve(f: npt.ArrayLike) -> Array:
        f2 = np.asarray(f, dtype=np.float64) ** 2
        low = (f2 + 20.598997**2) * np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
        return np.asarray(12194.217**2 * f2**2 / (low * (f2 + 12194.217**2)))

    return curve(hertz) / curve(1000.0)


def log_spectral_distance(
    prediction: npt.ArrayLike,
    target: npt.ArrayLike,
    sample_rate: float,
    bands: Sequence[float] = BANDS_HZ,
) -> dict[tuple[float, float], float]:
    """Distance of the log spectra by frequency band: where in the spectrum two signals differ.

    Parameters
    ----------
    prediction, target : ``(frames,)`` or ``(items, frames)``, 1025 frames at least.
    sample_rate : Hz.
    bands : ascending edges in Hz. The part of a band above half the sample rate is left out.

    Returns
    -------
    ``{(from, to): dB}``: the root mean square, over frames of 2048 samples and the band's bins, of the
    difference of the levels in dB. Below 1 dB is hard to hear. Power below 1e-8 counts as 1e-8.

    Raises
    ------
    ValueError : as ``mrstft``, or the bands do not ascend.
    """
    p, t = (items(signal) for signal in pair(prediction, target))
    resolution = _Resolution(2048, 512, 2048)
    if p.shape[-1] <= resolution.fft // 2:
        raise ValueError(f"log_spectral_distance needs {resolution.fft // 2 + 1} frames at least")
    if len(bands) < 2 or any(high <= low for low, high in pairwise(bands)):
        raise ValueError(f"bands must be two or more ascending edges in Hz; found {list(bands)}")
    hertz = np.fft.rfftfreq(resolution.fft, 1.0 / sample_rate)
    squares = np.zeros(hertz.size)
    frames = 0
    padded = [np.pad(signal, ((0, 0), (resolution.fft // 2,) * 2), mode="reflect") for signal in (p, t)]
    windows = [
        np.lib.stride_tricks.sliding_window_view(signal, resolution.fft, axis=1)[:, :: resolution.hop]
        for signal in padded
    ]
    for first in range(0, windows[0].shape[1], _FRAMES_AT_ONCE):
        levels = []
        for window in windows:
            spectrum = np.fft.rfft(window[:, first : first + _FRAMES_AT_ONCE] * resolution.taper(), axis=-1)
            power = spectrum.real**2 + spectrum.imag**2
            levels.append(10.0 * np.log10(np.maximum(power, _POWER_FLOOR)))
        squares += np.sum((levels[0] - levels[1]) ** 2, axis=(0, 1))
        frames += levels[0].shape[0] * levels[0].shape[1]
    result = {}
    for low, high in pairwise(bands):
        inside = (hertz >= low) & (hertz < high)
        if inside.any():
            result[float(low), float(high)] = float(np.sqrt(np.mean(squares[inside]) / frames))
    return result
