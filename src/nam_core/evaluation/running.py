"""Plays one pair through all models at once, piece by piece: memory does not grow with the recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import numpy.typing as npt

from ..errors import NamAudioError
from ..model import Model
from ..offline.pieces import available_threads
from ..survey.subjects import Subject
from .alignment import Alignment, align
from .metrics import WaveformSums
from .pairs import Pair, check_length
from .results import AlignWhat
from .shifting import Shifted
from .takes import BLOCK_FRAMES, Read, Samples, Take, excerpt
from .tallies import ModelTally, TargetTally

# An alignment is found in the loudest part of _ALIGN_SECONDS; delays up to _MOST_DELAY_SECONDS are searched.
_ALIGN_SECONDS = 8
_MOST_DELAY_SECONDS = 1.0
# Seconds that a model plays before the loudest part.
_WARM_UP_SECONDS = 1


class Run:
    """The tallies of one model on one pair."""

    def __init__(
        self, subject: Subject, pair: Pair, alignment: Alignment | None, what: AlignWhat | None
    ) -> None:
        self.alignment = alignment
        self.target_recording: Take = pair.wet
        self.first, self.end = 0, pair.dry.frames
        if alignment is not None:
            shifted = Shifted(pair.wet, alignment, what == "gain", pair.dry.frames)
            self.target_recording = shifted
            self.first, self.end = shifted.first, shifted.end
            check_length(self.end - self.first, pair.wet.name)
        self.target = TargetTally(pair.dry.sample_rate)
        self.tally = ModelTally(pair.dry.sample_rate)
        self.name = subject.name
        self._player: Model = subject.model.copy()
        self._player.reset()

    def play(self, dry: Samples, wet: Samples, place: int) -> None:
        """Process the next piece, ``(frames,)`` each, which begins at frame ``place``. Raises NamAudioError
        if the output is not finite sound.
        """
        out = np.asarray(self._player.process(dry))
        inside = slice(max(0, self.first - place), max(0, min(dry.size, self.end - place)))
        if out[inside].size:
            try:
                self.tally.add(out[inside], wet[inside])
            except ValueError as error:
                raise NamAudioError(f"{self.name}: its output is not sound: {error}") from None
            if self.alignment is not None:
                self.target.add(dry[inside], wet[inside])


def run_pair(
    pair: Pair,
    subjects: Sequence[Subject],
    loudness: npt.NDArray[np.float64],
    what: AlignWhat | None,
    advance: Callable[[int], None],
) -> list[Run]:
    """Play a pair through every model, and return the tallies of each.

    Parameters
    ----------
    pair, subjects : all at one sample rate.
    loudness : the energy of each second of the dry recording, ``(seconds,)``.
    what : the alignment to remove from the target for each model. advance : called with frames times models
        done.

    Raises
    ------
    OSError, NamAudioError
        If a recording cannot be read to its end, the target is silent, or a model's output is not finite
        sound.
    """
    with ThreadPoolExecutor(available_threads()) as pool:

        def start(subject: Subject) -> Run:
            found = None if what is None else find_alignment(pair.dry, pair.wet, subject.model, loudness)
            return Run(subject, pair, found, what)

        runs = list(pool.map(start, subjects))
        shared = TargetTally(pair.dry.sample_rate)
        with ExitStack() as stack:
            read_dry = stack.enter_context(pair.dry.open())
            if what is None:
                readers: list[Read] = [stack.enter_context(pair.wet.open())]
            else:
                readers = [stack.enter_context(run.target_recording.open()) for run in runs]
            place = 0
            while (dry := read_dry(BLOCK_FRAMES)).size:
                wets = [_exactly(read(dry.size), dry.size, pair) for read in readers]
                if what is None:
                    shared.add(dry, wets[0])
                    wets *= len(runs)
                list(pool.map(lambda run, wet, at=place, heard=dry: run.play(heard, wet, at), runs, wets))
                place += dry.size
                advance(dry.size * len(runs))
    for run in runs:
        if what is None:
            run.target = shared
        if not run.target.wet.values.any():
            raise NamAudioError("silent: there is nothing to compare with", path=pair.wet.name)
    return runs


def _exactly(block: Samples, frames: int, pair: Pair) -> Samples:
    if block.size != frames:
        raise NamAudioError(f"it ends before {pair.dry.name}; is it damaged?", path=pair.wet.name)
    return block


def find_alignment(dry: Take, wet: Take, model: Model | None, loudness: npt.NDArray[np.float64]) -> Alignment:
    """Delay, polarity and gain of ``wet`` relative to the model's output for ``dry``; without a model,
    relative to ``dry``. ``loudness`` is the energy of each second of ``dry``, ``(seconds,)``.

    Raises
    ------
    NamAudioError
        If a signal is silent where the dry recording is loudest.
    """
    rate = round(dry.sample_rate)
    seconds = min(_ALIGN_SECONDS, loudness.size)
    sums = np.convolve(loudness, np.ones(seconds), "valid")
    first = int(np.argmax(sums)) * rate
    frames, search = seconds * rate, round(_MOST_DELAY_SECONDS * rate)
    warm = min(first, _WARM_UP_SECONDS * rate)
    reference: npt.NDArray[np.floating] = excerpt(dry, first - warm, warm + frames)
    if model is not None:
        player = model.copy()
        player.reset()
        reference = np.asarray(player.process(reference))
    start = max(0, first - search)
    recording = excerpt(wet, start, first - start + frames + search)
    try:
        found = align(reference[warm:], recording, max_delay=search + first - start)
    except ValueError as error:
        raise NamAudioError(f"it cannot be aligned: {error}", path=wet.name) from None
    return Alignment(found.delay + start - first, found.polarity, found.gain_db, found.confidence)


def noise_floor(pair: Pair, loudness: npt.NDArray[np.float64], what: AlignWhat | None) -> float | None:
    """The ESR of the second take relative to the first, aligned to it if models are aligned; None without a
    second take.
    """
    if pair.second_wet is None:
        return None
    second: Take = pair.second_wet
    first, end = 0, pair.dry.frames
    if what is not None:
        found = find_alignment(pair.wet, second, None, loudness)
        shifted = Shifted(second, found, what == "gain", pair.wet.frames)
        second, first, end = shifted, shifted.first, shifted.end
    sums = WaveformSums()
    with pair.wet.open() as read_one, second.open() as read_other:
        place = 0
        while (one := read_one(BLOCK_FRAMES)).size:
            other = read_other(one.size)
            inside = slice(max(0, first - place), max(0, min(one.size, other.size, end - place)))
            if one[inside].size:
                sums.add(other[inside], one[inside])
            place += one.size
    return sums.esr
