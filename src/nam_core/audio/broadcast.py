"""The time reference of broadcast waves (EBU Tech 3285): where in a session a recording begins."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from .chunks import Layout, chunks_from, read_padded

_LAYOUT = Layout(12, struct.Struct("<I"), 2)
# Description, originator and its reference; date and time of day; the time reference.
_TIME = struct.Struct("<256x32x32x18sQ")
# The same, version 1, and what is reserved.
_CHUNK = struct.Struct("<256s32s32x18sQH64x190x")
# RF64 begins with the chunk of its long sizes, and no other may come before it.
_LONG_SIZES = 8 + 28


@dataclass(frozen=True)
class Broadcast:
    """Where a recording begins.

    Attributes
    ----------
    time_reference : samples since midnight. date_and_time : the 18 characters of both, as the chunk has them.
    """

    time_reference: int
    date_and_time: bytes

    def chunk(self, later: int) -> bytes:
        """A ``bext`` chunk, with name and size, for a recording that begins so many samples later."""
        contents = _CHUNK.pack(b"", b"nam_core", self.date_and_time, self.time_reference + later, 1)
        return b"bext" + struct.pack("<I", len(contents)) + contents


def read_broadcast(path: str | os.PathLike[str]) -> Broadcast | None:
    """The time reference of a sound file; None if it has none. Raises OSError."""
    with open(path, "rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:] != b"WAVE":
            return None
        size = file.seek(0, os.SEEK_END)
        for chunk in chunks_from(file, _LAYOUT.first, size, _LAYOUT):
            is_whole = _TIME.size <= min(chunk.size, size - chunk.start)
            if chunk.name == b"bext" and is_whole:
                date_and_time, reference = _TIME.unpack(read_padded(file, chunk.start, _TIME.size))
                return Broadcast(reference, date_and_time)
    return None


def chunk_position(file_format: str) -> int | None:
    """Where in a new file a ``bext`` chunk goes; None for a format that has none."""
    return {"WAV": _LAYOUT.first, "RF64": _LAYOUT.first + _LONG_SIZES}.get(file_format)
