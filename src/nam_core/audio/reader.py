"""Reads sound files block by block, to the last sample; warns if the header states another length."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import numpy as np

from ..errors import NamAudioError
from .arrays import Audio
from .containers import Finding, examine
from .figures import Figures
from .flac import FlacSum, examine_flac
from .ogg import examine_ogg

if TYPE_CHECKING:
    import soundfile

Result = TypeVar("Result")

_BLOCK_FRAMES = 1 << 16
# What libsndfile says of a stream of unknown length is 2**63 - 1.
_UNKNOWN_FRAMES = 1 << 60
_AGAIN = "save it again as WAV, or download it again"
# What some of libsndfile's words for a file's faults mean.
_WORDS = {
    "Internal error : SF_INFO struct incomplete": "its header states no sample rate, or no channels",
    "Channel count is zero": "its header states no channels",
    "Bad channel count": "its header states no channels",
    "Unspecified internal error": "its header contradicts itself",
    "Format not recognised": "it is not of a known sound format",
    "File contains data in an unimplemented format": "its samples have a form that is not known here",
    "Error : unknown error in flac decoder": "its FLAC data are damaged or cut off",
}
_FLOATING_POINT = ("FLOAT", "DOUBLE")
# In the others a frame is found by decoding what comes before it.
_SEEKABLE = ("WAV", "WAVEX", "RF64", "W64", "AIFF", "CAF", "FLAC")


class AudioReader:
    """An open sound file. Made by ``open_audio``.

    Attributes
    ----------
    path : as it was given.
    frames : that the file holds, as far as can be known without decoding it.
    sample_rate : Hz. channels : of the file.
    """

    def __init__(
        self, path: str, file: soundfile.SoundFile, thread: ThreadPoolExecutor, md5: FlacSum | None = None
    ) -> None:
        self.path = path
        self.frames: int = file.frames
        self.sample_rate: int = file.samplerate
        self.channels: int = file.channels
        self._file = file
        self._thread = thread
        self._figures = Figures()
        self._ended = False
        self._md5 = md5

    def read(self, frames: int, dtype: str = "float32") -> Audio:
        """The next frames as ``(channels, frames)``, full scale 1.0; fewer, or none, at the end.

        At the end of the file, warns if it was shorter than it says, or louder than sound can be.

        Raises
        ------
        NamAudioError
            If the file is damaged so that it cannot be decoded, or a sample is NaN or infinite; the message
            then counts them, in the rest of the file as well.
        """
        block = self._next(frames, dtype)
        if self._figures.not_finite:
            while self._next(_BLOCK_FRAMES, dtype).size:
                pass
            found = self._figures.describe_not_finite()
            raise NamAudioError(f"audio must be finite; {found}; export it again", path=self.path)
        return block

    def read_rest(self, dtype: str = "float32", frames: int | None = None) -> Audio:
        """The remaining frames as ``(channels, frames)``, or at most this many. Raises as ``read``."""
        left = self.frames if frames is None else frames
        blocks = [np.zeros((self.channels, 0), dtype)]
        while left > 0 and (block := self.read(min(left, _BLOCK_FRAMES), dtype)).shape[1]:
            blocks.append(block)
            left -= block.shape[1]
        if frames is None:
            self.read(1, dtype)  # the end, where warnings are
        return np.concatenate(blocks, axis=1)

    def skip(self, frames: int) -> None:
        """Go on so many frames later. Formats without loss do that without decoding; a FLAC's sum is then not
        checked. Raises as ``read``.
        """
        if self._file.format not in _SEEKABLE or self._figures.frames + frames > self.frames:
            while frames > 0 and (dropped := self.read(min(frames, _BLOCK_FRAMES)).shape[1]):
                frames -= dropped
            return
        self._md5 = None
        place = self._figures.frames + frames
        self._called(lambda: self._file.seek(place), frames)
        self._figures.frames = place

    def _next(self, frames: int, dtype: str) -> Audio:
        read = self._figures.frames
        wanted = min(frames, self.frames - read)
        if wanted > 0:
            block: Audio = self._decode(wanted, dtype)
        else:
            block = np.zeros((self.channels, 0), dtype)
        self._figures.add(block)
        if self._md5 is not None:
            self._md5.add(block)
        if block.shape[1] < frames and not self._ended:
            self._ended = True
            self._warn_at_end()
        return block

    def _decode(self, frames: int, dtype: str) -> Audio:
        def read() -> Audio:
            block: Audio = self._file.read(frames, dtype=dtype, always_2d=True).T
            return np.ascontiguousarray(block)

        return self._called(read, frames)

    def _called(self, work: Callable[[], Result], frames: int) -> Result:
        """What libsndfile gives, about to go on by so many frames."""
        import soundfile

        try:
            return _in(self._thread, work)
        except soundfile.SoundFileError as error:
            raise NamAudioError(
                f"damaged: decoding fails between frame {self._figures.frames:,} and "
                f"{self._figures.frames + frames:,}, of {self.frames:,} that its header promises "
                f"({_reason(error)}); {_AGAIN}",
                path=self.path,
            ) from error

    def _warn_at_end(self) -> None:
        figures = self._figures
        if figures.frames < self.frames:
            read = f"but only {figures.frames:,} could be read"
            _warn(self.path, f"damaged: its header promises {self.frames:,} frames, {read}")
        elif self._md5 is not None and self._md5.differs:
            _warn(self.path, f"damaged: its {self.frames:,} frames are not those that were encoded (MD5)")
        if (peak := figures.describe_peak()) and self._file.subtype in _FLOATING_POINT:
            hint = "are these integers? A float file is at full scale at 1.0, not at 32768 or 8388608"
            _warn(self.path, f"{peak}; {hint}")


@contextmanager
def open_audio(source: str | os.PathLike[str] | bytes, name: str | None = None) -> Iterator[AudioReader]:
    """Open a sound file of any format that libsndfile reads, by its name, or its contents as bytes.

    Messages call contents ``name``.

    All samples that are in the file are read, whatever its header says of their number; where the two
    differ, a warning says so, with the figures.

    Raises
    ------
    OSError
        If the file cannot be read.
    NamAudioError
        If it is not a sound file, or too damaged to be read.
    """
    name = (name or "sound file in memory") if isinstance(source, bytes) else os.fspath(source)
    # libsndfile's own word for a missing file is "System error".
    with _bytes_of(source) as raw, ThreadPoolExecutor(1, "nam_core-reader") as thread:
        if not raw.seekable():
            raise NamAudioError("this is a pipe; sound is read from files, whose length is known", path=name)
        if not raw.seek(0, os.SEEK_END):
            raise NamAudioError(f"the file is empty; {_AGAIN}", path=name)
        finding = examine(raw) or examine_flac(raw) or examine_ogg(raw)
        if finding is not None and finding.is_fatal:
            raise NamAudioError(finding.message, path=name)
        # libsndfile opens a file by itself, unless it must not see the header as it is. A name that is not
        # UTF-8 goes to it as bytes.
        sound: Any = os.fsencode(name) if os.name != "nt" else name
        if finding is not None and finding.patches:
            sound = _Patched(raw, finding)
        elif isinstance(source, bytes):
            sound = io.BytesIO(source)
        opened: list[soundfile.SoundFile] = []
        try:
            _open(thread, sound, opened, finding, name)
            (file,) = opened
            if file.frames >= _UNKNOWN_FRAMES:
                raise NamAudioError(
                    f"its header does not say how long it is, nor does its end; {_AGAIN}", path=name
                )
            if finding is not None:
                _warn(name, finding.message)
            # Where the end is missing, the sum cannot be right.
            is_whole_flac = file.format == "FLAC" and finding is None
            yield AudioReader(name, file, thread, FlacSum(raw) if is_whole_flac else None)
        finally:
            # In the thread, where a call may still be under way.
            thread.submit(lambda: [file.close() for file in opened])


def read_audio(
    source: str | os.PathLike[str] | bytes, dtype: str = "float32", name: str | None = None
) -> tuple[Audio, int]:
    """A whole sound file, ``(channels, frames)``, and its sample rate in Hz.

    ``name`` is as for ``open_audio``. Raises as that.
    """
    with open_audio(source, name) as file:
        return file.read_rest(dtype), file.sample_rate


def _bytes_of(source: str | os.PathLike[str] | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")


def _open(
    thread: ThreadPoolExecutor,
    source: Any,
    opened: list[soundfile.SoundFile],
    finding: Finding | None,
    name: str,
) -> None:
    """Put the file into ``opened``, where it is found even if this waiting is ended by Ctrl-C."""
    import soundfile

    try:
        _in(thread, lambda: opened.append(soundfile.SoundFile(source)))
    # TypeError: a headerless file (.raw), of which nothing is known.
    except (soundfile.SoundFileError, TypeError) as error:
        damage = f"{finding.message}; " if finding else ""
        raise NamAudioError(f"{damage}cannot be read: {_reason(error)}; {_AGAIN}", path=name) from error


class _Patched(io.RawIOBase):
    """A file with some bytes of its header replaced, for reading."""

    def __init__(self, file: BinaryIO, finding: Finding) -> None:
        self._file = file
        self._patches = finding.patches
        file.seek(0)

    def readinto(self, buffer: Any) -> int:
        start = self._file.tell()
        view = memoryview(buffer).cast("B")
        size: int = self._file.readinto(view)  # type: ignore[attr-defined]  # both kinds have it
        for position, patch in self._patches:
            for offset, byte in enumerate(patch, position - start):
                if 0 <= offset < size:
                    view[offset] = byte
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        # A damaged header sends libsndfile anywhere; where there is nothing, the file stays where it is.
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError):
            return self._file.tell()

    def tell(self) -> int:
        return self._file.tell()


def _in(thread: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    """The result of work in that thread: Ctrl-C ends the waiting, and not a call between C and Python."""
    return thread.submit(work).result()


def _reason(error: Exception) -> str:
    text: str = getattr(error, "error_string", None) or "Format not recognised"
    return _WORDS.get(text.rstrip("."), text.rstrip("."))


def _warn(path: str, message: str) -> None:
    warnings.warn(f"{path}: {message}", stacklevel=4)
