"""Overlapping frames of signals that arrive piece by piece, for short-time spectra."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pairs import Array

Spectra = npt.NDArray[np.complex128]

# A bin of a spectrum with less power than this counts as having this power (format 11.1).
POWER_FLOOR = 1e-8
# Frames that are transformed at a time: 2048 bins of float64 take 1 MB, which fits the cache.
_FRAMES_AT_ONCE = 64


@dataclass(frozen=True)
class Resolution:
    """An STFT: samples of the FFT, samples from one frame to the next, samples of the centred window."""

    fft: int
    hop: int
    window: int

    def taper(self) -> Array:
        """The periodic Hann window, ``(fft,)``."""
        hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self.window) / self.window)
        left = (self.fft - self.window) // 2
        return np.pad(hann, (left, self.fft - self.window - left))


class Framing:
    """Cuts signals into windowed frames; the centres of the first and the last frame are the ends of the
    signal.

    Half a frame of padding is needed at each end. With ``reflects`` the padding is the mirrored signal, as in
    torch.stft; otherwise it is silence.
    """

    def __init__(self, resolution: Resolution, reflects: bool = True) -> None:
        self._of = resolution
        self._taper = resolution.taper()
        self._reflects = reflects
        self._waiting: list[Array] = []  # for each signal, the samples from the start of the next frame on
        self._started = self._ended = False

    def add(self, signals: list[Array], last: bool = False) -> Iterator[list[Spectra]]:
        """Yield the spectra of the frames that are complete now.

        Parameters
        ----------
        signals : the next piece of each, ``(items, frames)``. last : whether the signals end with these
            pieces.

        Yields
        ------
        For each signal, complex128 ``(items, frames of STFT, fft // 2 + 1)``.
        """
        if self._ended:
            raise ValueError("these signals have ended; measure others with a new object")
        self._ended = last
        half = self._of.fft // 2
        joined = signals
        if self._waiting:
            joined = [np.concatenate(both, axis=1) for both in zip(self._waiting, signals, strict=True)]
        if not self._started:
            if joined[0].shape[1] <= half and not last:
                self._waiting = joined  # a reflection needs more than half a frame
                return
            joined = self._padded(joined, (half, 0))
            self._started = True
        if last:
            joined = self._padded(joined, (0, half))
        # The samples of the last frame wait, because the end of the signal will be reflected there.
        frames = max(0, (joined[0].shape[1] - self._of.fft) // self._of.hop + 1)
        if not last:
            frames = max(0, (joined[0].shape[1] - self._of.fft - half) // self._of.hop)
        self._waiting = [signal[:, frames * self._of.hop :] for signal in joined]
        for first in range(0, frames, _FRAMES_AT_ONCE):
            yield [self._spectra(signal, first, min(frames, first + _FRAMES_AT_ONCE)) for signal in joined]

    def _padded(self, signals: list[Array], widths: tuple[int, int]) -> list[Array]:
        mode = "reflect" if self._reflects else "constant"
        return [np.pad(signal, ((0, 0), widths), mode=mode) for signal in signals]  # type: ignore[call-overload]

    def _spectra(self, signal: Array, first: int, end: int) -> Spectra:
        piece = signal[:, first * self._of.hop : (end - 1) * self._of.hop + self._of.fft]
        frames = np.lib.stride_tricks.sliding_window_view(piece, self._of.fft, axis=1)[:, :: self._of.hop]
        return np.asarray(np.fft.rfft(frames * self._taper, axis=-1))


def power(spectra: Spectra) -> Array:
    """The squared magnitude of each bin, float64 of the same shape."""
    squared: Array = spectra.real**2 + spectra.imag**2
    return squared
