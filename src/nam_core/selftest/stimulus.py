"""The input signal of the hashes, and the hash. Neither depends on a mathematical library."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

FRAMES = 2000


@cache
def stimulus() -> npt.NDArray[np.float32]:
    """``(FRAMES,)``: noise of many levels, silence of both signs, an impulse.

    Made of integers and exact divisions alone.
    """
    samples = [numerator / denominator for numerator, denominator in _ratios()]
    assert len(samples) == FRAMES
    return np.array(samples, np.float32)


def digest(samples: npt.NDArray[Any]) -> str:
    """SHA-256 of float32 samples, little-endian. They are finite: the bits of a NaN differ by processor."""
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    return hashlib.sha256(samples.astype("<f4").tobytes()).hexdigest()


def integers(seed: int) -> Iterator[int]:
    """Whole numbers of 24 bits, signed, from a linear congruential generator."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % (1 << 32)
        yield (state >> 8) - (1 << 23)


def _ratios() -> Iterator[tuple[int, int]]:
    noise = integers(20260701)
    yield from ((next(noise), 1 << 23) for _ in range(600))
    yield from ((0, 1) for _ in range(200))
    yield (1, 1)
    yield from ((0, 1) for _ in range(149))
    # Quiet, where an activation is nearly linear, and twice full scale, about what random weights stand.
    yield from ((next(noise), 1 << 31) for _ in range(250))
    yield from ((next(noise), 1 << 22) for _ in range(250))
    # Down to nothing, by way of the denormal numbers: 6 dB every third frame.
    yield from ((next(noise), 1 << (23 + i // 3)) for i in range(500))
    yield from ((0, -1) for _ in range(50))
