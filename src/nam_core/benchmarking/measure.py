"""Timing models against each other: in turn, until it is known how much the figures vary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..audio import Audio, audio_shape
from ..model import Model
from .machine import Watch, describe, fma_limit
from .results import BlockTimes, Result, Settings, Signal, Survey
from .subjects import Subject

# Audio of so many channels, frames long, at a sample rate: float32 (channels, frames).
Sound = Callable[[int, float, int], npt.NDArray[np.float32]]

# A case is done once the median of its repetitions is known to this share, by the standard error that normal
# noise of the same quartiles would give it.
_ACCURACY = 0.01
_FEWEST_REPETITIONS = 8
# A result whose quartiles are farther apart than this share of the median says so.
_WIDE_SPREAD = 0.1


@dataclass
class _Case:
    """One row of the result while it is being measured."""

    subject: Subject
    block: int
    signal: Signal
    audio: Audio
    seconds: list[float] = field(default_factory=list)
    block_seconds: list[npt.NDArray[np.float64]] = field(default_factory=list)

    def repeat(self) -> None:
        """Play the audio once, from the model's start."""
        self.subject.model.reset()
        times = self.subject.model.time_blocks(self.audio, self.block)
        self.seconds.append(float(times.sum()))
        self.block_seconds.append(times)

    def known(self, most: int) -> bool:
        """Whether repeating would tell nothing new, or has been done often enough."""
        count = len(self.seconds)
        return count >= most or (count >= _FEWEST_REPETITIONS and _error_of_median(self.seconds) <= _ACCURACY)

    def result(self) -> Result:
        """What the repetitions say."""
        model, size = self.subject.model, self.subject.size
        samples = len(self.block_seconds[0]) * self.block
        low, median, high = np.percentile(self.seconds, [25, 50, 75]) * 1e9 / samples
        return Result(
            model=self.subject.name,
            path=self.subject.path,
            architecture=model.architecture,
            quality=self.subject.quality,
            channels=size.channels,
            parameters=size.parameters,
            macs_per_frame=size.macs_per_frame,
            receptive_field=model.receptive_field,
            sample_rate=model.sample_rate,
            block=self.block,
            isa=model.isa,
            dtype=model.dtype.name,
            signal=self.signal,
            ns_per_sample=float(median),
            ns_per_sample_min=min(self.seconds) * 1e9 / samples,
            ns_per_sample_low=float(low),
            ns_per_sample_high=float(high),
            repetitions=len(self.seconds),
            block_us=block_times(np.concatenate(self.block_seconds), self.block / model.sample_rate),
            cost=self.subject.cost,
        )


def block_times(seconds: npt.NDArray[np.float64], deadline: float) -> BlockTimes:
    """Percentiles, in microseconds, of block times in seconds ``(blocks,)``; ``deadline`` is in seconds."""
    p50, p99, p99_9, most = (float(value) * 1e6 for value in np.percentile(seconds, [50, 99, 99.9, 100]))
    return BlockTimes(p50, p99, p99_9, most, deadline * 1e6)


def _error_of_median(values: Sequence[float]) -> float:
    low, median, high = np.percentile(values, [25, 50, 75])
    deviation = (high - low) / 1.349  # of a normal distribution with these quartiles
    return float(1.2533 * deviation / np.sqrt(len(values)) / median)


def measure(
    subjects: Sequence[Subject],
    settings: Settings,
    sound: Sound,
    most_repetitions: int = 30,
    advance: Callable[[int], None] = lambda steps: None,
) -> Survey:
    """Measure every subject at every block length, on sound and on silence, in the engine.

    Each round plays every case once, so that a disturbance does not hit one alone; the first round is the
    warm-up, and does not count. A case is left out of further rounds once its median is known to 1 %.

    Parameters
    ----------
    subjects : at least one; all of the same dtype and instruction set.
    settings : what to do; ``seconds`` of audio are played per round, cut to whole blocks.
    sound : makes the audio.
    most_repetitions : that count, per case; 2 or more.
    advance : is told of steps done: ``steps`` says how many there are.

    Returns
    -------
    Survey, its results in the order of the subjects, then of blocks, then sound before silence.

    Raises
    ------
    ValueError
        If the audio is too short for one block, or ``most_repetitions`` is less than 2.
    """
    if most_repetitions < 2:
        raise ValueError(f"there must be at least 2 repetitions; found {most_repetitions}")
    watch = Watch()
    cases = [case for subject in subjects for case in _cases(subject, settings, sound)]
    for case in cases:
        case.repeat()
        case.seconds.clear()
        case.block_seconds.clear()
        advance(1)
    limit, open_cases = 0.0, cases
    while open_cases:
        limit = max(limit, *(fma_limit(subjects[0].model) for _ in range(3)))
        for case in open_cases:
            case.repeat()
            advance(1)
        for case in open_cases:
            if case.known(most_repetitions):
                advance(most_repetitions - len(case.seconds))
        open_cases = [case for case in open_cases if not case.known(most_repetitions)]
    results = tuple(case.result() for case in cases)
    machine = describe(watch, subjects[0].model.isa, limit, _noise(results))
    return Survey(machine, settings, results)


def steps(subjects: Sequence[Subject], settings: Settings, most_repetitions: int) -> int:
    """How many steps ``measure`` takes at most, the warm-up included."""
    return len(subjects) * len(settings.blocks) * 2 * (most_repetitions + 1)


def audio_for(model: Model, settings: Settings, sound: Sound) -> Audio:
    """The sound as the model takes it, ``settings.seconds`` long.

    Raises
    ------
    ValueError
        If that is too short for one block.
    """
    frames = round(settings.seconds * model.sample_rate)
    if frames < max(settings.blocks):
        raise ValueError(f"{settings.seconds:g} s of audio are less than one block of {max(settings.blocks)}")
    rows = sound(frames, model.sample_rate, model.input_channels)
    return rows.reshape(audio_shape(model.input_channels, frames)).astype(model.dtype)


def _cases(subject: Subject, settings: Settings, sound: Sound) -> list[_Case]:
    played = audio_for(subject.model, settings, sound)
    silence = np.zeros_like(played)
    signals: tuple[tuple[Signal, Audio], ...] = (("sound", played), ("silence", silence))
    return [_Case(subject, block, signal, audio) for block in settings.blocks for signal, audio in signals]


def _noise(results: Sequence[Result]) -> tuple[str, ...]:
    """A sentence about results that vary much, if there are any."""
    wide = sum(result.spread > _WIDE_SPREAD for result in results)
    if not wide:
        return ()
    return (
        f"{wide} of {len(results)} results vary by more than {_WIDE_SPREAD:.0%} between their quartiles.",
    )
