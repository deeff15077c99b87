"""Two surveys against each other: another machine, another version, another instruction set."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import exp, fsum, log

from .results import Result, Survey


@dataclass(frozen=True)
class Ratio:
    """``value`` is this time over the other one: below 1, this one is faster.

    ``low`` and ``high`` are what it would be at the quartiles that make it smallest and largest.
    """

    label: str
    this: Result
    other: Result

    @property
    def value(self) -> float:
        """The ratio of the medians."""
        return self.this.ns_per_sample / self.other.ns_per_sample

    @property
    def low(self) -> float:
        """This one at its lower quartile, the other at its upper one."""
        return self.this.ns_per_sample_low / self.other.ns_per_sample_high

    @property
    def high(self) -> float:
        """This one at its upper quartile, the other at its lower one."""
        return self.this.ns_per_sample_high / self.other.ns_per_sample_low


@dataclass(frozen=True)
class Comparison:
    """``ratios`` of what both have, and the labels of what only one of them has."""

    ratios: tuple[Ratio, ...]
    only_this: tuple[str, ...]
    only_other: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The geometric mean of the ratios."""
        return exp(fsum(log(ratio.value) for ratio in self.ratios) / len(self.ratios))


def compare(this: Survey, other: Survey, *, unlike: bool = False) -> Comparison:
    """Set the results on sound against each other.

    Parameters
    ----------
    unlike : compare even where the two did not do the same. Where they have no block length in common, the
        first of each is taken.

    Raises
    ------
    ValueError
        If the surveys differ in dtype, block lengths, signal or seconds, or a model of the same name is
        another model; or if they have nothing in common.
    """
    differences = unlikeness(this, other)
    if differences and not unlike:
        raise ValueError(f"not the same was measured: {'; '.join(differences)}")
    in_common = set(this.settings.blocks) & set(other.settings.blocks)
    here, there = _by_key(this, bool(in_common)), _by_key(other, bool(in_common))
    ratios = tuple(
        Ratio(this.label(result), result, there[key]) for key, result in here.items() if key in there
    )
    if not ratios:
        raise ValueError("the two have no model in common")
    return Comparison(
        ratios,
        _labels(this, [result for key, result in here.items() if key not in there]),
        _labels(other, [result for key, result in there.items() if key not in here]),
    )


def unlikeness(this: Survey, other: Survey) -> list[str]:
    """What keeps two surveys from being comparable, as phrases; processors and versions may differ."""
    found = []
    for name in ("dtype", "blocks", "seconds", "signal"):
        mine, theirs = getattr(this.settings, name), getattr(other.settings, name)
        if mine != theirs:
            found.append(f"{name} is {_text(mine)} here and {_text(theirs)} there")
    shapes = {(result.model, result.quality): _shape(result) for result in other.results}
    for key in dict.fromkeys((result.model, result.quality) for result in this.results):
        mine = next(_shape(result) for result in this.results if (result.model, result.quality) == key)
        if key in shapes and shapes[key] != mine:
            found.append(f"{key[0]} is another model there")
    return found


def _shape(result: Result) -> tuple[object, ...]:
    return result.architecture, result.channels, result.parameters, result.macs_per_frame


def _by_key(survey: Survey, with_block: bool) -> dict[Hashable, Result]:
    blocks = survey.settings.blocks if with_block else survey.settings.blocks[:1]
    return {
        (result.model, result.quality, result.block if with_block else None): result
        for result in survey.of("sound")
        if result.block in blocks
    }


def _labels(survey: Survey, results: list[Result]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(survey.label(result) for result in results))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
