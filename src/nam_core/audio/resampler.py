"""Another sample rate for a signal that arrives piece by piece (soxr)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from .arrays import Audio

# What soxr's longest filter (VHQ) hears before and after a frame, at the lower of both rates, and room.
RINGING_FRAMES = 2048


def rate_ratio(new: float, old: float) -> Fraction:
    """``new / old`` as a fraction, exact for rates of a millionth of a Hz."""
    return Fraction(new).limit_denominator(10**6) / Fraction(old).limit_denominator(10**6)


def resampled(
    blocks: Iterator[Audio], channels: int, old: float, new: float, dtype: np.dtype[Any]
) -> Iterator[Audio]:
    """A signal at another rate: frame 0 stays frame 0, so that there is no delay.

    soxr, quality VHQ: a pass band up to 0.91 of the lower Nyquist frequency, and images 145 dB below.

    Parameters
    ----------
    blocks : ``(channels, frames)``, float32 or float64; before the first and after the last there is silence.
    old, new : rates in Hz. dtype : of the blocks, and of the result.

    Yields
    ------
    Blocks of the result; together ``frames * new / old`` frames, rounded.
    """
    import soxr

    stream = soxr.ResampleStream(old, new, channels, dtype=dtype.name, quality="VHQ")

    def chunk(block: Audio, last: bool) -> Audio:
        frames: Audio = stream.resample_chunk(np.ascontiguousarray(block.T), last=last)
        return np.ascontiguousarray(frames.reshape(-1, channels).T)

    for block in blocks:
        yield chunk(block, last=False)
    yield chunk(np.zeros((channels, 0), dtype), last=True)
