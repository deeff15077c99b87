"""A sound file as the output of a model: complete under its name, or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .messages import CommandError

if TYPE_CHECKING:
    import soundfile

    from ..audio.arrays import Audio

# Samples beyond full scale survive in these.
_FLOATING_POINT = ("FLOAT", "DOUBLE")
# The sizes in a WAV header have 32 bits; this leaves room for the rest of the header.
_WAV_MAX_BYTES = 2**32 - 2**16
_MAX_BYTES_PER_SAMPLE = 8


@dataclass(frozen=True)
class Encoding:
    """How samples are stored: names of soundfile, such as WAV and PCM_24."""

    format: str
    subtype: str

    @property
    def clips(self) -> bool:
        """Whether samples beyond full scale are lost."""
        return self.subtype not in _FLOATING_POINT


class AudioOutput:
    """A sound file that is being written. Made by ``create_audio``.

    ``clipped`` counts the samples that did not fit, ``peak`` is the largest magnitude, 1.0 being full scale.
    """

    def __init__(self, file: soundfile.SoundFile, encoding: Encoding) -> None:
        self._file = file
        self._clips = encoding.clips
        self.clipped = 0
        self.peak = 0.0

    def write(self, block: Audio) -> None:
        """Append ``(channels, frames)``."""
        magnitude = np.abs(block)
        self.peak = max(self.peak, float(magnitude.max(initial=0.0)))
        if self._clips:
            self.clipped += int(np.count_nonzero(magnitude > 1.0))
        self._file.write(block.T)


def choose_encoding(path: str, subtype: str | None, channels: int, frames: int) -> Encoding:
    """The encoding that a file name asks for: 32-bit float, or the best that the format has.

    Parameters
    ----------
    path : its extension names the format. A .wav becomes RF64 when it may not fit in 4 GB.
    subtype : soundfile's name of a sample format, or None.
    channels, frames : of the whole file.

    Raises
    ------
    CommandError
        If the extension is not that of a sound file, or the format does not have the subtype.
    """
    import soundfile

    extension = Path(path).suffix[1:].upper()
    file_format = {"AIF": "AIFF", "WAVE": "WAV"}.get(extension, extension)
    if not soundfile.check_format(file_format):
        raise CommandError(f"{path}: the name must end as a sound file's does, such as .wav or .flac")
    if file_format == "WAV" and channels * frames * _MAX_BYTES_PER_SAMPLE > _WAV_MAX_BYTES:
        file_format = "RF64"
    if subtype is None:
        candidates = ("FLOAT", "PCM_24", soundfile.default_subtype(file_format))
        subtype = next(name for name in candidates if soundfile.check_format(file_format, name))
    elif not soundfile.check_format(file_format, subtype):
        allowed = ", ".join(soundfile.available_subtypes(file_format))
        raise CommandError(f"{file_format} files do not have {subtype}; they have {allowed}")
    return Encoding(file_format, subtype.upper())


@contextmanager
def create_audio(path: str, encoding: Encoding, sample_rate: int, channels: int) -> Iterator[AudioOutput]:
    """Write a sound file. It appears under its name when the block ends, and not at all if that fails.

    Parameters
    ----------
    path : an existing file of this name is replaced.
    encoding : from ``choose_encoding``.
    sample_rate, channels : of the file.

    Raises
    ------
    CommandError
        If the file cannot be written.
    """
    import soundfile

    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise CommandError(f"{path}: not a file that can be replaced")
    # In the same folder, so that the renaming is one step.
    partial = target.with_name(f".nam-core-{os.getpid()}.partial")
    try:
        # libsndfile's own word for every failure is "System error".
        with open(partial, "wb"):
            pass
        with soundfile.SoundFile(
            partial, "w", sample_rate, channels, encoding.subtype, format=encoding.format
        ) as file:
            yield AudioOutput(file, encoding)
        partial.replace(target)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except soundfile.SoundFileError as error:
        raise CommandError(f"{path}: {getattr(error, 'error_string', error)}") from error
    finally:
        with suppress(OSError):
            partial.unlink()
