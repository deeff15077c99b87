"""Compares two surveys: of two machines, versions or instruction sets."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, fsum, log

from .results import Result, Settings, Survey


@dataclass(frozen=True)
class Ratio:
    """``value`` is the time of this survey divided by the time of the other: below 1, this survey is faster.

    ``low`` and ``high`` are the smallest and the largest ratio of the quartiles.
    """

    label: str
    this: Result
    other: Result

    @property
    def value(self) -> float:
        """The ratio of the medians."""
        return self.this.ns_per_sample / self.other.ns_per_sample

    @property
    def least(self) -> float:
        """The ratio of the least times."""
        return self.this.ns_per_sample_min / self.other.ns_per_sample_min

    @property
    def low(self) -> float:
        """This survey's lower quartile divided by the other's upper quartile."""
        return self.this.ns_per_sample_low / self.other.ns_per_sample_high

    @property
    def high(self) -> float:
        """This survey's upper quartile divided by the other's lower quartile."""
        return self.this.ns_per_sample_high / self.other.ns_per_sample_low


@dataclass(frozen=True)
class Comparison:
    """``ratios`` of the results that both surveys have; labels of the results that only one has."""

    ratios: tuple[Ratio, ...]
    only_this: tuple[str, ...]
    only_other: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The geometric mean of the ratios."""
        return _geometric_mean([ratio.value for ratio in self.ratios])

    @property
    def mean_of_least(self) -> float:
        """The geometric mean of the ratios of least times."""
        return _geometric_mean([ratio.least for ratio in self.ratios])


def compare(this: Survey, other: Survey, *, unlike: bool = False) -> Comparison:
    """Compare the results on sound of two surveys.

    Parameters
    ----------
    unlike : compare even if the settings or models differ. If the surveys have no block length in common, the
        first block length of each is taken.

    Raises
    ------
    ValueError
        If the surveys differ in dtype, block lengths, signal or seconds, if two models of one name differ, or
        if the surveys have no model in common.
    """
    if not unlike:
        refuse_unlike(settings_differences(this.settings, other.settings) + model_differences(this, other))
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


def refuse_unlike(differences: list[str]) -> None:
    """Raise ValueError, which names the differences, if there are any."""
    if differences:
        raise ValueError(f"the surveys differ: {'; '.join(differences)}")


def settings_differences(this: Settings, other: Settings) -> list[str]:
    """The settings that differ between two surveys, as phrases. Processors and versions may differ."""
    return [
        f"{name} is {_text(mine)} here and {_text(theirs)} there"
        for name in ("dtype", "blocks", "seconds", "signal")
        if (mine := getattr(this, name)) != (theirs := getattr(other, name))
    ]


def model_differences(this: Survey, other: Survey) -> list[str]:
    """The models that have one name in both surveys but differ, as phrases."""
    found = []
    shapes = {(result.model, result.quality): _shape(result) for result in other.results}
    for key in dict.fromkeys((result.model, result.quality) for result in this.results):
        mine = next(_shape(result) for result in this.results if (result.model, result.quality) == key)
        if key in shapes and shapes[key] != mine:
            found.append(f"{key[0]} is a different model there")
    return found


def _geometric_mean(values: Sequence[float]) -> float:
    return exp(fsum(map(log, values)) / len(values))


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
