"""Applies an alignment to a recording of any length, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .alignment import Alignment
from .takes import Read, Samples, Take

# Taps on either side of a frame in the interpolation between samples. With this window, frequencies below 0.9
# of half the rate are right to -90 dB.
_REACH = 48
_KAISER_BETA = 10.0


@dataclass(frozen=True, eq=False)
class Shifted:
    """A recording shifted to the position and polarity of the reference; with ``gain``, to its level too.

    ``first`` and ``end`` are the limits of the recording in frames of the reference.
    """

    recording: Take
    alignment: Alignment
    gain: bool
    frames: int  # of the reference

    @property
    def name(self) -> str:
        """The name of the recording."""
        return self.recording.name

    @property
    def sample_rate(self) -> float:
        """The sample rate of the recording, Hz."""
        return self.recording.sample_rate

    @property
    def first(self) -> int:
        """The first frame of the reference that the recording covers."""
        return max(0, -round(self.alignment.delay))

    @property
    def end(self) -> int:
        """The frame after the last one that the recording covers."""
        return max(self.first, min(self.frames, self.recording.frames - round(self.alignment.delay)))

    @contextmanager
    def open(self) -> Iterator[Read]:
        """See ``Take``. Frames that the recording does not cover are silent."""
        whole = round(self.alignment.delay)
        part = self.alignment.delay - whole
        at = np.arange(-_REACH, _REACH + 1) - part
        factor = self.alignment.polarity * (10.0 ** (-self.alignment.gain_db / 20.0) if self.gain else 1.0)
        window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1.0 - (at / (_REACH + 1)) ** 2, 0.0, None)))
        taps = factor * np.sinc(at) * window / np.i0(_KAISER_BETA)
        with self.recording.open() as read:
            waiting = np.zeros(max(0, _REACH - whole))
            skipped = max(0, whole - _REACH)
            left = self.frames

            def shifted(frames: int) -> Samples:
                nonlocal waiting, skipped, left
                while skipped > 0 and (block := read(min(skipped, 1 << 16))).size:
                    skipped -= block.size
                wanted = min(frames, left)
                left -= wanted
                missing = wanted + 2 * _REACH - waiting.size
                if missing > 0:
                    found = read(missing)
                    waiting = np.concatenate([waiting, found, np.zeros(missing - found.size)])
                # A convolution with the reversed taps is a correlation with the taps.
                out = np.convolve(waiting[: wanted + 2 * _REACH], taps[::-1], "valid")[:wanted]
                waiting = waiting[wanted:]
                return np.asarray(out, np.float32)

            yield shifted
