"""Sound files with the damage that recorders, networks and disks cause."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from small_models import Array

FRAMES = 60_000
LINEAR = {
    "wav": {},
    "rf64": {"format": "RF64"},
    "aiff": {},
    "w64": {},
    "caf": {},
    "au": {},
    "float.wav": {"subtype": "FLOAT"},
    "24.aiff": {"subtype": "PCM_24"},
}


def sound() -> Array:
    """``(FRAMES,)`` samples that 16 bits represent exactly, and whose bytes contain no chunk name."""
    steps = np.random.default_rng(0).integers(-9000, 9000, FRAMES)
    x: Array = (steps / 32768).astype(np.float32)
    return x


def write(path: Path, kind: str, audio: Array | None = None) -> bytes:
    """Write the samples in one of the formats, and return the bytes."""
    options = LINEAR.get(kind, {})
    soundfile.write(path, sound() if audio is None else audio, 48000, **options)
    return path.read_bytes()


def audio_start(data: bytes, kind: str) -> int:
    """Position of the first sample."""
    if kind == "au":
        return int(struct.unpack_from(">I", data, 4)[0])
    after = {"aiff": 16, "24.aiff": 16, "caf": 16, "w64": 24}.get(kind, 8)
    return data.rfind(b"SSND" if "aiff" in kind else b"data", 0, 8192) + after


def without_sizes(data: bytes, kind: str) -> bytes:
    """The file of a recorder that lost power: every size that is written at the end is 0."""
    start, left = audio_start(data, kind), bytearray(data)
    zeros: dict[str, list[tuple[int, int]]] = {
        "wav": [(4, 4), (start - 4, 4)],
        "float.wav": [(4, 4), (start - 4, 4)],
        "rf64": [(20, 24)],
        "aiff": [(4, 4), (start - 12, 4), (data.find(b"COMM") + 10, 4)],
        "24.aiff": [(4, 4), (start - 12, 4), (data.find(b"COMM") + 10, 4)],
        "w64": [(16, 8), (start - 8, 8)],
        "caf": [(start - 12, 8)],
        "au": [(8, 4)],
    }
    for place, size in zeros[kind]:
        left[place : place + size] = bytes(size)
    return bytes(left)


def too_small(data: bytes, kind: str) -> bytes:
    """The file with a tenth of the right size in its audio chunk."""
    start, left = audio_start(data, kind), bytearray(data)
    for place, form, extra in {
        "rf64": [(28, "<Q", 0)],
        "aiff": [(start - 12, ">I", 8)],
        "24.aiff": [(start - 12, ">I", 8)],
        "w64": [(start - 8, "<Q", 24)],
        "caf": [(start - 12, ">Q", 4)],
        "au": [(8, ">I", 0)],
    }.get(kind, [(start - 4, "<I", 0)]):
        struct.pack_into(form, left, place, (len(data) - start) // 10 // 24 * 24 + extra)
    if "aiff" in kind:
        place = data.find(b"COMM") + 10
        struct.pack_into(">I", left, place, FRAMES // 10)
    return bytes(left)


def flac_of_unknown_length(data: bytes) -> bytes:
    """The file as encoders write it into a pipe."""
    left = bytearray(data)
    left[21] &= 0xF0
    left[22:26] = bytes(4)
    return bytes(left)


def ogg_pages(data: bytes) -> list[bytes]:
    """The pages of an Ogg file."""
    pages, position = [], 0
    while position < len(data):
        segments = data[position + 26]
        size = 27 + segments + sum(data[position + 27 : position + 27 + segments])
        pages.append(data[position : position + size])
        position += size
    return pages


OGG_DAMAGE: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a page is missing": lambda pages: pages[:6] + pages[7:],
    "five pages are missing": lambda pages: pages[:6] + pages[11:],
    "a page is broken": lambda pages: [*pages[:6], pages[6][:-1] + bytes([pages[6][-1] ^ 1]), *pages[7:]],
    "the end is missing": lambda pages: pages[:8],
    "half a page is missing": lambda pages: [*pages[:8], pages[8][:2000]],
    "a second recording follows": lambda pages: pages + pages,
}
