"""Shows where a model errs, from the tallies: sections, loudness of playing, bands, moments, curves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..audio.json_files import finite_or_none
from .metrics import BandSums
from .results import BandScore, Curves, Moment, Part
from .tallies import MOMENT_SECONDS, ModelTally, TargetTally

Array = npt.NDArray[np.float64]

# Edges of the classes of loudness, in dB below the loudest playing.
LOUDNESS_EDGES = (-np.inf, -40.0, -30.0, -20.0, -10.0, np.inf)
# The loudest playing is the level that one moment in a hundred exceeds, so that a single knock does not set
# it.
_LOUDEST = 99.0
_WORST = 5
_WORST_SECONDS = 1.5
# This share of the target's mean power is added to its power before the error is divided by it. Without it,
# the largest relative errors would lie in near silence, where nobody hears them.
_QUIET = 0.01
_LEVEL_STEP_DB = 2.0
_FEWEST_MOMENTS = 5
_BANDS_PER_OCTAVE = 6
_LOWEST_HZ = 40.0
_FLOOR = 1e-12


def sections(target: TargetTally, model: ModelTally, section_seconds: float) -> tuple[Part, ...]:
    """The error in each section; a remainder shorter than half a section belongs to the section before it."""
    errors, powers, edges = section_sums(target, model, section_seconds)
    rate = target.wet.frames / MOMENT_SECONDS
    return tuple(
        _part(low * MOMENT_SECONDS, high * MOMENT_SECONDS, error, power, (high - low) * MOMENT_SECONDS, rate)
        for error, power, (low, high) in zip(errors, powers, pairwise(edges), strict=True)
    )


def section_sums(
    target: TargetTally, model: ModelTally, section_seconds: float
) -> tuple[Array, Array, list[int]]:
    """The energies of error and target in each section, ``(sections,)`` each, and the edges of the sections
    in moments.
    """
    wet, error = target.wet.values, model.error.values
    length = max(1, round(section_seconds / MOMENT_SECONDS))
    count = max(1, round(wet.size / length))
    edges = [*(length * index for index in range(count)), wet.size]
    starts = edges[:-1]
    return np.add.reduceat(error, starts), np.add.reduceat(wet, starts), edges


def by_loudness(target: TargetTally, model: ModelTally) -> tuple[Part, ...]:
    """The error by the level of the dry signal in each moment, loudest playing first."""
    dry, wet, error = target.dry.values, target.wet.values, model.error.values
    loudest = max(float(np.percentile(dry[dry > 0.0], _LOUDEST)), _FLOOR)
    below = 10.0 * np.log10(np.maximum(dry, _FLOOR**2) / loudest)
    rate = target.wet.frames / MOMENT_SECONDS
    parts = []
    for low, high in pairwise(LOUDNESS_EDGES):
        at = (below >= low) & (below < high)
        if at.any():
            seconds = float(np.count_nonzero(at)) * MOMENT_SECONDS
            parts.append(
                _part(low, min(high, 0.0), float(error[at].sum()), float(wet[at].sum()), seconds, rate)
            )
    return tuple(reversed(parts))


def bands(sums: BandSums) -> tuple[BandScore, ...]:
    """The error in each octave."""
    ratios = sums.esr()
    return tuple(
        BandScore(low, high, finite_or_none(ratios[low, high]), distance)
        for (low, high), distance in sums.log_spectral_distance().items()
    )


def moments(target: TargetTally, model: ModelTally) -> tuple[Moment, ...]:
    """The moments with the largest error relative to the target. They do not overlap."""
    wet, error = target.wet.values, model.error.values
    length = min(wet.size, round(_WORST_SECONDS / MOMENT_SECONDS))
    ones = np.ones(length)
    errors, powers = np.convolve(error, ones, "valid"), np.convolve(wet, ones, "valid")
    badness = errors / (powers + _QUIET * length * float(np.mean(wet)) + _FLOOR**2)
    found: list[Moment] = []
    while len(found) < _WORST and badness.max() > 0.0:
        at = int(np.argmax(badness))
        ratio = errors[at] / powers[at] if powers[at] > 0.0 else np.inf
        found.append(Moment(at * MOMENT_SECONDS, length * MOMENT_SECONDS, float(ratio)))
        badness[max(0, at - length + 1) : at + length] = 0.0
    return tuple(found)


def curves(target: TargetTally, model: ModelTally, sums: BandSums) -> Curves:
    """The curves that the plots show."""
    spectrum = sums.spectrum
    top = float(spectrum.hertz[-1])
    edges = _LOWEST_HZ * 2.0 ** (np.arange(200) / _BANDS_PER_OCTAVE)
    edges = edges[edges <= top]
    hertz, levels = [], []
    for low, high in pairwise(edges):
        at = (spectrum.hertz >= low) & (spectrum.hertz < high)
        if at.any():
            hertz.append(float(np.sqrt(low * high)))
            levels.append([float(_db(np.mean(power[at]))) for power in (spectrum.target, spectrum.error)])
    frames = target.dry.frames
    dry, wet, out = (_db(each.values / frames) for each in (target.dry, target.wet, model.prediction))
    middles, outs = [], []
    for low in np.arange(-80.0, 0.0, _LEVEL_STEP_DB):
        at = (dry >= low) & (dry < low + _LEVEL_STEP_DB)
        if np.count_nonzero(at) >= _FEWEST_MOMENTS:
            middles.append(float(low + _LEVEL_STEP_DB / 2))
            outs.append([float(np.median(level[at])) for level in (out, wet)])
    return Curves(
        hertz=tuple(hertz),
        target_db=tuple(level[0] for level in levels),
        error_db=tuple(level[1] for level in levels),
        in_db=tuple(middles),
        out_db=tuple(level[0] for level in outs),
        target_out_db=tuple(level[1] for level in outs),
    )


def _part(low: float, high: float, error: float, power: float, seconds: float, rate: float) -> Part:
    level = float(_db(power / (seconds * rate))) if power > 0.0 else None
    return Part(float(low), float(high), seconds, level, error / power if power > 0.0 else None)


def _db(power: npt.ArrayLike) -> Array:
    return np.asarray(10.0 * np.log10(np.maximum(power, _FLOOR)))
