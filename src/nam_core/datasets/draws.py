"""Random numbers that depend only on a seed and a key: they are the same in every version of Python and
NumPy, and in whatever order they are drawn.
"""

from __future__ import annotations

import hashlib


def draw(seed: int, *about: object) -> float:
    """A number from 0 (included) to 1 (excluded) for this seed and key, such as a recording's hash and a
    frame.
    """
    text = "/".join(map(str, (seed, *about)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def draw_gain(seed: int, recording: str, start: int, limits: tuple[float, float]) -> float:
    """The gain in dB of the segment that starts at frame ``start`` of the recording with this SHA-256."""
    low, high = limits
    return low + (high - low) * draw(seed, recording, start, "gain")
