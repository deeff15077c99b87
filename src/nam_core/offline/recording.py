"""The input of a render: a file or an array, the part of it to play, and the channels that a model plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..audio.arrays import Audio
from ..audio.reader import AudioReader
from ..errors import NamAudioError
from ..model import Model
from .blocks import Blocks

_DROPPED_FRAMES = 1 << 16
_NAMED_CHANNELS = {"left": 0, "right": 1}


@dataclass(frozen=True)
class Recording:
    """A signal that can be read once, from its start to its end.

    Attributes
    ----------
    channels : of the signal. frames : number of frames, as far as known. sample_rate : Hz.
    read : returns the next frames as ``(channels, frames)``; fewer at the end.
    path : for messages; None for an array.
    """

    channels: int
    frames: int
    sample_rate: float
    read: Callable[[int], Audio]
    path: str | None = None


def of_array(audio: Audio, sample_rate: float) -> Recording:
    """An array ``(channels, frames)``."""
    position = 0

    def read(frames: int) -> Audio:
        nonlocal position
        position += frames
        return audio[:, position - frames : position]

    return Recording(audio.shape[0], audio.shape[1], sample_rate, read)


def of_file(source: AudioReader, dtype: str) -> Recording:
    """An open sound file, read as this dtype."""
    return Recording(
        source.channels,
        source.frames,
        float(source.sample_rate),
        lambda frames: source.read(frames, dtype),
        source.path,
    )


class Stretch:
    """The frames of a recording from ``start`` up to ``end`` seconds.

    Attributes
    ----------
    frames : expected number of frames; after ``blocks`` has ended, the actual number.

    Raises
    ------
    NamAudioError
        If the recording ends before ``start``.
    """

    def __init__(self, recording: Recording, start: float, end: float | None) -> None:
        self._recording = recording
        self.first = round(start * recording.sample_rate)
        if self.first > 0 and self.first >= recording.frames:
            seconds = recording.frames / recording.sample_rate
            raise NamAudioError(
                f"it is {seconds:.6g} s long, and the part to play starts at {start:.6g} s",
                path=recording.path,
            )
        last = recording.frames if end is None else round(end * recording.sample_rate)
        self._to_end = last >= recording.frames
        self.frames = min(last, recording.frames) - self.first

    def blocks(self, lengths: Iterator[int]) -> Blocks:
        """The frames, in blocks of these lengths."""
        to_drop = self.first
        while to_drop > 0 and (dropped := self._recording.read(min(to_drop, _DROPPED_FRAMES)).shape[1]):
            to_drop -= dropped
        wanted, found = self.frames, 0
        # The reader is called until it returns nothing: only then does it warn of damage at the end of a
        # file.
        while self._to_end or found < wanted:
            length = next(lengths)
            block = self._recording.read(length if self._to_end else min(length, wanted - found))
            if not block.shape[1]:
                break
            found += block.shape[1]
            yield block
        self.frames = found


def choose_rows(recording: Recording, inputs: int, channel: int | str | None) -> list[Any]:
    """Indices into a block ``(channels, frames)`` of a recording, one for each copy of the model.

    Parameters
    ----------
    recording : what is played.
    inputs : input channels of the model.
    channel : as in ``RenderOptions``.

    Returns
    -------
    An int for each channel that a mono model plays, or a slice of all channels for a model with several
    inputs.

    Raises
    ------
    NamAudioError
        If it is not clear which channels to play, or the recording does not have them.
    """
    count = recording.channels
    has = f"it has {count} channel" + ("s" if count > 1 else "")
    if inputs > 1:
        if channel is not None:
            raise NamAudioError("a channel is chosen for a model with one input; this one uses all at once")
        if count != inputs:
            raise NamAudioError(f"{has}, and the model takes {inputs}", path=recording.path)
        return [slice(None)]
    if channel == "all" or (channel == "both" and count <= 2):
        return list(range(count))
    if channel is None and count == 1:
        return [0]
    if channel is None or channel == "both":
        names = "left, right or both" if count == 2 else f"1 to {count}, or all"
        raise NamAudioError(
            f"{has}, and the model takes one: choose with --channel {names}", path=recording.path
        )
    text = str(channel)
    index = _NAMED_CHANNELS.get(text, int(text) - 1 if text.isdecimal() else -1)
    if not 0 <= index < count:
        raise NamAudioError(f"{has}; there is no channel {text}", path=recording.path)
    return [index]


def check_rate(recording: Recording, model: Model, way_out: str) -> None:
    """Raise NamAudioError, which says how to proceed, if the recording's sample rate is not the model's."""
    if recording.sample_rate == model.sample_rate:
        return
    rate, wanted = f"{recording.sample_rate:.10g}", f"{model.sample_rate:.10g}"
    if model.architecture == "Linear":
        raise NamAudioError(
            f"recorded at {rate} Hz, and the impulse response at {wanted} Hz; let the response be resampled "
            f"with --sample-rate {rate} (load(..., sample_rate={rate})), or {way_out}",
            path=recording.path,
        )
    assumed = "" if model.sample_rate_known else ", which is assumed because its file states none"
    raise NamAudioError(
        f"recorded at {rate} Hz, and the model runs at {wanted} Hz{assumed}; {way_out}", path=recording.path
    )
