"""Renders a whole array at once, in parallel over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio, prepare
from ..audio.figures import Figures
from ..model import Model
from .blending import Blend, check_playable
from .options import RenderOptions
from .peak import peak_gain_db, sets_peak
from .pieces import check_threads, scaled
from .playing import Playing
from .recording import of_array

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import RenderKeywords


def render(
    model: Model | Blend,
    audio: npt.ArrayLike,
    *,
    sample_rate: float | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    **options: Unpack[RenderKeywords],
) -> Audio:
    """Process a whole signal from the start state and return the output. The state of ``model`` does not
    change.

    The signal is cut into one piece per thread. A copy of the model computes each piece after it has played
    all earlier frames that influence a bit of the piece (``Model.bit_memory``). The result therefore equals
    streaming, bit for bit. Models without a finite receptive field (LSTM) run in one piece.

    Parameters
    ----------
    model : any model, or a blend of several (``blend``).
    audio : as for ``Model.process``; with ``channel``, ``(channels, frames)`` for a model with one input.
    sample_rate : of ``audio`` in Hz; None means the model's.
    threads : number of threads; None takes one per processor that this process may use.
    progress : called with the frames done and the number of all. If it raises, rendering ends.
    options : the fields of ``RenderOptions`` except ``subtype``. Without options, the result is the plain
        output of the model.

    Returns
    -------
    ``(frames,)`` for one channel, ``(channels, frames)`` for several, in the model's dtype (float64 for a
    blend). Its length is that of ``audio`` plus ``tail``.

    Raises
    ------
    TypeError, ValueError
        As ``Model.process``; TypeError if ``model`` is not loaded; ValueError if ``threads`` is less than 1,
        or as ``RenderOptions``.
    NamAudioError
        If ``sample_rate`` is not the model's and ``resample`` is not set, or there is no such channel.
    KeyboardInterrupt, or any exception of a signal handler
        In the main thread, at most 0.2 s after the signal.
    """
    check_playable(model)
    chosen = RenderOptions(**options)
    if chosen.subtype is not None:
        raise ValueError("subtype is for files; an array has the model's dtype")
    first = model.parts[0].model if isinstance(model, Blend) else model
    inputs = first.input_channels
    if inputs == 1 and chosen.channel is not None and np.ndim(audio) == 2:
        inputs = np.shape(audio)[0]
    signal = np.atleast_2d(prepare(audio, inputs, first.dtype))
    rate = first.sample_rate if sample_rate is None else sample_rate
    playing = Playing(model, of_array(signal, rate), chosen, check_threads(threads))
    out = np.empty((playing.channels, playing.frames), playing.dtype)
    done = 0
    for block in playing.blocks():
        out[:, done : done + block.shape[1]] = block
        done += block.shape[1]
        if progress is not None:
            progress(done, playing.frames)
    if sets_peak(chosen):
        figures = Figures()
        figures.add(out)
        out = scaled(out, 10.0 ** (peak_gain_db(figures.peak, chosen) / 20.0))
    return out[0] if playing.channels == 1 else out
