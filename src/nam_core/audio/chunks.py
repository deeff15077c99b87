"""Files that are made of chunks: name, size, contents; and which chunks may follow the audio."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

# What may follow the audio of a file of chunks. Anything else there counts as audio.
_NAMES = """
    LIST list fact cue smpl inst bext iXML JUNK junk FLLR PAD PEAK DISP _PMX axml chna afsp umid
    acid strc cart plst note labl ltxt levl LGWV SAUR CDif minf elm1 regn id3 ID3 MARK COMT INST
    MIDI AESD APPL NAME AUTH (c) ANNO SAXL basc trns cate wavl slnt ResU r64m FVER CHAN chan info
    edct ovvw peak uuid strg mark uwav Cr8r free
"""
_CHUNKS = frozenset(name.ljust(4) for name in _NAMES.split())
_TAG_BYTES = 128
_MOST_CHUNKS = 1000
_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")


@dataclass(frozen=True)
class Layout:
    """How a format lays out its chunks.

    Attributes
    ----------
    first : where the first chunk begins.
    size : how a size is stored. size_counts_header : whether it includes name and size.
    align : a chunk begins at a multiple of this.
    name_bytes : length of a name.
    """

    first: int
    size: struct.Struct
    align: int
    name_bytes: int = 4
    size_counts_header: bool = False

    @property
    def header(self) -> int:
        """Bytes of name and size together."""
        return self.name_bytes + self.size.size


@dataclass
class Chunk:
    """A chunk; ``size`` is what its header says, which may be more than is there."""

    name: bytes
    start: int  # of its contents
    size: int


def is_no_audio(file: BinaryIO, position: int, size: int, layout: Layout) -> bool:
    """Whether the bytes after the audio are a chunk, or an old tag of MP3 programs."""
    file.seek(position)
    rest = file.read(_TAG_BYTES + 1)
    if rest[:3] == b"TAG" and len(rest) == _TAG_BYTES:
        return True
    # Some programs leave out the byte that makes the length even.
    padded = position + (-position) % layout.align
    return any(_is_chunk(file, place, size, layout) for place in {padded, position})


def _is_chunk(file: BinaryIO, position: int, size: int, layout: Layout) -> bool:
    """Whether a chunk of a known name begins here, or chunks of any names that end with the file."""
    chunks = list(islice(chunks_from(file, position, size, layout), _MOST_CHUNKS))
    if not chunks:
        return False
    first, last = chunks[0], chunks[-1]
    if layout.name_bytes > 4:
        return first.name.endswith(_W64_TAIL)
    # Digital silence reads as a row of empty chunks without names.
    are_named = all(chunk.name.isascii() and chunk.name.decode().isprintable() for chunk in chunks)
    ends_with_file = 0 <= size - last.start - last.size <= 1
    return first.name.decode("latin-1") in _CHUNKS or (are_named and ends_with_file)


def chunks_from(file: BinaryIO, position: int, end: int, layout: Layout) -> Iterator[Chunk]:
    """The chunks from this position on, as far as their headers lie before ``end``."""
    while position + layout.header <= end:
        file.seek(position)
        header = file.read(layout.header)
        if len(header) < layout.header:
            return
        (length,) = layout.size.unpack(header[layout.name_bytes :])
        if layout.size_counts_header:
            length = max(length - layout.header, 0)
        start = position + layout.header
        yield Chunk(header[: layout.name_bytes], start, length)
        position = start + length + (-length) % layout.align


def read_padded(file: BinaryIO, position: int, size: int) -> bytes:
    """Read this many bytes; zeros stand for bytes beyond the end of the file."""
    file.seek(position)
    return file.read(size).ljust(size, b"\0")
