"""Computes the scores from the answers: which differences are heard, and how systems are rated."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from .answers import Answers, Key
from .names import HIDDEN, REFERENCE, is_anchor
from .tests_of_chance import (
    SIGNIFICANCE,
    Array,
    binomial_interval,
    binomial_p,
    bootstrap_interval,
    friedman_p,
    holm,
    power,
    require_scipy,
    signed_rank_p,
)

# BS.1534-3 4.1.2 leaves out a listener who rates the hidden reference below 90, or the mid anchor above 90,
# in more than 15 % of the items.
_SCREENING_RATING = 90.0
_SCREENING_SHARE = 0.15
# If more than a quarter of the listeners rate the mid anchor of an item above 90, the item is not used for
# this rule.
_FAULTY_ITEM_SHARE = 0.25


@dataclass(frozen=True)
class Comparison:
    """One comparison of an ABX test over all listeners, or all comparisons of one listener.

    Attributes
    ----------
    item, system : the item and system that are compared; for a listener, "" and the listener's name.
    right, trials : number of right answers and of answers. low, high : 95 % interval of the share of right
        answers.
    p : probability of that many right answers by guessing. p_holm : corrected for the number of lines.
    power : probability that this many trials detect a listener who is right in 70 % of them, after the
        correction.
    """

    item: str
    system: str
    right: int
    trials: int
    low: float
    high: float
    p: float
    p_holm: float
    power: float

    @property
    def is_heard(self) -> bool:
        """Whether a difference is heard, at a significance of 5 %."""
        return self.p_holm <= SIGNIFICANCE


@dataclass(frozen=True)
class AbxScore:
    """The result of an ABX test: one ``Comparison`` for each of ``items`` and of ``listeners``."""

    items: list[Comparison]
    listeners: list[Comparison]

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            group: [{**asdict(line), "heard": line.is_heard} for line in lines]
            for group, lines in (("comparisons", self.items), ("listeners", self.listeners))
        }


@dataclass(frozen=True)
class SystemScore:
    """A system of a MUSHRA test: its mean over listeners and items, and the bootstrapped 95 % interval.

    ``p_reference`` is the p of its difference from the hidden reference (Wilcoxon, corrected by Holm). It is
    None for the hidden reference and for anchors. Anchors only set the scale, and each further test would
    reduce the power of the others.
    """

    system: str
    mean: float
    low: float
    high: float
    p_reference: float | None


@dataclass(frozen=True)
class MushraScore:
    """The result of a MUSHRA test.

    Attributes
    ----------
    systems : best first. by_item : mean rating by item and system.
    listeners : the listeners who are counted. left_out : the listeners who are not, each with the reason.
    friedman : p of Friedman's test of the hypothesis that all sounds are alike. pairs : p of each pair of
        systems under test, corrected by Holm.
    """

    systems: list[SystemScore]
    by_item: dict[str, dict[str, float]]
    listeners: list[str]
    left_out: dict[str, str]
    friedman: float
    pairs: dict[tuple[str, str], float]

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values; None where a figure needs more listeners."""
        pairs = [{"first": a, "second": b, "p": p} for (a, b), p in self.pairs.items()]
        values = {**asdict(self), "pairs": pairs}
        values["friedman"] = None if np.isnan(self.friedman) else self.friedman
        for system in values["systems"]:
            for name in ("low", "high"):
                system[name] = None if np.isnan(system[name]) else system[name]
        return values


def score_abx(key: Key, answers: list[Answers]) -> AbxScore:
    """Count right answers, by comparison and by listener. Raises ImportError without scipy."""
    require_scipy()
    by_pair: Counter[tuple[str, str]] = Counter()
    right_by_pair: Counter[tuple[str, str]] = Counter()
    by_listener, right_by_listener = Counter[str](), Counter[str]()
    for given in answers:
        for trial in given.trials:
            pair = next(
                key.systems[trial[name]] for name in ("a", "b") if key.systems[trial[name]][1] != REFERENCE
            )
            right = trial["answer"] == trial["x"]
            by_pair[pair] += 1
            right_by_pair[pair] += right
            by_listener[given.listener] += 1
            right_by_listener[given.listener] += right
    pairs = _lines([(*pair, right_by_pair[pair], count) for pair, count in by_pair.items()])
    people = _lines([("", name, right_by_listener[name], count) for name, count in by_listener.items()])
    return AbxScore(pairs, people)


