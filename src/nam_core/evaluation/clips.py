"""The worst moments as sound: target, model and difference, at the same level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..pages import flac_uri
from ..survey.subjects import Subject
from .pairs import Pair
from .results import AlignWhat, Match, Moment
from .shifting import Shifted
from .takes import Take, excerpt

# A clip starts this many seconds before its moment.
_LEAD_SECONDS = 0.25
_WARM_UP_SECONDS = 1.0
_PEAK = 0.9
_SILENCE = 1e-9


@dataclass(frozen=True)
class Clip:
    """One of the worst moments. ``target``, ``model`` and ``difference`` are data URIs of FLAC files.

    ``model_db`` and ``difference_db`` are the gains that brought them to the level of the target.
    """

    moment: Moment
    target: str
    model: str
    difference: str
    model_db: float
    difference_db: float


def clips(pair: Pair, subject: Subject, match: Match, align: AlignWhat | None) -> list[Clip]:
    """Play the match's worst moments again. Returns one clip for each moment, in the same order."""
    rate = round(pair.dry.sample_rate)
    wet: Take = pair.wet
    offset = 0
    if match.alignment is not None:
        shifted = Shifted(pair.wet, match.alignment, align == "gain", pair.dry.frames)
        wet, offset = shifted, shifted.first
    found = []
    for moment in match.moments:
        start = max(0, offset + round((moment.start - _LEAD_SECONDS) * rate))
        frames = round((moment.seconds + _LEAD_SECONDS) * rate)
        target = excerpt(wet, start, frames).astype(np.float64)
        warm = min(start, max(subject.model.receptive_field, round(_WARM_UP_SECONDS * rate)))
        player = subject.model.copy()
        player.reset()
        played = np.asarray(player.process(excerpt(pair.dry, start - warm, warm + target.size)))
        model = played[warm : warm + target.size].astype(np.float64)
        target = target[: model.size]
        difference = model - target
        levels = [np.sqrt(np.mean(signal**2)) for signal in (target, model, difference)]
        gains = [levels[0] / level if min(level, levels[0]) > _SILENCE else 1.0 for level in levels]
        signals = [signal * gain for signal, gain in zip((target, model, difference), gains, strict=True)]
        # One factor for all three signals, so that none clips.
        factor = min(1.0, _PEAK / max(max(np.max(np.abs(signal)) for signal in signals), _SILENCE))
        sounds = [flac_uri(signal * factor, rate) for signal in signals]
        decibels = [20.0 * float(np.log10(gain)) for gain in gains]
        found.append(Clip(moment, sounds[0], sounds[1], sounds[2], decibels[1], decibels[2]))
    return found
