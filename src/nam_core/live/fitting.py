"""The largest size that this machine can afford, by measurement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..format.slimming import Size
from ..model import Model, check_model

# Number of rounds. Each round measures all sizes in turn, so that a disturbance does not hit only one size.
_ROUNDS = 5
_MOST_SECONDS = 3600


@dataclass(frozen=True)
class SizeTiming:
    """The times of one size in seconds per block. ``load`` is ``p99`` as a share of the block's duration."""

    quality: float
    size: Size
    median: float
    p99: float
    maximum: float
    load: float


@dataclass(frozen=True)
class Fit:
    """The result of ``fit_quality``: the chosen size, whether it stays within the budget (``fits``), and the
    times.
    """

    quality: float
    fits: bool
    budget: float
    block: int
    timings: tuple[SizeTiming, ...]


def fit_quality(model: Model, budget: float = 0.3, block: int = 64, *, seconds: float = 1.0) -> Fit:
    """Find the largest size that this machine can afford, and set the model to that size.

    Every size is run on copies of the model, in the engine, on noise. A size stays within the budget if the
    99th percentile of its block times, divided by the block's duration, does.

    Parameters
    ----------
    model : any model; a model of a single size keeps that size.
    budget : share of a block's duration that processing may take, above 0, at most 1.
    block : frames per block, as the audio callback has them.
    seconds : seconds of audio per size.

    Returns
    -------
    Fit. If not even the smallest size stays within the budget, the smallest is chosen and ``fits`` is False.

    Raises
    ------
    TypeError
        If ``model`` is not loaded.
    ValueError
        If an argument is out of its range.
    """
    check_model(model)
    if not 0.0 < budget <= 1.0:
        raise ValueError(f"budget must be above 0 and at most 1; found {budget}")
    if block < 1:
        raise ValueError(f"block must be at least 1 frame; found {block}")
    if not 0.0 < seconds <= _MOST_SECONDS:
        raise ValueError(f"seconds must be above 0 and at most {_MOST_SECONDS}; found {seconds}")
    blocks = int(seconds * model.sample_rate / _ROUNDS / block)
    if blocks < 1:
        raise ValueError(f"seconds must be enough for {_ROUNDS} blocks; found {seconds}")
    timings = _measure(model, block, blocks)
    affordable = [timing for timing in timings if timing.load <= budget]
    chosen = affordable[-1] if affordable else timings[0]
    # If the chosen size already plays, its quality stays as it is: 1.0, for instance, and not the lowest
    # quality of that size.
    if not chosen.size.low <= model.quality <= chosen.size.high or model.quality == chosen.size.high < 1.0:
        model.quality = chosen.quality
    return Fit(model.quality, bool(affordable), budget, block, timings)


def _measure(model: Model, block: int, blocks: int) -> tuple[SizeTiming, ...]:
    """Timings of all sizes, smallest first."""
    shape = (blocks * block,) if model.input_channels == 1 else (model.input_channels, blocks * block)
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, shape).astype(model.dtype)
    copies = []
    for size in model.sizes:
        copy = model.player()  # in the start state, whoever plays the model meanwhile
        copy.set_quality(size.low, crossfade=0)
        copy.reset()
        copies.append(copy)
    times: list[list[npt.NDArray[np.float64]]] = [[] for _ in copies]
    for _ in range(_ROUNDS):
        for copy, rounds in zip(copies, times, strict=True):
            rounds.append(copy.time_blocks(audio, block))
    result = []
    for size, rounds in zip(model.sizes, times, strict=True):
        seconds = np.concatenate(rounds)
        median, p99 = (float(value) for value in np.percentile(seconds, [50, 99]))
        load = p99 * model.sample_rate / block
        result.append(SizeTiming(size.low, size, median, p99, float(seconds.max()), load))
    return tuple(result)
