"""Numbers that a seed decides on: the same in every version of Python and NumPy, in whatever order."""

from __future__ import annotations

import hashlib


def draw(seed: int, *about: object) -> float:
    """A number from 0 up to 1 for this seed and what it is about, such as a recording's hash and a frame."""
    text = "/".join(map(str, (seed, *about)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def draw_gain(seed: int, recording: str, start: int, limits: tuple[float, float]) -> float:
    """The gain in dB of the segment that starts at this frame of the recording with this hash."""
    low, high = limits
    return low + (high - low) * draw(seed, recording, start, "gain")
