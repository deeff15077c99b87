"""The frequency weighting of ITU-R BS.1770: a high shelf for the head, and a high-pass at 38 Hz."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]

# Seconds after which the response to an impulse is below 1e-20 of its start: the high-pass decays by e every
# 4.2 ms.
_RESPONSE_SECONDS = 0.25


def _shelf(sample_rate: float) -> Biquad:
    """The first stage for any rate: the analogue filter that gives BS.1770's coefficients at 48 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    b = ((high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - band * k / q + k * k) / a0)
    return b, (1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0)


def _high_pass(sample_rate: float) -> Biquad:
    """The second stage, likewise."""
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0)


@lru_cache(maxsize=8)
def response(sample_rate: float) -> Array:
    """The weighting as an impulse response, ``(frames,)``: what the recursive filters give, to 1e-16."""
    signal = np.zeros(math.ceil(_RESPONSE_SECONDS * sample_rate))
    signal[0] = 1.0
    for b, a in (_shelf(sample_rate), _high_pass(sample_rate)):
        x1 = x2 = y1 = y2 = 0.0
        for i, x in enumerate(signal.tolist()):
            y = b[0] * x + b[1] * x1 + b[2] * x2 - a[1] * y1 - a[2] * y2
            x1, x2, y1, y2 = x, x1, y, y1
            signal[i] = y
    signal.flags.writeable = False
    return signal


class KWeighting:
    """Filters a stream of ``(channels, frames)`` pieces; overlap-save, so that numpy does the work."""

    def __init__(self, sample_rate: float, channels: int) -> None:
        taps = response(sample_rate)
        self._past = np.zeros((channels, taps.size - 1))
        self._fft = 1 << (4 * taps.size - 1).bit_length()
        self._spectrum = np.fft.rfft(taps, self._fft)

    def process(self, audio: Array) -> Array:
        """The weighted piece, ``(channels, frames)`` float64. Allocates."""
        past = self._past.shape[1]
        step = self._fft - past
        signal = np.concatenate([self._past, audio], axis=1)
        out = np.empty(audio.shape)
        for first in range(0, audio.shape[1], step):
            piece = signal[:, first : first + self._fft]
            weighted = np.fft.irfft(np.fft.rfft(piece, self._fft) * self._spectrum, self._fft)
            count = min(step, audio.shape[1] - first)
            out[:, first : first + count] = weighted[:, past : past + count]
        self._past = signal[:, signal.shape[1] - past :]
        return out
