"""The horizontal axis of a survey's plot: each result's place on it, the best choices, and the models to
name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .presets import NAMES
from .results import Result, Survey

Axis = Literal["channels", "parameters", "macs", "esr"]

TITLES: dict[Axis, str] = {
    "channels": "Channels of the first layer array",
    "parameters": "Parameters",
    "macs": "Multiply-adds per sample",
    "esr": "ESR of the evaluation, lower is better",
}
# With more models than this, only presets and the front are named, because the other names would overlap.
_MOST_NAMES = 20


@dataclass(frozen=True)
class Horizontal:
    """An axis of a survey's plot.

    ``accuracy`` is for the axis "esr": the ESR of models by their names, as ``nam-core evaluate`` writes it.
    """

    survey: Survey
    axis: Axis
    accuracy: Mapping[str, float] | None = None

    def results(self) -> list[Result]:
        """The results on sound that have a place on the axis.

        Raises
        ------
        ValueError
            If no result has a place on the axis.
        """
        found = [result for result in self.survey.of("sound") if self._place(result) is not None]
        if not found and self.axis == "esr":
            known = ", ".join(self.accuracy or ()) or "none"
            raise ValueError(f"none of these models is in the evaluation, which has: {known}")
        if not found:
            raise ValueError(f"none of these models has {self.axis}: choose another axis")
        return found

    def x(self, result: Result) -> float:
        """The place of a result on the axis. An ESR of 0 is drawn at a tenth of the least ESR above 0."""
        place = self._place(result)
        if self.axis == "esr" and place == 0.0:
            above = [esr for esr in (self.accuracy or {}).values() if esr > 0.0]
            return min(above) / 10.0 if above else 1e-12
        return float(place or 0.0)

    def _place(self, result: Result) -> float | None:
        if self.axis == "esr":
            return (self.accuracy or {}).get(self.survey.label(result))
        if self.axis == "channels":
            return result.channels[0] if result.channels else None
        return result.parameters if self.axis == "parameters" else result.macs_per_frame

    def front(self, results: Sequence[Result]) -> list[Result]:
        """The best choices, the cheapest first.

        No other result of the same block length takes at most the same time and has more of what the axis
        shows, or a lower ESR.
        """
        sign = 1.0 if self.axis == "esr" else -1.0
        best: list[Result] = []
        for result in sorted(results, key=lambda r: (r.ns_per_sample, sign * self.x(r))):
            if not best or sign * self.x(result) < sign * self.x(best[-1]):
                best.append(result)
        return best

    def named(self, results: Sequence[Result]) -> list[Result]:
        """The results that get a name; if there are many, the presets and the front at the first block
        length.
        """
        first = [result for result in results if result.block == self.survey.settings.blocks[0]]
        if len(first) <= _MOST_NAMES:
            return first
        front = self.front(first)
        return [result for result in first if result.model in NAMES or result in front]

    def tooltips(self, results: Sequence[Result]) -> dict[str, str]:
        """The text of each point's tooltip, by the point's ``gid``."""
        return {f"point-{index}": self._words(result) for index, result in enumerate(results)}

    def _words(self, result: Result) -> str:
        words = (
            f"{self.survey.label(result)}: {result.ns_per_sample:.1f} ns per sample in blocks of "
            f"{result.block}, {100 * result.core_share:.3g} % of a core, {result.parameters:,} parameters"
        )
        return f"{words}, ESR {self._place(result):.3g}" if self.axis == "esr" else words
