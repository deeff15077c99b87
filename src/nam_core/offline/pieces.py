"""Plays a long signal through models in pieces, in parallel over time; all offline rendering uses this."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from copy import deepcopy
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np

from ..audio.arrays import Audio, audio_shape
from ..errors import NamConfigError
from ..model import Model
from .worker import Workers

# Pieces are on average at least this many times as long as their warm-up: it is a small part of the work.
MEMORIES_PER_PIECE = 6
# A thread checks after this many frames whether it should stop; its processing calls are that long.
_FIRST_FRAMES = 1024
_CALL_SECONDS = 0.02


@dataclass(frozen=True)
class Voice:
    """One model that plays one channel, or all channels.

    Attributes
    ----------
    model : in its start state.
    row : index into a block ``(channels, frames)``: a channel, or a slice of all for a model with several
        inputs.
    input_factor : gain. With 1.0 no bit changes.
    """

    model: Model
    row: Any
    input_factor: float = 1.0


@dataclass(frozen=True)
class Piece:
    """Consecutive frames of a signal in the model's dtype, shaped as ``Model.process`` takes them.

    Attributes
    ----------
    voice : index of the voice that plays it.
    past : the frames from ``past_start`` to the piece; None if the piece continues the one before it in the
        same state.
    audio : the frames of the piece.
    """

    voice: int
    past: Audio | None
    audio: Audio


def available_threads() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int | None) -> int:
    """The number of threads; None takes ``available_threads``. Raises ValueError if it is less than 1."""
    if threads is None:
        return available_threads()
    if threads < 1:
        raise ValueError(f"threads must be at least 1; found {threads}")
    return threads


def past_start(model: Model, start: int) -> int:
    """First frame that a copy must play so that its output is right from ``start`` on.

    Every frame that influences a bit of the output is played, and none before (``Model.bit_memory``).
    """
    first = max(0, start - model.bit_memory + 1)
    return first - first % model.grid


def run_pieces(
    voices: Sequence[Voice], pieces: Iterable[Piece], threads: int, is_cut: bool
) -> Iterator[Audio]:
    """The outputs of pieces in their order, with the bits of streaming.

    At most ``threads + 2`` pieces are held at any time. If the iteration is abandoned, the threads end within
    milliseconds.

    Parameters
    ----------
    voices : the states of their models do not change.
    pieces : the iterator is read in the calling thread.
    threads : 1 or more; fewer are used if ``max_bytes`` of the models leaves no room for that many copies.
    is_cut : whether pieces have a ``past``. If so, a piece starts in the start state and plays its past
        first, so that any thread can play it with its own copy of the model. If not, each voice has one copy,
        which plays all its pieces in order in one thread.
    """
    copies = _copies(voices, threads if is_cut else 1)
    # With a core to spare, the calling thread reads and writes while another one plays.
    caller_works = is_cut or len(voices) >= threads
    threads = len(copies) if is_cut else min(threads, len(voices))
    free: SimpleQueue[list[Model]] = SimpleQueue()
    for models in copies:
        free.put(models)
    stop = threading.Event()

    def run(piece: Piece) -> Audio:
        if not is_cut:
            return play(piece, copies[0][piece.voice])
        models = free.get()
        try:
            return play(piece, models[piece.voice])
        finally:
            free.put(models)

    def play(piece: Piece, copy: Model) -> Audio:
        factor = voices[piece.voice].input_factor
        if piece.past is not None:
            copy.reset()
            _process(copy, scaled(piece.past, factor), None, stop)
        out = np.empty(audio_shape(copy.output_channels, piece.audio.shape[-1]), copy.dtype)
        _process(copy, scaled(piece.audio, factor), out, stop)
        return out

    waiting: deque[Future[Audio]] = deque()
    with Workers(threads, shared=is_cut, caller_works=caller_works) as workers:
        try:
            for piece in pieces:
                waiting.append(workers.submit(piece.voice, run, piece))
                if len(waiting) > threads:
                    yield workers.result(waiting.popleft())
            while waiting:
                yield workers.result(waiting.popleft())
        finally:
            stop.set()
            for future in waiting:
                future.cancel()


def _copies(voices: Sequence[Voice], wanted: int) -> list[list[Model]]:
    """Copies of all voices' models in the start state: one, and more while ``max_bytes`` leaves room."""
    copies = [[voice.model.player() for voice in voices]]
    try:
        while len(copies) < wanted:
            copies.append([deepcopy(voice.model) for voice in voices])
    except NamConfigError:
        pass  # fewer threads render the same bits
    return copies


def scaled(audio: Audio, factor: float) -> Audio:
    """The signal times a factor, in its own precision; the same object for 1.0."""
    return audio if factor == 1.0 else audio * audio.dtype.type(factor)


def _process(model: Model, audio: Audio, out: Audio | None, stop: threading.Event) -> None:
    frames, start = _FIRST_FRAMES, 0
    while start < audio.shape[-1] and not stop.is_set():
        part = slice(start, start + frames)
        began = time.perf_counter()
        model.process(audio[..., part], None if out is None else out[..., part])
        start += frames
        if time.perf_counter() - began < _CALL_SECONDS:
            frames *= 2