def _lines(counts: list[tuple[str, str, int, int]]) -> list[Comparison]:
    p_values = [binomial_p(right, trials) for _, _, right, trials in counts]
    return [
        Comparison(
            item,
            name,
            right,
            trials,
            *binomial_interval(right, trials),
            p,
            corrected,
            power(trials, len(counts)),
        )
        for (item, name, right, trials), p, corrected in zip(counts, p_values, holm(p_values), strict=True)
    ]


def score_mushra(key: Key, answers: list[Answers]) -> MushraScore:
    """Screen listeners and compute means. The bootstrap draws listeners; with one listener it draws items.

    Raises ImportError without scipy, and ValueError if no listener is left.
    """
    require_scipy()
    items = [item["name"] for item in key.page["items"]]
    systems = list(dict.fromkeys(name for _, name in key.systems.values() if name != REFERENCE))
    ratings = np.array([_ratings(key, given, items, systems) for given in answers])
    left_out = _screened(answers, ratings, systems)
    kept = [index for index, given in enumerate(answers) if given.listener not in left_out]
    if not kept:
        raise ValueError(f"of {len(answers)} listeners, none is left after screening")
    ratings = ratings[kept]
    by_listener: Array = ratings.mean(axis=1)
    others = [name for name in systems if name != HIDDEN and not is_anchor(name)]
    reference = by_listener[:, systems.index(HIDDEN)]
    column = {name: by_listener[:, index] for index, name in enumerate(systems)}
    to_reference = dict(
        zip(others, holm([signed_rank_p(column[name], reference) for name in others]), strict=True)
    )
    pairs = list(combinations(others, 2))
    of_pairs = holm([signed_rank_p(column[a], column[b]) for a, b in pairs])
    scores = [
        SystemScore(
            name, float(values.mean()), *bootstrap_interval(_units(ratings, index)), to_reference.get(name)
        )
        for index, (name, values) in enumerate(column.items())
    ]
    means = ratings.mean(axis=0)
    return MushraScore(
        systems=sorted(scores, key=lambda score: -score.mean),
        by_item={
            item: dict(zip(systems, row, strict=True))
            for item, row in zip(items, means.tolist(), strict=True)
        },
        listeners=[answers[index].listener for index in kept],
        left_out=left_out,
        friedman=friedman_p(by_listener),
        pairs=dict(zip(pairs, of_pairs, strict=True)),
    )


def _units(ratings: Array, system: int) -> Array:
    """The units that the bootstrap draws: listeners, or items if there is one listener."""
    values = ratings[:, :, system]
    units: Array = values.mean(axis=1) if values.shape[0] > 1 else values[0]
    return units


def _ratings(key: Key, given: Answers, items: list[str], systems: list[str]) -> Array:
    found = np.full((len(items), len(systems)), np.nan)
    for trial in given.trials:
        for sound, rating in trial["ratings"].items():
            item, name = key.systems[sound]
            found[items.index(item), systems.index(name)] = rating
    return found


def _screened(answers: list[Answers], ratings: Array, systems: list[str]) -> dict[str, str]:
    """The listeners to leave out, each with the reason (``_SCREENING_RATING``)."""
    reference = ratings[:, :, systems.index(HIDDEN)] < _SCREENING_RATING
    anchors = sorted(
        filter(is_anchor, systems),
        key=lambda name: float(name.split()[1]),
    )
    # The mid anchor is the one with the higher cut-off; a test with one anchor has no mid anchor.
    middle = np.zeros_like(reference)
    if len(anchors) > 1:
        middle = ratings[:, :, systems.index(anchors[-1])] > _SCREENING_RATING
        middle[:, middle.mean(axis=0) > _FAULTY_ITEM_SHARE] = False
    reasons = {}
    for given, low, high in zip(answers, reference, middle, strict=True):
        if low.mean() > _SCREENING_SHARE:
            times = f"{low.sum()} of {low.size} items"
            reasons[given.listener] = f"rated the hidden reference below 90 in {times}"
        elif high.mean() > _SCREENING_SHARE:
            reasons[given.listener] = f"rated {anchors[-1]} above 90 in {high.sum()} of {high.size} items"
    return reasons
