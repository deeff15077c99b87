"""Whether all pages of an Ogg file are present (RFC 3533): libsndfile skips a hole without a message."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from .containers import Finding

_CAPTURE = b"OggS"
_HEADER = 27
_FIRST, _LAST = 0x02, 0x04
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SEARCH = 1 << 16


def examine_ogg(file: BinaryIO) -> Finding | None:
    """As ``containers.examine``, without patches: a hole cannot be filled. None for what is no Ogg file."""
    file.seek(0)
    if file.read(4) != _CAPTURE:
        return None
    position, pages, streams, faults = 0, 0, 0, []
    expected: dict[bytes, int] = {}
    flags = 0
    while (page := _read_page(file, position)) is not None:
        if not page:
            # What follows the last page is not audio.
            if not flags & _LAST:
                faults.append(position)
            position = _next_page(file, position + 1)
            continue
        flags, serial = page[5], page[14:18]
        number = int.from_bytes(page[18:22], "little")
        if number != expected.get(serial, number) and not flags & _FIRST:
            faults.append(position)
        streams += bool(flags & _FIRST) and position > 0
        expected[serial] = number + 1
        pages += 1
        position += len(page)
    said = []
    if faults:
        places = "1 place" if len(faults) == 1 else f"{len(faults):,} places"
        said.append(
            f"damaged: pages are missing or broken in {places}, the first at byte {faults[0]:,}; "
            f"{pages:,} are whole"
        )
    if not flags & _LAST:
        said.append("damaged: it is cut off, its last page is not there")
    if streams:
        said.append(f"it holds {streams + 1} recordings one after the other; only the first may be read")
    return Finding("; ".join(said)) if said else None


def _read_page(file: BinaryIO, position: int) -> bytes | None:
    """The page here; empty if there is none, or a broken one; None at the end of the file."""
    file.seek(position)
    header = file.read(_HEADER)
    if not header:
        return None
    if len(header) < _HEADER or header[:4] != _CAPTURE:
        return b""
    lengths = file.read(header[26])
    page = header + lengths + file.read(sum(lengths))
    if len(page) < _HEADER + header[26] + sum(lengths):
        return b""
    return page if _crc(page) == page[22:26] else b""


def _next_page(file: BinaryIO, position: int) -> int:
    """Where the next page begins, or the end of the file."""
    file.seek(position)
    kept = b""
    while block := file.read(_SEARCH):
        found = (kept + block).find(_CAPTURE)
        if found >= 0:
            return position - len(kept) + found
        kept = block[-3:]
        position += len(block)
    return position


def _crc(page: bytes) -> bytes:
    """Ogg's CRC is zlib's with the bits of all bytes reversed, without its inversions."""
    blank = page[:22] + bytes(4) + page[26:]
    value = zlib.crc32(blank.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return value.to_bytes(4, "big").translate(_REVERSED)
