"""The input files that the trainer recognises, and how it treats each (neural-amp-modeler 0.13.0,
train/core.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class KnownInput:
    """One of the trainer's input files. Positions are in frames; negative ones count from the end.

    Attributes
    ----------
    train : first frame, and last frame plus one, of the training part. ``validation`` : likewise.
    blips : frames of the first pair of clicks. ``blips_section`` : start and length of the section around
        them.
    noise : a section before the clicks in which the recording holds only noise.
    """

    version: str
    sample_rate: int
    train: tuple[int | None, int]
    validation: tuple[int, int | None]
    blips: tuple[int, ...]
    blips_section: tuple[int, int]
    noise: tuple[int, int]


KNOWN: dict[str, KnownInput] = {
    **{
        md5: KnownInput(
            version, 48_000, (None, -432_000), (-432_000, None), (12_000, 36_000), (0, 48_000), (0, 6_000)
        )
        for md5, version in {
            "4d54a958861bf720ec4637f43d44a7ef": "1.0.0",
            "7c3b6119c74465f79d96c761a0e27370": "1.1.1",
        }.items()
    },
    "ede3b9d82135ce10c7ace3bb27469422": KnownInput(
        "2.0.0",
        48_000,
        (None, -960_000),
        (-960_000, -528_000),
        (24_000, 72_000),
        (0, 96_000),
        (12_000, 18_000),
    ),
    "36cd1af62985c2fac3e654333e36431e": KnownInput(
        *("3.0.0", 48_000, (480_000, -432_000), (-432_000, None), (504_000, 552_000)),
        *((480_000, 96_000), (492_000, 498_000)),
    ),
    "80e224bd5622fd6153ff1fd9f34cb3bd": KnownInput(
        "4.0.0", 44_100, (None, -441_000), (-441_000, None), (22_050,), (1, 44_099), (6_000, 12_000)
    ),
}

_LOOKAHEAD, _LOOKBACK = 1_000, 10_000
_ABSOLUTE_THRESHOLD, _RELATIVE_THRESHOLD = 0.0003, 0.001
# The delay is set one frame earlier than the first click that was found.
SAFETY = 1
# Largest ESR between the two plays of the validation signal (input 3 plays it twice).
MOST_REPLICATE_ESR = 0.01


def known_input(contents: bytes) -> KnownInput | None:
    """The known input whose MD5 these contents have; None for any other file."""
    return KNOWN.get(hashlib.md5(contents, usedforsecurity=False).hexdigest())


def blip_delay(known: KnownInput, recording: Array) -> int | None:
    """The delay of the clicks in frames; None if they are not found.

    By the trainer's rule: the first frame at which the average of the clicks is louder than the noise before
    them.
    """
    first, length = known.blips_section
    section = recording[first : first + length]
    noise = float(np.max(np.abs(section[known.noise[0] - first : known.noise[1] - first])))
    threshold = max(noise + _ABSOLUTE_THRESHOLD, (1.0 + _RELATIVE_THRESHOLD) * noise)
    scans = [section[at - first - _LOOKAHEAD : at - first + _LOOKBACK] for at in known.blips]
    heard = np.flatnonzero(np.abs(np.mean(scans, axis=0)) > threshold)
    return int(heard[0]) - _LOOKAHEAD if heard.size else None


def replicate_esr(known: KnownInput, recording: Array, input_frames: int) -> float | None:
    """ESR between the two plays of the validation signal; None for an input that plays it once."""
    if known.version != "3.0.0":
        return None
    length = 432_000
    first = recording[:length].astype(np.float64)
    second = recording[input_frames - length : input_frames].astype(np.float64)
    return float(np.mean((first - second) ** 2) / np.mean(second**2))
