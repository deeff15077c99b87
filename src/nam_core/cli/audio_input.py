"""A sound file as the input of a model: the right rate, the right channels, block by block."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import CommandError

if TYPE_CHECKING:
    import soundfile

    from ..audio.arrays import Audio
    from ..model import Model

_NAMED_CHANNELS = {"left": 0, "right": 1}


class AudioInput:
    """An open sound file. Made by ``open_audio``.

    ``rows`` index a block ``(channels, frames)``, one entry per copy of the model that is needed: an
    int for a mono model, a slice of all channels for a model with several inputs.
    """

    def __init__(self, path: str, file: soundfile.SoundFile, model: Model, channel: str | None) -> None:
        self._path = path
        self._file = file
        self._dtype = model.dtype
        self._position = 0
        self.frames: int = file.frames
        self.sample_rate: int = file.samplerate
        self._check_rate(model)
        self.rows = _choose_rows(path, file.channels, model.input_channels, channel)

    def read(self, frames: int = -1) -> Audio:
        """The next frames as ``(channels, frames)`` of the model's dtype, fewer at the end; -1 takes all.

        Raises
        ------
        CommandError
            If the file is damaged, or a sample is not finite.
        """
        with _sound_file_errors(self._path):
            block: Audio = self._file.read(frames, dtype=self._dtype.name, always_2d=True).T
        finite = np.isfinite(block).all(axis=0)
        if not finite.all():
            frame = self._position + int(np.argmin(finite))
            raise CommandError(f"{self._path}: audio must be finite; frame {frame} is not")
        self._position += block.shape[1]
        return np.ascontiguousarray(block)

    def blocks(self, frames: int) -> Iterator[Audio]:
        """The rest of the file, ``frames`` at a time."""
        while (block := self.read(frames)).shape[1]:
            yield block

    def _check_rate(self, model: Model) -> None:
        if self.sample_rate == model.sample_rate:
            return
        wanted = f"{model.sample_rate:.10g}"
        target = Path(self._path).with_name(f"{Path(self._path).stem}-{wanted}.wav")
        command = shlex.join(["sox", self._path, "-r", wanted, str(target), "rate", "-v"])
        raise CommandError(
            f"{self._path} is at {self.sample_rate} Hz, the model at {wanted} Hz; "
            f"resample it first: {command}"
        )


@contextmanager
def open_audio(path: str, model: Model, channel: str | None) -> Iterator[AudioInput]:
    """Open a sound file as the input of a model.

    Parameters
    ----------
    path : of any format that libsndfile reads.
    model : what the file is for.
    channel : "left", "right", "1", "2", ..., or "both" for all channels of a stereo file, each on its own.

    Raises
    ------
    OSError
        If the file cannot be read.
    CommandError
        If it is not a sound file, has another sample rate than the model, or it is not clear which of its
        channels to use.
    """
    import soundfile

    # libsndfile's own word for a missing file is "System error".
    with open(path, "rb"):
        pass
    with _sound_file_errors(path):
        file = soundfile.SoundFile(path)
    with file:
        yield AudioInput(path, file, model, channel)


def read_first_channel(path: str) -> Audio:
    """The first channel of a whole sound file, at whatever rate: float32 ``(frames,)``, one frame or more.

    Raises
    ------
    OSError
        If the file cannot be read.
    CommandError
        If it is not a sound file, is empty, or a sample is not finite.
    """
    import soundfile

    with open(path, "rb"), _sound_file_errors(path):
        samples: Audio = soundfile.read(path, dtype="float32", always_2d=True)[0][:, 0]
    if not samples.size or not np.isfinite(samples).all():
        raise CommandError(f"{path}: audio must be finite, and not empty")
    return np.ascontiguousarray(samples)


@contextmanager
def _sound_file_errors(path: str) -> Iterator[None]:
    import soundfile

    try:
        yield
    # TypeError: a headerless file (.raw), of which nothing is known.
    except (soundfile.SoundFileError, TypeError) as error:
        reason = getattr(error, "error_string", "not a sound file of a known format")
        raise CommandError(f"{path}: {reason}") from error


def _choose_rows(path: str, channels: int, inputs: int, channel: str | None) -> list[Any]:
    has = f"{path} has {channels} channel" + ("s" if channels > 1 else "")
    if inputs > 1:
        if channel is not None:
            raise CommandError("--channel is for models with one input; this one uses all channels at once")
        if channels != inputs:
            raise CommandError(f"{has}; the model takes {inputs}")
        return [slice(None)]
    if channel == "both" and channels <= 2:
        return list(range(channels))
    if channel is None and channels == 1:
        return [0]
    if channel is None or channel == "both":
        names = "left, right or both" if channels == 2 else f"1 to {channels}"
        raise CommandError(f"{has}, the model takes one: choose with --channel {names}")
    index = _NAMED_CHANNELS.get(channel, int(channel) - 1 if channel.isdecimal() else -1)
    if not 0 <= index < channels:
        raise CommandError(f"{has}; there is no channel {channel}")
    return [index]
