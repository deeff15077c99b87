"""The input files that the trainer recognises, and the positions of their parts (neural-amp-modeler 0.13.0,
train/core.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class KnownInput:
    """One of the trainer's input files. Positions are in frames; negative ones count from the end.

    Attributes
    ----------
    train, validation : first frame, and last frame plus one, of each part.
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


# The same inputs after a program has written them again: MD5 of their beginning and of their end, both as
# float64, and the lengths of both in frames. The input of 44,100 Hz has only the first MD5.
_WEAKLY_KNOWN: tuple[tuple[str, str | None, int, int, str], ...] = (
    (*("dadb5d62f6c3973a59bf01439799809b", "8458126969a3f9d8e19a53554eb1fd52"), 816_000, 432_000, "3.0.0"),
    (*("1c4d94fbcb47e4d820bef611c1d4ae65", "28694e7bf9ab3f8ae6ef86e9545d4663"), 384_000, 960_000, "2.0.0"),
    (*("bb4e140c9299bae67560d280917eb52b", "9b2468fcb6e9460a399fc5f64389d353"), 336_000, 432_000, "1.0.0"),
    (*("9f20c6b5f7fef68dd88307625a573a14", "8458126969a3f9d8e19a53554eb1fd52"), 336_000, 432_000, "1.1.1"),
    (*("46151c8030798081acc00a725325a07d", None), 44_100, 0, "4.0.0"),
)


def known_input(contents: bytes, signal: Array, sample_rate: int) -> KnownInput | None:
    """The known input with the MD5 of this file, or with the MD5s of the beginning and end of its ``signal``,
    ``(frames,)``; None if there is none.
    """
    if known := KNOWN.get(_md5(contents)):
        return known
    by_version = {known.version: known for known in KNOWN.values()}
    for start, end, first, last, version in _WEAKLY_KNOWN:
        known = by_version[version]
        if sample_rate != known.sample_rate or _md5_of(signal[:first]) != start:
            continue
        if end is None or _md5_of(signal[-last:]) == end:
            return known
    return None


def _md5_of(signal: Array) -> str:
    return _md5(signal.astype(np.float64).tobytes())


def _md5(contents: bytes) -> str:
    return hashlib.md5(contents, usedforsecurity=False).hexdigest()


def latency_warnings(delay: int | None) -> dict[str, bool]:
    """The warnings that the trainer writes about a delay, or about None if it found no delay."""
    return {
        "matches_lookahead": delay == -_LOOKAHEAD,
        # This is for several delays; this version of the trainer finds one.
        "disagreement_too_high": False,
        "not_detected": delay is None,
    }


def blip_delay(known: KnownInput, recording: Array) -> int | None:
    """The delay of the clicks in the recording, ``(frames,)``, in frames; None if they are not found.

    The trainer's rule: the delay ends at the first frame at which the average of the clicks is louder than
    the noise before them.
    """
    first, length = known.blips_section
    section = recording[first : first + length]
    noise = float(np.max(np.abs(section[known.noise[0] - first : known.noise[1] - first])))
    threshold = max(noise + _ABSOLUTE_THRESHOLD, (1.0 + _RELATIVE_THRESHOLD) * noise)
    scans = [section[at - first - _LOOKAHEAD : at - first + _LOOKBACK] for at in known.blips]
    heard = np.flatnonzero(np.abs(np.mean(scans, axis=0)) > threshold)
    return int(heard[0]) - _LOOKAHEAD if heard.size else None


def replicate_esr(known: KnownInput, recording: Array, input_frames: int) -> float | None:
    """ESR between the two plays of the validation signal in the recording, ``(frames,)``; None for an input
    that plays it once.
    """
    length = 432_000
    if known.version == "3.0.0":
        return _esr(recording[:length], recording[input_frames - length : input_frames])
    if known.version == "2.0.0":
        end = recording.size - known.blips_section[1]
        return _esr(recording[end - 2 * length : end - length], recording[end - length : end])
    return None


def blips_esr(known: KnownInput, recording: Array, delay: int) -> float | None:
    """The largest ESR between clicks of the recording, ``(frames,)``, that should be equal: within the pair
    at the beginning, within the pair at the end, and between the two pairs. None for an input without clicks
    at its end.
    """
    if known.version != "2.0.0":
        return None
    size = recording.size
    places = [at + delay for at in (*known.blips, size - 72_000, size - 24_000)]
    first, second, third, fourth = (recording[at - 10 : at + 1000] for at in places)
    pairs = ((first, second), (third, fourth), (first, third), (second, fourth))
    return max(_esr(one, other) for one, other in pairs)


def _esr(signal: Array, target: Array) -> float:
    wanted: npt.NDArray[Any] = target.astype(np.float64)
    power = float(np.mean(wanted**2))
    return float(np.mean((signal - wanted) ** 2)) / power if power > 0.0 else float("inf")
