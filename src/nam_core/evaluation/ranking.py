"""Ranks the models, and measures how certain the ranking is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .results import Contender, Rank

Array = npt.NDArray[np.float64]
# Energies of error and target in each section, ``(sections,)`` each.
Sections = tuple[Array, Array]

_DRAWS = 2000
_SEED = 20
_RANGE = (2.5, 97.5)
# With fewer sections the bootstrap says little.
FEW_SECTIONS = 8


def rank(
    models: Sequence[Contender],
    sections: Mapping[tuple[str, str], Sections],
    floors: Mapping[str, float | None],
) -> tuple[Rank, ...]:
    """Rank the models by their mean ESR over the pairs, with intervals from a bootstrap over sections.

    Every draw takes as many sections of a pair as the pair has, with replacement, and the same sections for
    all models: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13.

    Parameters
    ----------
    models : the models to rank. sections : by model and pair. floors : the noise floor of each pair, an ESR,
        or None if the pair has no second take.
    """
    rng = np.random.default_rng(_SEED)
    draws = {}
    for pair in floors:
        count = len(sections[models[0].name, pair][0])
        draws[pair] = rng.integers(0, count, (_DRAWS, count))
    means = {
        model.name: float(np.mean([_esr(sections[model.name, pair], None) for pair in floors]))
        for model in models
    }
    drawn = {
        model.name: np.mean([_esr(sections[model.name, pair], draws[pair]) for pair in floors], axis=0)
        for model in models
    }
    equal = {
        model.name
        for model in models
        if all(
            floor is not None and _esr(sections[model.name, pair], None) <= floor
            for pair, floor in floors.items()
        )
    }
    ordered = sorted(models, key=lambda model: means[model.name])
    best = drawn[ordered[0].name]
    ranks = []
    for place, model in enumerate(ordered, 1):
        low, high = np.percentile(drawn[model.name], _RANGE)
        worse = float(np.percentile(drawn[model.name] - best, _RANGE[0])) > 0.0
        is_equal = model.name in equal
        ranks.append(
            Rank(
                model=model.name,
                place=1 if is_equal else place,
                esr=float(means[model.name]),
                low=float(low),
                high=float(high),
                equal_by_noise=is_equal,
                is_apart_from_best=worse and not (is_equal and ordered[0].name in equal),
                is_on_front=_is_on_front(model, models, means),
            )
        )
    return tuple(ranks)


def _esr(sums: Sections, draws: npt.NDArray[np.int64] | None) -> Array:
    """The ESR over all sections, or over each draw of sections; a draw with only silence counts 0."""
    error, power = (each.sum() if draws is None else each[draws].sum(axis=1) for each in sums)
    return np.asarray(np.divide(error, power, out=np.zeros(np.shape(error)), where=np.asarray(power) > 0.0))


def _is_on_front(model: Contender, models: Sequence[Contender], esr: Mapping[str, float]) -> bool:
    """Whether no other model is at least as good in ESR and in cost, and better in one of them. False without
    costs.
    """
    if model.ns_per_sample is None:
        return False
    mine = (model.ns_per_sample, esr[model.name])
    others = [(other.ns_per_sample, esr[other.name]) for other in models if other.ns_per_sample is not None]
    return not any(cost <= mine[0] and error <= mine[1] and (cost, error) != mine for cost, error in others)
