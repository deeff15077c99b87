"""Reads a budget as the user writes it, and finds the models that stay within the budget."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from .results import Result, Survey

_BUDGET = re.compile(r"([0-9]*\.?[0-9]+)\s*(%|ms)")


@dataclass(frozen=True)
class Budget:
    """A model may take ``share`` of one core (0.03 is 3 %), by its median time."""

    text: str
    share: float

    def milliseconds(self, seconds: float) -> float:
        """The budget in milliseconds for so many seconds of audio."""
        return self.share * seconds * 1e3

    def holds(self, result: Result) -> bool:
        """Whether the result's median time stays within the budget."""
        return result.core_share <= self.share

    def holds_undisturbed(self, result: Result) -> bool:
        """Whether the result's least time stays within the budget, as on a machine without other programs."""
        return result.least_core_share <= self.share


def parse_budget(text: str, seconds: float) -> Budget:
    """Read "3%" (of one core) or "60ms" (for ``seconds`` of audio).

    Raises
    ------
    ValueError
        If the text is neither, or the budget is not above 0.
    """
    found = _BUDGET.fullmatch(text.strip())
    number = float(found[1]) if found else math.nan
    if not found or number <= 0.0:
        raise ValueError(
            f'a budget is a share of one core such as 3%, or a time such as 60ms; found "{text}"'
        )
    share = number / 100 if found[2] == "%" else number / (1e3 * seconds)
    return Budget(text.strip(), share)


def verdict(survey: Survey, budget: Budget) -> list[str]:
    """Sentences about which models fit: the largest for each block length, and the largest size of each
    model.

    "Largest" is by multiply-adds per sample. Times are medians on sound. If least times give another verdict,
    one sentence says so.
    """
    seconds = survey.settings.seconds
    limit = f"{100 * budget.share:.3g} % of one core, {budget.milliseconds(seconds):.3g} ms for {seconds:g} s"
    sentences = [f"The budget is {limit} of audio."]
    for block in survey.settings.blocks:
        results = [result for result in survey.of("sound") if result.block == block]
        if results:
            sentences += _of_block(survey, budget, block, results)
    return sentences


def _of_block(survey: Survey, budget: Budget, block: int, results: list[Result]) -> list[str]:
    fitting = [result for result in results if budget.holds(result)]
    over = [result for result in results if not budget.holds(result)]
    where = f"In blocks of {block} frames"
    if not fitting:
        cheapest = min(results, key=lambda result: result.core_share)
        sentence = f"{where} no model fits; the cheapest is {_named(survey, cheapest)}."
        return [sentence, *_undisturbed(survey, budget, over)]
    largest = max(fitting, key=_largeness)
    sentences = [
        f"{where} the largest model that fits is {_named(survey, largest)}; "
        f"{len(fitting)} of {len(results)} fit."
    ]
    if over:
        nearest = min(over, key=lambda result: result.core_share)
        sentences[0] += f" The cheapest that does not fit is {_named(survey, nearest)}."
    return sentences + _undisturbed(survey, budget, over) + _of_sizes(survey, budget, results)


def _undisturbed(survey: Survey, budget: Budget, over: list[Result]) -> list[str]:
    """Sentences about models that exceed the budget, but not by their least times."""
    found = [result for result in over if budget.holds_undisturbed(result)]
    if not found:
        return []
    largest = max(found, key=_largeness)
    least = largest.milliseconds(survey.settings.seconds, largest.ns_per_sample_min)
    labels = f"{survey.label(largest)} ({least:.3g} ms, {100 * largest.least_core_share:.3g} %)"
    more = "" if len(found) == 1 else f" and {len(found) - 1} smaller"
    return [f"On an undisturbed machine, by least times, {labels}{more} would fit too."]


def _of_sizes(survey: Survey, budget: Budget, results: list[Result]) -> list[str]:
    """Sentences about the models that come in several sizes."""
    sentences, always, never = [], [], []
    for name in dict.fromkeys(result.model for result in results):
        sizes = [result for result in results if result.model == name]
        fitting = [result for result in sizes if budget.holds(result)]
        if len(sizes) == 1:
            continue
        if len(fitting) == len(sizes):
            always.append(name)
        elif not fitting:
            never.append(name)
        else:
            largest = _named(survey, max(fitting, key=_largeness))
            sentences.append(f"The largest size of {name} that fits is {largest}.")
    if always:
        sentences.append(f"These fit in every size that was measured: {', '.join(always)}.")
    if never:
        sentences.append(f"These fit in no size: {', '.join(never)}.")
    return sentences


def _largeness(result: Result) -> tuple[int, float]:
    return result.macs_per_frame, result.ns_per_sample


def _named(survey: Survey, result: Result) -> str:
    """The label of a result, with the figures that decided: multiply-adds, ms and share of a core."""
    milliseconds = result.milliseconds(survey.settings.seconds)
    macs = f"{result.macs_per_frame:,} multiply-adds"
    return f"{survey.label(result)} ({macs}, {milliseconds:.3g} ms, {100 * result.core_share:.3g} %)"
