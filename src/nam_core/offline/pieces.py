"""A long signal through a model piece by piece, in parallel over time: what every offline rendering uses."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from ..audio.arrays import Audio, audio_shape
from ..model import Model
from .worker import Worker

# A piece is at least this many times as long as what it hears before it, a small part of the work.
MEMORIES_PER_PIECE = 6
# A thread looks whether it is to stop after so many frames, and then about so often.
_FIRST_FRAMES = 1024
_CALL_SECONDS = 0.02


@dataclass(frozen=True)
class Piece:
    """Consecutive frames of a signal, of the model's dtype, as ``Model.process`` takes them.

    Attributes
    ----------
    past : the frames from ``past_start`` up to the piece; None where the piece continues the one before, in
        the same state.
    audio : the piece.
    copy : number of the copy of the model that plays it. What one copy plays, it plays in order.
    out : where its output goes; None for a new array.
    """

    past: Audio | None
    audio: Audio
    copy: int
    out: Audio | None = None


def available_threads() -> int:
    """One per processor that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int | None) -> int:
    """The number of threads; None takes ``available_threads``. Raises ValueError if it is less than 1."""
    if threads is None:
        return available_threads()
    if threads < 1:
        raise ValueError(f"threads must be at least 1; found {threads}")
    return threads


def can_be_cut(model: Model, frames: int, threads: int) -> int:
    """The number of pieces, at most one per thread, into which to cut a signal of this many frames."""
    if not model.settles:
        return 1
    return min(threads, max(1, frames // (MEMORIES_PER_PIECE * model.bit_memory)))


def past_start(model: Model, start: int) -> int:
    """Where a copy begins to hear a signal whose frames it is to compute from ``start`` on.

    All that influences a bit of them is heard, and what comes before is not (``Model.bit_memory``).
    """
    first = max(0, start - model.bit_memory + 1)
    return first - first % model.grid


def run_pieces(model: Model, pieces: Iterable[Piece], copies: int, threads: int) -> Iterator[Audio]:
    """The outputs of pieces, in their order; the bits are those of streaming.

    Every thread plays every so many-th copy of the model. A piece with a ``past`` begins at the start state
    and hears that first, so that pieces of one signal can be computed at the same time by several copies. At
    most ``threads + 2`` pieces are held at any time. If the iteration is left, the threads end within
    milliseconds.

    Parameters
    ----------
    model : stays as it is.
    pieces : the iterator is read in the calling thread.
    copies : how many; the pieces' numbers are below it.
    threads : 1 or more.
    """
    # In the start state, whoever plays the model meanwhile.
    played = [deepcopy(model) for _ in range(copies)]
    stop = threading.Event()

    def run(piece: Piece) -> Audio:
        copy = played[piece.copy]
        if piece.past is not None:
            copy.reset()
            _process(copy, piece.past, None, stop)
        out = piece.out
        if out is None:
            out = np.empty(audio_shape(model.output_channels, piece.audio.shape[-1]), model.dtype)
        _process(copy, piece.audio, out, stop)
        return out

    waiting: deque[Future[Audio]] = deque()
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker()) for _ in range(min(threads, copies))]
        try:
            for piece in pieces:
                waiting.append(workers[piece.copy % len(workers)].submit(run, piece))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            stop.set()
            for future in waiting:
                future.cancel()


def _process(model: Model, audio: Audio, out: Audio | None, stop: threading.Event) -> None:
    frames, start = _FIRST_FRAMES, 0
    while start < audio.shape[-1] and not stop.is_set():
        part = slice(start, start + frames)
        began = time.perf_counter()
        model.process(audio[..., part], None if out is None else out[..., part])
        start += frames
        if time.perf_counter() - began < _CALL_SECONDS:
            frames *= 2
