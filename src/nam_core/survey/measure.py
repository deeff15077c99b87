"""Times models in turn, and repeats until the median of each is known well enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio, audio_shape
from ..model import Model
from .machine import Watch, describe, fma_limit
from .results import WIDE_SPREAD, BlockTimes, Result, Settings, Signal, Survey
from .subjects import Subject

# Makes audio from a number of frames, a sample rate in Hz and a number of channels: float32 (channels,
# frames).
Sound = Callable[[int, float, int], npt.NDArray[np.float32]]

# A case is done once the standard error of its median is below this share of the median. The standard error
# is estimated from the quartiles, as for normal noise.
_ACCURACY = 0.01
_FEWEST_REPETITIONS = 8


@dataclass
class _Case:
    """One row of the result while it is measured; ``block_seconds`` has each repetition's block times."""

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
        """Whether the median is known well enough, or there were ``most`` repetitions."""
        count = len(self.seconds)
        return count >= most or (count >= _FEWEST_REPETITIONS and _error_of_median(self.seconds) <= _ACCURACY)

    def result(self, silence_ratio: float) -> Result:
        """Return the row of the result: medians and quartiles of the repetitions."""
        model, size = self.subject.model, self.subject.size
        samples = len(self.block_seconds[0]) * self.block
        low, median, high = np.percentile(self.seconds, [25, 50, 75]) * 1e9 / samples
        # The least time of each block: on a busy machine every whole repetition may be disturbed, but each
        # block runs undisturbed at least once.
        least = np.min(self.block_seconds, axis=0).sum() * 1e9 / samples
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
            ns_per_sample_min=float(least),
            ns_per_sample_low=float(low),
            ns_per_sample_high=float(high),
            repetitions=len(self.seconds),
            block_us=block_times(np.concatenate(self.block_seconds), self.block / model.sample_rate),
            silence_ratio=silence_ratio,
            executed_macs_per_frame=model.executed_macs_per_frame,
            cost=self.subject.cost,
        )


@dataclass(eq=False)
class _Pair:
    """One model and block length on sound and on silence; the two are measured right after each other."""

    sound: _Case
    silence: _Case

    @property
    def cases(self) -> tuple[_Case, _Case]:
        return self.sound, self.silence

    def known(self, most: int) -> bool:
        """Whether both cases are known; they are always repeated together."""
        return all(case.known(most) for case in self.cases)

    def results(self) -> tuple[Result, Result]:
        """Return the results on sound and on silence."""
        ratio = silence_ratio(self.sound.block_seconds, self.silence.block_seconds)
        return self.sound.result(ratio), self.silence.result(ratio)


def block_times(seconds: npt.NDArray[np.float64], deadline: float) -> BlockTimes:
    """Percentiles, in microseconds, of block times in seconds ``(blocks,)``; ``deadline`` is in seconds."""
    p50, p99, p99_9, most = (float(value) * 1e6 for value in np.percentile(seconds, [50, 99, 99.9, 100]))
    return BlockTimes(p50, p99, p99_9, most, deadline * 1e6)


def silence_ratio(
    sound: Sequence[npt.NDArray[np.float64]], silence: Sequence[npt.NDArray[np.float64]]
) -> float:
    """Return the time on silence divided by the time on sound, from block times ``(blocks,)`` of each round.

    Each round gives one ratio: its median block time on silence, divided by that on sound. The median of
    these ratios is returned. Within a round a slow machine slows both signals alike, and a median block has
    no interruptions. Medians of whole repetitions would depend on the machine's other users.
    """
    rounds = zip(sound, silence, strict=True)
    return float(np.median([np.median(quiet) / np.median(loud) for loud, quiet in rounds]))


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

    Each round plays every case once, silence right after sound, so that a disturbance does not hit only one
    of the two. The first round is the warm-up and does not count. Once the medians on sound and on silence
    are known to 1 %, further rounds leave both out.

    Parameters
    ----------
    subjects : at least one; all of the same dtype and instruction set.
    settings : what to do; ``seconds`` of audio are played per round, cut to whole blocks.
    sound : makes the audio.
    most_repetitions : the most repetitions per case, without the warm-up; 2 or more.
    advance : called with the number of steps that are done; ``steps`` returns their total.

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
    pairs = [pair for subject in subjects for pair in _pairs(subject, settings, sound)]
    for case in (case for pair in pairs for case in pair.cases):
        case.repeat()
        case.seconds.clear()
        case.block_seconds.clear()
        advance(1)
    limit, open_pairs = 0.0, pairs
    while open_pairs:
        limit = max(limit, *(fma_limit(subjects[0].model) for _ in range(3)))
        for case in (case for pair in open_pairs for case in pair.cases):
            case.repeat()
            advance(1)
        still_open = [pair for pair in open_pairs if not pair.known(most_repetitions)]
        for pair in open_pairs:
            if pair not in still_open:
                advance(2 * (most_repetitions - len(pair.sound.seconds)))
        open_pairs = still_open
    results = tuple(result for pair in pairs for result in pair.results())
    machine = describe(watch, subjects[0].model.isa, limit, _noise(results))
    return Survey(machine, settings, results)


def steps(subjects: Sequence[Subject], settings: Settings, most_repetitions: int) -> int:
    """The most steps that ``measure`` takes, with the warm-up."""
    return len(subjects) * len(settings.blocks) * 2 * (most_repetitions + 1)


def audio_for(model: Model, settings: Settings, sound: Sound) -> Audio:
    """The sound as the model takes it, ``settings.seconds`` long.

    Raises
    ------
    ValueError
        If the sound is too short for one block.
    """
    frames = round(settings.seconds * model.sample_rate)
    if frames < max(settings.blocks):
        raise ValueError(f"{settings.seconds:g} s of audio are less than one block of {max(settings.blocks)}")
    rows = sound(frames, model.sample_rate, model.input_channels)
    return rows.reshape(audio_shape(model.input_channels, frames)).astype(model.dtype)


def _pairs(subject: Subject, settings: Settings, sound: Sound) -> list[_Pair]:
    played = audio_for(subject.model, settings, sound)
    silence = np.zeros_like(played)
    return [
        _Pair(_Case(subject, block, "sound", played), _Case(subject, block, "silence", silence))
        for block in settings.blocks
    ]


def _noise(results: Sequence[Result]) -> tuple[str, ...]:
    """A sentence about results that vary much, if there are any."""
    wide = sum(result.spread > WIDE_SPREAD for result in results)
    if not wide:
        return ()
    return (f"{wide} of {len(results)} results vary by more than {WIDE_SPREAD:.0%} between their quartiles.",)
