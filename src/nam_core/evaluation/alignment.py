"""Delay, polarity and gain of a recording relative to a reference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Longest part of a signal that is analysed, in frames: 87 s at 48 kHz. If a signal is longer, its loudest
# part of this length is analysed.
_MOST_FRAMES = 1 << 22
# Newton's method for the fraction of a frame ends after a step shorter than _LEAST_STEP frames, or after
# _STEPS steps.
_LEAST_STEP = 1e-6
_STEPS = 8


@dataclass(frozen=True)
class Alignment:
    """Delay, polarity and gain of a recording relative to a reference.

    Attributes
    ----------
    delay : frames, with a fraction in general; positive if the recording is late.
    polarity : 1, or -1 if the recording is inverted.
    gain_db : level of the part of the recording that correlates with the reference, in dB; noise does not
        count.
    confidence : 0 to 1, the correlation of the two after alignment. Above 0.5 the delay is certain; below 0.1
        the signals are unrelated. Noise 30 dB below the signal leaves 0.9995.
    """

    delay: float
    polarity: int
    gain_db: float
    confidence: float

    def apply(self, recording: npt.ArrayLike, *, gain: bool = False) -> Array:
        """The recording shifted to the position and polarity of the reference; with ``gain``, to its level
        too.

        Parameters
        ----------
        recording : ``(frames,)`` or ``(channels, frames)``.
        gain : whether to match the level as well.

        Returns
        -------
        float64 of the same shape. Frames shifted in at an end are silent. The fraction of a frame is shifted
        by band-limited interpolation, so the ends ring a little.
        """
        signal = np.asarray(recording, dtype=np.float64)
        frames = signal.shape[-1]
        whole = round(self.delay)
        moved = np.zeros(signal.shape)
        if whole >= 0:
            moved[..., : max(0, frames - whole)] = signal[..., whole:]
        else:
            moved[..., min(frames, -whole) :] = signal[..., :whole]
        part = self.delay - whole
        if part != 0.0:
            # Padding, so that frames shifted out at one end do not return at the other.
            size = 1 << (frames + 4096).bit_length()
            turns = np.exp(2j * np.pi * np.arange(size // 2 + 1) / size * part)
            moved = np.fft.irfft(np.fft.rfft(moved, size) * turns, size)[..., :frames]
        factor = self.polarity * (10.0 ** (-self.gain_db / 20.0) if gain else 1.0)
        return moved * factor


def align(reference: npt.ArrayLike, recording: npt.ArrayLike, max_delay: int = 48000) -> Alignment:
    """Find delay, polarity and gain of a recording relative to a reference.

    The delay is the maximum of the cross-correlation; its fraction of a frame is the maximum of the
    band-limited correlation. With noise 30 dB below the signal the delay is right to 0.05 frames, the gain to
    0.05 dB.

    Parameters
    ----------
    reference, recording : ``(frames,)`` at the same sample rate, such as a model's output and the
        amplifier's; their lengths may differ.
    max_delay : frames; longer delays in either direction are not searched.

    Raises
    ------
    ValueError : the shape is not ``(frames,)``, a sample is not finite, a signal is silent or shorter than 16
        frames, or ``max_delay`` is negative.
    """
    a, b = _mono(reference, "reference"), _mono(recording, "recording")
    if max_delay < 0:
        raise ValueError(f"max_delay must be 0 frames at least; found {max_delay}")
    first = _loudest(a)
    a = a[first : first + _MOST_FRAMES]
    # The part of the recording that may belong to this part of the reference.
    start = max(0, first - max_delay)
    b = b[start : first + _MOST_FRAMES + max_delay]
    if not np.any(b):
        raise ValueError("the recording is silent where the reference is not")
    offset = start - first
    size = 1 << (a.size + b.size - 1).bit_length()
    cross = np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size)
    correlation = np.fft.irfft(cross, size)
    lags = np.arange(-(a.size - 1), b.size)
    lags = lags[np.abs(lags + offset) <= max_delay]
    at = correlation[lags % size]
    lag = int(lags[np.argmax(np.abs(at))])
    polarity = 1 if correlation[lag % size] > 0 else -1
    delay = _refine(polarity * cross, float(lag), size)
    peak = _correlation(polarity * cross, delay, size)
    # Only the overlap counts; otherwise a shortened recording would seem quieter.
    whole = round(delay)
    theirs = a[max(0, -whole) : max(0, b.size - whole)]
    ours = b[max(0, whole) : max(0, whole) + theirs.size]
    theirs = theirs[: ours.size]
    energy = float(theirs @ theirs)
    confidence = min(1.0, peak / math.sqrt(energy * float(ours @ ours)))
    return Alignment(delay + offset, polarity, 20.0 * math.log10(peak / energy), confidence)


def _mono(signal: npt.ArrayLike, name: str) -> Array:
    array = np.asarray(signal, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (frames,); found {array.shape}: align one channel")
    if array.size < 16:
        raise ValueError(f"{name} must have 16 frames at least; found {array.size}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    if not np.any(array):
        raise ValueError(f"{name} is silent: there is nothing to align")
    return array


def _loudest(signal: Array) -> int:
    """The first frame of the loudest part with ``_MOST_FRAMES``."""
    if signal.size <= _MOST_FRAMES:
        return 0
    energy = np.concatenate([[0.0], np.cumsum(signal**2)])
    return int(np.argmax(energy[_MOST_FRAMES:] - energy[:-_MOST_FRAMES]))


def _turn(cross: npt.NDArray[np.complex128], delay: float, size: int) -> npt.NDArray[np.complex128]:
    """The cross spectrum at this delay; every bin except the first and the last stands for two."""
    frequency = 2.0 * np.pi * np.arange(cross.size) / size
    turned = cross * np.exp(1j * frequency * delay)
    turned[1:-1] *= 2.0
    return np.asarray(turned)


def _correlation(cross: npt.NDArray[np.complex128], delay: float, size: int) -> float:
    return float(np.sum(_turn(cross, delay, size).real)) / size


def _refine(cross: npt.NDArray[np.complex128], delay: float, size: int) -> float:
    """The delay of the maximum of the correlation nearest to ``delay``, by Newton's method, one frame away at
    most.
    """
    frequency = 2.0 * np.pi * np.arange(cross.size) / size
    found = delay
    for _ in range(_STEPS):
        turned = _turn(cross, found, size)
        slope = -float(np.sum(turned.imag * frequency))
        bend = -float(np.sum(turned.real * frequency**2))
        if bend >= 0.0:
            return delay
        found = min(max(found - slope / bend, delay - 1.0), delay + 1.0)
        if abs(slope / bend) < _LEAST_STEP:
            break
    return found
