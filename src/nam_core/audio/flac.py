"""The number of frames in a FLAC file (RFC 9639), from its last frame: the header may be wrong.

Encoders that write into a pipe leave the length out. libsndfile then fails at the end of the file.
"""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO

import numpy as np

from .arrays import Audio
from .containers import Finding

_STREAMINFO = 8
_TOTAL = _STREAMINFO + 13  # the low four bits of this byte, and the next four bytes
_MOST_FRAME_BYTES = 1 << 20


def examine_flac(file: BinaryIO) -> Finding | None:
    """As ``containers.examine``; None for what is no FLAC file. Raises no error of its own."""
    file.seek(0)
    head = file.read(_TOTAL + 5)
    if head[:4] != b"fLaC" or len(head) < _TOTAL + 5:
        return None
    promised = int.from_bytes(head[_TOTAL : _TOTAL + 5], "big") & 0xFFFFFFFFF
    present = _present_frames(file, head)
    if present is None or promised == present:
        return None
    holds = f"it holds {present:,}, which are all read"
    if promised == 0:
        message = f"its header does not say how many frames it has; {holds}"
    else:
        message = f"damaged: its header promises {promised:,} frames, but {holds}"
    high_bits = (head[_TOTAL] & 0xF0) << 32
    return Finding(message, ((_TOTAL, (high_bits | present).to_bytes(5, "big")),))


class FlacSum:
    """Checks the header's MD5 of all samples: libFLAC fills a hole with silence and reports nothing."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(_STREAMINFO)
        info = file.read(34)
        self._bits = (int.from_bytes(info[12:14], "big") >> 4 & 31) + 1
        self._expected = info[18:34]
        self._sum = hashlib.md5(usedforsecurity=False)

    def add(self, block: Audio) -> None:
        """Decoded samples ``(channels, frames)``, full scale 1.0."""
        # A float32 has room for 24 bits.
        if self._bits > 24 and block.dtype == np.float32:
            self._expected = bytes(16)
        integers = (block.T * 2.0 ** (self._bits - 1)).astype("<i4")
        width = (self._bits + 7) // 8
        self._sum.update(np.ascontiguousarray(integers).view(np.uint8).reshape(-1, 4)[:, :width].tobytes())

    @property
    def differs(self) -> bool:
        """Whether the samples are not those that were encoded; False where the header has no MD5."""
        return any(self._expected) and self._sum.digest() != self._expected


def _present_frames(file: BinaryIO, head: bytes) -> int | None:
    """Up to the end of the last frame that is whole; None if there is none near the end of the file."""
    size = file.seek(0, os.SEEK_END)
    longest = int.from_bytes(head[_STREAMINFO + 7 : _STREAMINFO + 10], "big") or _MOST_FRAME_BYTES
    start = max(0, size - 3 * longest - 4096)
    file.seek(start)
    data = file.read()
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    fixed_block = int.from_bytes(head[_STREAMINFO : _STREAMINFO + 2], "big")
    # What looks like a frame's header by chance does not continue what stands before it.
    frames = [found for place in _syncs(data) if (found := _frame_header(data, place, fixed_block))]
    for place, first, count in reversed(frames):
        follows = any(first == other + length for _, other, length in frames) or first == 0
        if follows:
            return first + count if _is_whole(data[place:]) else first
    return None


def _syncs(data: bytes) -> list[int]:
    found, place = [], data.find(b"\xff")
    while 0 <= place < len(data) - 1:
        if data[place + 1] in (0xF8, 0xF9):
            found.append(place)
        place = data.find(b"\xff", place + 1)
    return found


def _frame_header(data: bytes, place: int, fixed_block: int) -> tuple[int, int, int] | None:
    """(place, number of its first sample, its samples) of the frame, or None if this is no frame header."""
    header = data[place : place + 16]
    if len(header) < 6:
        return None
    size_code, rate_code = header[2] >> 4, header[2] & 15
    number, end = _coded_number(header)
    if end == 0 or size_code == 0 or rate_code == 15 or header[3] & 1:
        return None
    size_bytes = {6: 1, 7: 2}.get(size_code, 0)
    count = int.from_bytes(header[end : end + size_bytes], "big") + 1
    if size_code == 1:
        count = 192
    elif 2 <= size_code <= 5:
        count = 576 << (size_code - 2)
    elif size_code >= 8:
        count = 256 << (size_code - 8)
    end += size_bytes + {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if len(header) <= end or _crc8(header[:end]) != header[end]:
        return None
    is_variable = header[1] & 1
    return place, number if is_variable else number * fixed_block, count


def _coded_number(header: bytes) -> tuple[int, int]:
    """The number that is coded as UTF-8 does it, up to 36 bits, and where it ends; 0 if it is not one."""
    first = header[4]
    if first < 0x80:
        return first, 5
    more = 0
    while more < 7 and first & (0x40 >> more):
        more += 1
    rest = header[5 : 5 + more]
    if not 1 <= more <= 6 or len(rest) < more or any(byte >> 6 != 2 for byte in rest):
        return 0, 0
    number = first & (0x3F >> more)
    for byte in rest:
        number = number << 6 | byte & 0x3F
    return number, 5 + more


def _table(polynomial: int, bits: int) -> list[int]:
    table, top, mask = [], 1 << (bits - 1), (1 << bits) - 1
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    return table


_CRC8, _CRC16 = _table(0x07, 8), _table(0x8005, 16)


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value = _CRC8[value ^ byte]
    return value


def _is_whole(data: bytes) -> bool:
    """Whether a frame begins here and ends, with the CRC-16 of the bytes before it; others may follow."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _CRC16[value >> 8 ^ byte]
        if value == 0:
            return True
    return False
