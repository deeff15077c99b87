"""Offline work on arrays: a whole signal at once, in parallel over time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio, audio_shape, prepare
from ..model import Model
from .pieces import Piece, can_be_cut, check_threads, past_start, run_pieces


def render(model: Model, audio: npt.ArrayLike, *, threads: int | None = None) -> Audio:
    """Process a whole signal from the start state and return the output, leaving ``model`` as it was.

    The signal is cut into one piece per thread. Each piece is computed by a copy of the model that first
    hears the frames before it that influence a bit (``Model.bit_memory``), which makes the result equal, bit
    for bit, to streaming. Models without a finite receptive field (LSTM) are run in one piece.

    Parameters
    ----------
    model : any model.
    audio : as for ``Model.process``.
    threads : number of threads; None takes one per processor that this process may use.

    Returns
    -------
    As ``Model.process`` returns it.

    Raises
    ------
    TypeError, ValueError
        As ``Model.process``; ValueError if ``threads`` is less than 1.
    KeyboardInterrupt, or what else a signal's handler raises
        In the main thread, at most 0.2 s after the signal.
    """
    threads = check_threads(threads)
    prepared = prepare(audio, model.input_channels, model.dtype)
    frames = prepared.shape[-1]
    out = np.empty(audio_shape(model.output_channels, frames), model.dtype)
    count = can_be_cut(model, frames, threads)
    borders = [frames * piece // count for piece in range(count + 1)]

    def pieces() -> Iterator[Piece]:
        for copy, (start, end) in enumerate(pairwise(borders)):
            past = prepared[..., past_start(model, start) : start]
            yield Piece(past, prepared[..., start:end], copy, out[..., start:end])

    for _ in run_pieces(model, pieces(), count, count):
        pass
    return out
