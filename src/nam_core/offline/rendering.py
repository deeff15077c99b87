"""Offline work: a whole signal at once, in parallel over time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio, audio_shape, prepare
from ..model import Model

# A piece is at least this many receptive fields long, so that warming it up is a small part of the work.
_FIELDS_PER_PIECE = 8


def render(model: Model, audio: npt.ArrayLike, *, threads: int | None = None) -> Audio:
    """Process a whole signal from the start state and return the output, leaving ``model`` as it was.

    The signal is cut into one piece per thread. Each piece is computed by a copy of the model that first
    hears the last ``receptive_field - 1`` frames before it, which makes the result equal, bit for bit, to
    streaming. Models without a finite receptive field (LSTM) are run in one piece.

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
    """
    if threads is None:
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if threads < 1:
        raise ValueError(f"threads must be at least 1; found {threads}")
    prepared = prepare(audio, model.input_channels, model.dtype)
    frames = prepared.shape[-1]
    history = model.receptive_field - 1
    pieces = min(threads, max(1, frames // (_FIELDS_PER_PIECE * (history + 1)))) if model.settles else 1
    borders = [frames * piece // pieces for piece in range(pieces + 1)]
    out = np.empty(audio_shape(model.output_channels, frames), model.dtype)

    def run(start: int, end: int) -> None:
        copy = model.copy()
        copy.reset()
        if start > 0:
            copy.process(prepared[..., max(0, start - history) : start])
        copy.process(prepared[..., start:end], out=out[..., start:end])

    with ThreadPoolExecutor(pieces) as pool:
        list(pool.map(run, borders[:-1], borders[1:]))
    return out
