"""Writing sound files: WAV (RF64 beyond 4 GB), AIFF and FLAC, the same bytes for the same samples."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..errors import NamAudioError
from .arrays import Audio
from .broadcast import chunk_position
from .figures import Figures
from .safe_writing import OutputFile, replace_file

Result = TypeVar("Result")

# By the ending of a name. libsndfile also writes formats with the time of day or a random number inside
# (Ogg, MAT5), so that no two files are the same; they are left out.
_FORMATS = {
    "wav": "WAV",
    "wave": "WAV",
    "rf64": "RF64",
    "aif": "AIFF",
    "aiff": "AIFF",
    "aifc": "AIFF",
    "flac": "FLAC",
}
# By the name of the sample format, bytes per sample.
_BYTES = {"PCM_S8": 1, "PCM_U8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
_FLOATING_POINT = ("FLOAT", "DOUBLE")
# The sizes in a WAV or AIFF header have 32 bits; this leaves room for the rest of the header.
_MAX_BYTES = 2**32 - 2**16


@dataclass(frozen=True)
class Encoding:
    """How samples are stored: names of soundfile, such as WAV and PCM_24."""

    format: str
    subtype: str

    @property
    def is_float(self) -> bool:
        """Whether samples beyond full scale, and those that are not finite, are kept."""
        return self.subtype in _FLOATING_POINT


def choose_encoding(path: str, subtype: str | None, channels: int, frames: int) -> Encoding:
    """The encoding that a file name asks for: 32-bit float, or the best that the format has.

    Parameters
    ----------
    path : its ending names the format. A .wav becomes RF64 when it does not fit in 4 GB.
    subtype : soundfile's name of a sample format, or None.
    channels, frames : of the whole file.

    Raises
    ------
    NamAudioError
        If the ending is not that of a format above, or the format does not have the subtype or the room.
    """
    import soundfile

    file_format = _FORMATS.get(os.path.splitext(path)[1][1:].lower())
    if file_format is None:
        endings = ", ".join(f".{ending}" for ending in _FORMATS)
        raise NamAudioError(f"the name of a sound file to write must end in one of {endings}", path=path)
    allowed = [name for name in soundfile.available_subtypes(file_format) if name in _BYTES]
    chosen = ("FLOAT" if "FLOAT" in allowed else "PCM_24") if subtype is None else subtype.upper()
    if chosen not in allowed:
        raise NamAudioError(
            f"{file_format} files do not have {subtype}; they have {', '.join(allowed)}", path=path
        )
    size = channels * frames * _BYTES[chosen]
    if file_format == "WAV" and size > _MAX_BYTES:
        file_format = "RF64"
    if file_format == "AIFF" and size > _MAX_BYTES:
        raise NamAudioError(f"{size:,} bytes of audio do not fit in an AIFF file; use .wav", path=path)
    return Encoding(file_format, chosen)


class AudioWriter:
    """A sound file that is being written. Made by ``create_audio``; ``figures`` are of what was written."""

    def __init__(self, write: Callable[[Audio], None], encoding: Encoding) -> None:
        self._write = write
        self._encoding = encoding
        self.figures = Figures()

    def write(self, block: Audio) -> None:
        """Append ``(channels, frames)``. Raises OSError, such as that the disk is full."""
        self.figures.add(block)
        if self.figures.not_finite and not self._encoding.is_float:
            # An integer has no NaN; what the processor makes of one is full scale.
            block = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        self._write(block)

    def warn(self, path: str) -> None:
        """Warn of samples that are not finite, or were clipped, or are far beyond full scale."""
        figures, keeps = self.figures, self._encoding.is_float
        if figures.not_finite:
            fate = "" if keeps else "; NaN is stored as 0"
            warnings.warn(f"{path}: {figures.describe_not_finite()}{fate}", stacklevel=3)
        if figures.over_full_scale and not keeps:
            warnings.warn(
                f"{path}: {figures.over_full_scale:,} samples were clipped, by up to "
                f"{figures.decibels_over_full_scale:.1f} dB; a float subtype keeps them",
                stacklevel=3,
            )
        elif peak := figures.describe_peak():
            warnings.warn(f"{path}: {peak}", stacklevel=3)


@contextmanager
def create_audio(
    path: str, encoding: Encoding, sample_rate: int, channels: int, bext: bytes = b""
) -> Iterator[AudioWriter]:
    """Write a sound file by ``safe_writing.replace_file``: complete under its name when the block ends.

    The same samples give the same bytes, whenever and wherever: the file holds no time.

    Parameters
    ----------
    path : an existing file of this name is replaced.
    encoding : from ``choose_encoding``.
    sample_rate, channels : of the file.
    bext : a chunk for a WAV (``Broadcast.chunk``); other formats have no such thing.

    Raises
    ------
    OSError
        If the file cannot be written; the reason is the system's.
    NamAudioError
        If the format does not have this sample rate or number of channels.
    """
    import soundfile

    # In a thread of its own, libsndfile's calls back to Python never see Ctrl-C, which they would swallow.
    with replace_file(path) as file, ThreadPoolExecutor(1, "nam_core-writer") as thread:
        position = chunk_position(encoding.format)
        sink = _Sink(file, position or 0, bext if position is not None else b"")

        def call(work: Callable[..., Result], *arguments: Any) -> Result:
            try:
                return thread.submit(work, *arguments).result()
            except (soundfile.SoundFileError, AssertionError) as error:
                # An AssertionError is soundfile's way to say that not everything was written.
                reason = getattr(error, "error_string", None) or "cannot be written"
                raise NamAudioError(reason, path=path) from error
            finally:
                # libsndfile reports "System error", or nothing.
                if sink.error is not None:
                    raise sink.error

        opened: list[soundfile.SoundFile] = []

        def create() -> None:
            options = {"subtype": encoding.subtype, "format": encoding.format}
            opened.append(soundfile.SoundFile(sink, "w", sample_rate, channels, **options))

        def close() -> None:
            while opened:
                opened.pop().close()

        try:
            call(create)
            yield AudioWriter(lambda block: call(opened[0].write, block.T), encoding)
            call(close)
        except BaseException:
            # Ctrl-C may have ended the waiting for a call that goes on: it is closed after that.
            sink.is_closed = True
            thread.submit(close)
            raise
        if sink.inserted:
            _add_to_size(file, encoding.format, len(sink.inserted))
        _remove_time(file, encoding.format)


class _Sink:
    """The object that libsndfile writes to. It keeps its first error, because libsndfile drops exceptions.

    A chunk that libsndfile does not know of lies at ``position`` in the file: for it, the file has no gap.
    """

    def __init__(self, file: OutputFile, position: int, inserted: bytes) -> None:
        self._file = file
        self._position = position
        self.inserted = inserted
        self._is_inserted = False
        self.error: OSError | None = None
        self.is_closed = False

    def write(self, data: bytes) -> int:
        if self.error is None and not self.is_closed:
            try:
                return self._write(data)
            except OSError as error:
                self.error = error
        return 0

    def _write(self, data: bytes) -> int:
        start = self.tell()
        before = max(0, self._position - start) if start + len(data) >= self._position else len(data)
        if before and self.inserted:
            written = self._file.write(data[:before])
            if before == self._position - start:
                self._file.write(self.inserted)
                self._is_inserted = True
            return written + self._file.write(data[before:])
        return self._file.write(data)

    def seek(self, offset: int, whence: int) -> int:
        if self.is_closed:
            return 0
        target = offset
        if whence == os.SEEK_CUR:
            target += self.tell()
        elif whence == os.SEEK_END:
            target += self._file.seek(0, os.SEEK_END) - self._gap
        self._file.seek(target + (self._gap if target >= self._position else 0))
        return target

    def tell(self) -> int:
        if self.is_closed:
            return 0
        place = self._file.tell()
        return place - self._gap if place >= self._position + self._gap else place

    @property
    def _gap(self) -> int:
        return len(self.inserted) if self._is_inserted else 0


def _add_to_size(file: OutputFile, file_format: str, size: int) -> None:
    """Count a chunk in the header of a WAV or RF64."""
    position, form = (20, struct.Struct("<Q")) if file_format == "RF64" else (4, struct.Struct("<I"))
    (before,) = form.unpack(_read_at(file, position, form.size))
    file.seek(position)
    file.write(form.pack(before + size))


def _remove_time(file: OutputFile, file_format: str) -> None:
    """Write 0 for the time of day in the PEAK chunk, which files of float samples have."""
    if file_format == "FLAC":
        return
    size = struct.Struct(">I" if file_format == "AIFF" else "<I")
    position = 12
    while len(header := _read_at(file, position, 8)) == 8:
        name, (length,) = header[:4], size.unpack(header[4:])
        if name == b"PEAK":
            # After the chunk's version.
            file.seek(position + 12)
            file.write(bytes(4))
        if name in (b"PEAK", b"data", b"SSND"):
            return
        position += 8 + length + length % 2


def _read_at(file: OutputFile, position: int, size: int) -> bytes:
    file.seek(position)
    return file.read(size)
