"""The time that each part of a model takes, measured inside the engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from ..audio.arrays import Audio
from ..model import Model
from .measure import Sound, audio_for
from .results import PartOfProfile, Survey
from .subjects import Subject

_ROUNDS = 5


def profile(model: Model, audio: Audio, block: int) -> tuple[PartOfProfile, ...]:
    """Return the time that each part of the model takes, the largest first.

    The parts are the format's, and "film", "sums" (additions of residuals and head sums that no other kernel
    does), "history" (copies that keep past samples in one piece) and "overhead" (all code that is not a
    kernel). docs/cpu-survey.md says how the parts are told apart.

    Parameters
    ----------
    model : played from its start, several times; its state is lost.
    audio : as ``Model.time_blocks`` takes it; at least one block.
    block : frames.

    Returns
    -------
    Medians of several rounds; the shares add up to 1.

    Raises
    ------
    ValueError
        As ``Model.time_blocks``, or if the audio is shorter than one block.
    """
    rounds = []
    for _ in range(_ROUNDS):
        model.reset()
        _, parts = model._engine.profile(audio, block)  # type: ignore[arg-type]  # of this model's dtype
        rounds.append(parts)
    blocks = rounds[0]["overhead"][1]
    # A history is not copied in every block, so a short round may lack the part "history".
    names = dict.fromkeys(name for parts in rounds for name in parts)
    medians = {
        name: np.median([parts.get(name, (0.0, 0)) for parts in rounds], axis=0).tolist() for name in names
    }
    total = sum(seconds for seconds, _ in medians.values())
    found = [
        PartOfProfile(name, seconds * 1e9 / (blocks * block), seconds / total, calls / blocks)
        for name, (seconds, calls) in medians.items()
    ]
    return tuple(sorted(found, key=lambda part: -part.share))


def add_profiles(
    survey: Survey,
    subjects: Sequence[Subject],
    sound: Sound,
    advance: Callable[[int], None] = lambda steps: None,
) -> Survey:
    """Return the survey with a profile in each result on sound. ``advance`` is called after each profile."""
    models = {(subject.name, subject.quality): subject.model for subject in subjects}
    results = []
    for result in survey.results:
        if result.signal == "sound":
            model = models[result.model, result.quality]
            parts = profile(model, audio_for(model, survey.settings, sound), result.block)
            result = dataclasses.replace(result, profile=parts)
            advance(1)
        results.append(result)
    return dataclasses.replace(survey, results=tuple(results))
