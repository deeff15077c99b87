"""The sounds that are evaluated: recordings in files or arrays, or another model's output; read piece by
piece.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..audio.reader import open_audio
from ..errors import NamAudioError
from ..model import Model
from ..offline.recording import choose_rows, of_file
from ..offline.rendering import render

Samples = npt.NDArray[np.float32]
# Reads the next frames: as many as it is asked for, or fewer at the end of the recording.
Read = Callable[[int], Samples]

BLOCK_FRAMES = 1 << 16
# The output of a model is kept in memory for recordings up to this long: 87 s at 48 kHz, 16 MB.
_KEPT_FRAMES = 1 << 22


class Take(Protocol):
    """One channel of sound. It can be opened, and read from its start, any number of times."""

    @property
    def name(self) -> str:
        """The name in messages."""

    @property
    def frames(self) -> int:
        """The number of frames."""

    @property
    def sample_rate(self) -> float:
        """The sample rate in Hz."""

    def open(self) -> AbstractContextManager[Read]:
        """A context whose function reads the frames in order, from the first one on, as float32."""


class FileTake:
    """One channel of a sound file of any length.

    Raises OSError and NamAudioError as ``open_audio``, and if the file has several channels and none is
    chosen.
    """

    def __init__(self, path: str | os.PathLike[str], channel: int | str | None = None) -> None:
        self.name = os.fspath(path)
        with open_audio(path) as file:
            (self._row,) = choose_rows(of_file(file, "float32"), 1, channel)
            self.frames = file.frames
            self.sample_rate = float(file.sample_rate)

    @contextmanager
    def open(self) -> Iterator[Read]:
        """See ``Take``."""
        with open_audio(self.name) as file:
            yield lambda frames: np.asarray(file.read(frames)[self._row])


@dataclass(frozen=True, eq=False)
class ArrayTake:
    """Samples ``(frames,)`` in memory. Raises NamAudioError if the shape is not that or a sample is not
    finite, TypeError if they are not numbers.
    """

    samples: npt.ArrayLike
    sample_rate: float
    name: str

    def __post_init__(self) -> None:
        try:
            array = np.asarray(self.samples, dtype=np.float32)
        except (TypeError, ValueError):
            found = type(self.samples).__name__
            raise TypeError(f"{self.name} must be an array of numbers; found {found}") from None
        if array.ndim != 1 or not np.isfinite(array).all():
            raise NamAudioError(f"{self.name} must be finite, of shape (frames,); found {array.shape}")
        object.__setattr__(self, "samples", array)

    @property
    def frames(self) -> int:
        """The number of frames."""
        return int(np.size(self.samples))

    @contextmanager
    def open(self) -> Iterator[Read]:
        """See ``Take``."""
        place = 0

        def read(frames: int) -> Samples:
            nonlocal place
            piece = np.asarray(self.samples)[place : place + frames]
            place += len(piece)
            return piece

        yield read


class ModelTake:
    """The output of a model for a dry recording. The model's state does not change."""

    def __init__(self, model: Model, dry: Take, name: str) -> None:
        self.model, self.dry, self.name = model, dry, name
        self._kept: ArrayTake | None = None

    @property
    def frames(self) -> int:
        """The number of frames of the dry recording."""
        return self.dry.frames

    @property
    def sample_rate(self) -> float:
        """The sample rate of the dry recording, Hz."""
        return self.dry.sample_rate

    @contextmanager
    def open(self) -> Iterator[Read]:
        """See ``Take``."""
        if self._kept is None and self.frames <= _KEPT_FRAMES:
            dry = np.concatenate([np.zeros(0, np.float32), *blocks(self.dry)])
            self._kept = ArrayTake(render(self.model, dry), self.sample_rate, self.name)
        if self._kept is not None:
            with self._kept.open() as read:
                yield read
            return
        player = self.model.copy()
        player.reset()
        with self.dry.open() as read:
            yield lambda frames: np.asarray(player.process(read(frames)), dtype=np.float32)


def blocks(recording: Take) -> Iterator[Samples]:
    """The whole recording, block by block."""
    with recording.open() as read:
        while (block := read(BLOCK_FRAMES)).size:
            yield block


def excerpt(recording: Take, start: int, frames: int) -> Samples:
    """``frames`` frames from ``start`` on, or as many as there are; frames before 0 are left out."""
    kept: list[Samples] = []
    place = 0
    for block in blocks(recording):
        kept.append(block[max(0, start - place) : max(0, start + frames - place)])
        place += block.size
        if place >= start + frames:
            break
    return np.concatenate([np.zeros(0, np.float32), *kept])
