"""Segments of recordings, dry and through models."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio
from ..audio.reader import open_audio
from ..errors import NamError
from ..model import Model
from ..offline.pieces import Piece, Voice, past_start, run_pieces
from .draws import draw_gain

# Seconds that a model without a finite receptive field (an LSTM) plays before a segment. Eight seconds do not
# bring the result nearer to that of the whole recording (docs/datasets.md): the difference that remains is
# rounding.
_LSTM_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Part:
    """Some segments of a recording: ``starts`` is int64 ``(segments,)``, in rising order."""

    name: str
    path: str
    sha256: str
    row: int
    starts: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Segment:
    """The dry signal of a segment, with its gain, and the models' outputs for it.

    Attributes
    ----------
    recording : name of the recording. start : first frame in the recording. gain_db : gain of the dry signal.
    dry : float ``(length,)``. wet : one such array for each model.
    """

    recording: str
    start: int
    gain_db: float
    dry: Audio
    wet: list[Audio]


@dataclass(frozen=True)
class Gains:
    """The seed of the gains, and the lowest and highest gain in dB, or None for no gain."""

    seed: int
    limits: tuple[float, float] | None

    def of(self, part: Part, start: int) -> float:
        """The gain in dB of the segment that starts at frame ``start``."""
        return 0.0 if self.limits is None else draw_gain(self.seed, part.sha256, start, self.limits)


def make_segments(
    parts: Sequence[Part], models: Sequence[Model], length: int, gains: Gains, threads: int
) -> Iterator[Segment]:
    """Yield the segments in order. Memory depends only on the length of a segment.

    A segment has the same bits as ``render`` gives for the whole recording times the gain, because each model
    first plays its receptive field before the segment. A model without a finite receptive field (an LSTM)
    plays one second before it.

    Raises
    ------
    OSError, NamError
        If a recording cannot be read, or a model returns samples that are not finite.
    """
    known: deque[tuple[str, int, float, Audio]] = deque()

    def pieces() -> Iterator[Piece]:
        for part in parts:
            for start, window in _windows(part, models, length):
                gain_db = gains.of(part, start)
                # The same samples that ``render`` would get.
                heard = window if gain_db == 0.0 else window * np.float32(10.0 ** (gain_db / 20.0))
                known.append((part.name, start, gain_db, heard[-length:]))
                for number, model in enumerate(models):
                    past = start - _first_heard(model, start)
                    wanted = heard[len(heard) - length - past :].astype(model.dtype, copy=False)
                    yield Piece(number, wanted[:past], wanted[past:])

    wet: list[Audio] = []
    for output in run_pieces([Voice(model, 0) for model in models], pieces(), threads, is_cut=True):
        wet.append(output)
        if len(wet) == len(models):
            name, start, gain_db, dry = known.popleft()
            for model, signal in zip(models, wet, strict=True):
                if not np.isfinite(signal).all():
                    place = f"{name}, frame {start + int(np.argmin(np.isfinite(signal)))}"
                    raise NamError(
                        f"{model.path}: returns samples that are not finite for {place}; leave that model out"
                    )
            yield Segment(name, start, gain_db, dry, wet)
            wet = []


def _first_heard(model: Model, start: int) -> int:
    if model.settles:
        return past_start(model, start)
    return max(0, start - round(_LSTM_SECONDS * model.sample_rate))


def _windows(part: Part, models: Sequence[Model], length: int) -> Iterator[tuple[int, Audio]]:
    """Yield each start, with the frames from the first that a model needs up to the segment's end."""
    with open_audio(part.path) as source:
        held = np.zeros(0, np.float32)
        end = 0
        for start in part.starts.tolist():
            first = min(_first_heard(model, start) for model in models)
            if first > end:
                source.skip(first - end)
                held, end = held[:0], first
            held = held[len(held) - (end - first) :]
            new = source.read_rest(frames=start + length - end)[part.row]
            held, end = np.concatenate([held, new]), start + length
            yield start, held
