"""Headers of WAV, RF64, AIFF, W64, CAF and AU files: compares the sizes that they state with the file.

A recorder writes the sizes when it stops. If it dies, or the file is cut off or grows, they are wrong, and
libsndfile then returns too few samples without a message. This module corrects the sizes.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from .chunks import Layout, chunks_from, is_no_audio, read_padded

# 32-bit sizes that programs write when they do not know the length: sox, ffmpeg and others, into a pipe.
_UNKNOWN = (0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x7FFFF024)


@dataclass(frozen=True)
class Finding:
    """A difference between a file and its header. ``message`` describes it; ``patches`` are bytes that
    correct the header. ``is_fatal`` is set if no header of that form can describe the file.
    """

    message: str
    patches: tuple[tuple[int, bytes], ...] = ()
    is_fatal: bool = False


class _NoAudioError(Exception):
    """There is no chunk of samples."""


# A position in the header, how the number there is stored, and what to add to the number of bytes of audio
# to get it; None: it is the number of frames.
_Field: TypeAlias = "tuple[int, struct.Struct, int | None]"


@dataclass
class _Audio:
    """Where the samples are, and which sizes of the header follow from their number of bytes."""

    start: int
    promised: int | None  # bytes; None where the header says that it does not know
    frame_bytes: int  # of a block of frames where samples are compressed
    fields: list[_Field]
    is_linear: bool = True

    def describe(self, size: int) -> str:
        """So many bytes of audio, in words."""
        frames = f" ({size // self.frame_bytes:,} frames)" if self.is_linear else ""
        return f"{size:,} bytes of audio{frames}"


_AIFF_LINEAR = (b"none", b"twos", b"sowt", b"raw ", b"fl32", b"fl64", b"in24", b"in32", b"ulaw", b"alaw")
# Integer, float, A-law, mu-law, extensible.
_LINEAR_TAGS = (1, 3, 6, 7, 0xFFFE)
# Bytes per sample, by the number of the encoding.
_AU_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 8, 27: 1}
_LITTLE, _BIG = struct.Struct("<I"), struct.Struct(">I")
_LITTLE_64, _BIG_64 = struct.Struct("<Q"), struct.Struct(">Q")


def examine(file: BinaryIO) -> Finding | None:
    """Read the headers of a sound file, and say where they are wrong about its length.

    Parameters
    ----------
    file : seekable, open for reading.

    Returns
    -------
    None for a file whose header is right, or that is of another format.
    """
    try:
        return _examine(file)
    except struct.error:  # the file ends in the middle of its header: no audio begins
        return None


def _examine(file: BinaryIO) -> Finding | None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(64)
    kind, form = head[:4], head[8:12]
    found: tuple[_Audio, Layout] | None = None
    try:
        if kind in (b"RIFF", b"RIFX", b"RF64", b"BW64") and form == b"WAVE":
            found = _wave(file, size, kind)
        elif kind == b"FORM" and form in (b"AIFF", b"AIFC"):
            found = _aiff(file, size)
        elif kind == b"riff" and head[24:28] == b"wave":
            found = _wave64(file, size)
        elif kind == b"caff":
            found = _caf(file, size)
        elif kind in (b".snd", b"dns.") and len(head) >= 24:
            found = _au(head)
    except _NoAudioError:
        return Finding("damaged: it ends before the audio begins; download or export it again", is_fatal=True)
    return None if found is None else _compare(file, size, *found)


def _compare(file: BinaryIO, size: int, audio: _Audio, layout: Layout) -> Finding | None:
    available = max(size - audio.start, 0)
    promised = audio.promised
    if promised is not None and promised <= available:
        end = audio.start + promised
        if size - end < max(audio.frame_bytes, 2) or is_no_audio(file, end, size, layout):
            return None
    frames = available // audio.frame_bytes
    present = frames * audio.frame_bytes
    values = [frames if added is None else present + added for _, _, added in audio.fields]
    # RF64 has 64 bits for every size, and 32 for some of them once more.
    largest = 2 ** (8 * max(form.size for _, form, _ in audio.fields)) - 1
    is_too_large, is_cut_off = max(values) > largest, frames == 0 and bool(promised)
    is_fatal = is_too_large or is_cut_off
    holds = f"it holds {audio.describe(available)}, which are all read"
    if is_too_large:
        holds = f"it holds {audio.describe(available)}, more than such a file can: make it RF64 or W64"
    elif is_cut_off:
        holds = "it ends before the audio begins; download or export it again"
    if promised is None:
        message = f"its header does not say how long it is; {holds}"
    else:
        message = f"damaged: its header promises {audio.describe(promised)}, but {holds}"
    patches = tuple(
        (position, form.pack(min(value, 2 ** (8 * form.size) - 1)))
        for (position, form, _), value in zip(audio.fields, values, strict=True)
    )
    return Finding(message, patches, is_fatal)


def _wave(file: BinaryIO, size: int, kind: bytes) -> tuple[_Audio, Layout]:
    number = _BIG if kind == b"RIFX" else _LITTLE
    layout = Layout(12, number, 2)
    frame, long_sizes, is_linear = 1, None, True
    for chunk in chunks_from(file, layout.first, size, layout):
        if chunk.name == b"ds64" and chunk.size >= 24:
            long_sizes = chunk.start
        elif chunk.name == b"fmt " and chunk.size >= 16:
            tag, *_, frame = struct.unpack(f"{number.format[0]}HHIIH", read_padded(file, chunk.start, 14))
            frame, is_linear = max(frame, 1), tag in _LINEAR_TAGS
        elif chunk.name == b"data":
            start = chunk.start
            if long_sizes is not None:
                (promised,) = _LITTLE_64.unpack(read_padded(file, long_sizes + 8, 8))
                fields: list[_Field] = [
                    (long_sizes, _LITTLE_64, start - 8),
                    (long_sizes + 8, _LITTLE_64, 0),
                    (long_sizes + 16, _LITTLE_64, None),
                    (start - 4, _LITTLE, 0),
                ]
                return _Audio(start, promised, frame, fields, is_linear), layout
            known = None if chunk.size in _UNKNOWN else chunk.size
            fields = [(4, number, start - 8), (start - 4, number, 0)]
            return _Audio(start, known, frame, fields, is_linear), layout
    raise _NoAudioError


def _aiff(file: BinaryIO, size: int) -> tuple[_Audio, Layout] | None:
    layout = Layout(12, _BIG, 2)
    frame, frames, frames_at = 1, None, None
    for chunk in chunks_from(file, layout.first, size, layout):
        if chunk.name == b"COMM" and chunk.size >= 18:
            common = read_padded(file, chunk.start, 22)
            channels, frames, bits = struct.unpack(">HIH", common[:8])
            compression = common[18:22].lower() if chunk.size >= 22 else b"none"
            if compression not in _AIFF_LINEAR:
                return None
            width = 1 if compression in (b"ulaw", b"alaw") else (bits + 7) // 8
            frame, frames_at = max(channels * width, 1), chunk.start + 2
        elif chunk.name == b"SSND":
            (offset,) = _BIG.unpack(read_padded(file, chunk.start, 4))
            start = chunk.start + 8 + offset
            promised = chunk.size - 8 - offset if chunk.size not in (0, *_UNKNOWN) else 0
            if frames is not None and chunk.size not in _UNKNOWN:
                promised = max(promised, frames * frame)
            fields: list[_Field] = [
                (4, _BIG, start - 8),
                (chunk.start - 4, _BIG, 8 + offset),
            ]
            if frames_at is not None:
                fields.append((frames_at, _BIG, None))
            known = None if chunk.size in _UNKNOWN else max(promised, 0)
            return _Audio(start, known, frame, fields), layout
    if frames == 0:
        return None
    raise _NoAudioError


def _wave64(file: BinaryIO, size: int) -> tuple[_Audio, Layout]:
    layout = Layout(40, _LITTLE_64, 8, name_bytes=16, size_counts_header=True)
    frame = 1
    for chunk in chunks_from(file, layout.first, size, layout):
        if chunk.name[:4] == b"fmt " and chunk.size >= 16:
            frame = max(struct.unpack("<H", read_padded(file, chunk.start + 12, 2))[0], 1)
        elif chunk.name[:4] == b"data":
            fields: list[_Field] = [
                (16, _LITTLE_64, chunk.start),
                (chunk.start - 8, _LITTLE_64, layout.header),
            ]
            return _Audio(chunk.start, chunk.size, frame, fields), layout
    raise _NoAudioError


def _caf(file: BinaryIO, size: int) -> tuple[_Audio, Layout]:
    layout = Layout(8, _BIG_64, 1)
    frame = 1
    for chunk in chunks_from(file, layout.first, size, layout):
        if chunk.name == b"desc" and chunk.size >= 32:
            frame = max(_BIG.unpack(read_padded(file, chunk.start + 16, 4))[0], 1)
        elif chunk.name == b"data":
            # After the contents' edit count. -1 is "to the end of the file".
            start, known = chunk.start + 4, None if chunk.size == 2**64 - 1 else max(chunk.size - 4, 0)
            return _Audio(start, known, frame, [(chunk.start - 8, _BIG_64, 4)]), layout
    raise _NoAudioError


def _au(head: bytes) -> tuple[_Audio, Layout]:
    number = _BIG if head[:4] == b".snd" else _LITTLE
    start, promised, encoding, _, channels = (number.unpack_from(head, 4 + 4 * i)[0] for i in range(5))
    width = _AU_WIDTHS.get(encoding, 1)
    known = None if promised in _UNKNOWN else promised
    # There are no chunks: whatever follows is audio.
    audio = _Audio(start, known, max(width * channels, 1), [(8, number, 0)], encoding in _AU_WIDTHS)
    return audio, Layout(0, number, 1)
