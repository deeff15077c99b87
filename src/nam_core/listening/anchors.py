"""The anchors of BS.1534-3: low-passed copies of the reference, at 3.5 and 7 kHz by default."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# BS.1534-3 5.1 asks at 3.5 kHz for 0.1 dB of ripple in the passband, -25 dB at 4 kHz and -50 dB at 4.5 kHz.
# The transition band here ends 14 % above the edge, at 4 kHz.
_TRANSITION = 0.14
_KAISER_BETA = 6.5  # stopband at -65 dB


def low_pass(audio: Array, hertz: float, sample_rate: float) -> Array:
    """A linear-phase low-pass of ``(channels, frames)``, without delay. Allocates.

    The passband ends at ``hertz``.
    """
    width = _TRANSITION * hertz
    taps = 2 * math.ceil(2.2 * sample_rate / width) + 1
    time = np.arange(taps) - taps // 2
    edge = (hertz + width / 2) / sample_rate
    kernel = 2 * edge * np.sinc(2 * edge * time) * np.kaiser(taps, _KAISER_BETA)
    kernel /= kernel.sum()
    size = 1 << (audio.shape[1] + taps).bit_length()
    spectrum = np.fft.rfft(audio, size, axis=1) * np.fft.rfft(kernel, size)
    filtered: Array = np.fft.irfft(spectrum, size, axis=1)
    return filtered[:, taps // 2 : taps // 2 + audio.shape[1]]
