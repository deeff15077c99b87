"""The report on a listening test: page, tables and sentences."""

from __future__ import annotations

import math
from pathlib import Path

from ..pages import Table, render_page, svg
from . import plot
from .answers import Key
from .scoring import AbxScore, Comparison, MushraScore
from .tests_of_chance import HEARING, SIGNIFICANCE, least_signed_rank_p

_TEMPLATE = Path(__file__).with_name("templates") / "report.html"
# Below this power a negative result says little. At 0.8 the test misses one in five listeners who hear a
# difference.
_ENOUGH_POWER = 0.8


def tables(score: AbxScore | MushraScore) -> list[Table]:
    """The tables of the result."""
    if isinstance(score, AbxScore):
        return [
            _abx_table("Comparisons, all listeners together", "comparison", score.items),
            _abx_table("Listeners, all comparisons together", "listener", score.listeners),
        ]
    return [_systems(score), _items(score), *([_pairs(score)] if score.pairs else [])]


def sentences(score: AbxScore | MushraScore) -> list[str]:
    """The sentences that state the result."""
    if isinstance(score, MushraScore):
        count = len(score.listeners)
        said = ["One listener counts." if count == 1 else f"{count} listeners count."]
        if not math.isnan(score.friedman):
            found = "differ" if score.friedman <= SIGNIFICANCE else "are not found to differ"
            said.append(f"The sounds {found} (Friedman's test, p {_compared(score.friedman)}).")
        same = [s.system for s in score.systems if s.p_reference is not None and s.p_reference > SIGNIFICANCE]
        if same and len(score.listeners) > 1:
            said.append(f"Not found to differ from the reference: {', '.join(same)}.")
        return said
    heard = [f"{line.system} ({line.item})" for line in score.items if line.is_heard]
    silent = [f"{line.system} ({line.item})" for line in score.items if not line.is_heard]
    said = [f"A difference is heard: {', '.join(heard)}."] if heard else []
    return said + ([f"No difference is found: {', '.join(silent)}."] if silent else [])


def warnings(score: AbxScore | MushraScore) -> list[str]:
    """The sentences that state the limits of the result."""
    if isinstance(score, MushraScore):
        left_out = [f"{name} is left out: {reason}." for name, reason in score.left_out.items()]
        return [*left_out, *_too_few(score)]
    weak: dict[tuple[int, float], list[str]] = {}
    for line in score.items:
        if not line.is_heard and line.power < _ENOUGH_POWER:
            weak.setdefault((line.trials, line.power), []).append(f"{line.system} ({line.item})")
    return [
        f"{', '.join(names)}: with {trials} trial{'' if trials == 1 else 's'}, a listener who is right in "
        f"{_percent(HEARING)} of them is found with a probability of only {_percent(power)}."
        for (trials, power), names in weak.items()
    ]


def _too_few(score: MushraScore) -> list[str]:
    """A sentence about each family of comparisons in which this number of listeners cannot find a
    difference.
    """
    count = len(score.listeners)
    compared = sum(system.p_reference is not None for system in score.systems)
    families = (("comparisons with the reference", compared), ("pairs of systems", len(score.pairs)))
    return [
        f"{count} {'listener is' if count == 1 else 'listeners are'} too few for Wilcoxon's test of {number} "
        f"{what}: even if all of them agree, p is {min(1.0, number * least_signed_rank_p(count)):.3f} after "
        f"Holm's correction. {_enough(number)} listeners can find a difference at {_percent(SIGNIFICANCE)}."
        for what, number in families
        if number * least_signed_rank_p(count) > SIGNIFICANCE
    ]


def _enough(comparisons: int) -> int:
    """The fewest listeners with whom Wilcoxon's test can find a difference in so many comparisons."""
    return next(n for n in range(1, 100) if comparisons * least_signed_rank_p(n) <= SIGNIFICANCE)


def page(key: Key, score: AbxScore | MushraScore) -> str:
    """The report as an HTML page. Raises ImportError if Jinja is missing."""
    kind = "ABX" if key.kind == "abx" else "MUSHRA (ITU-R BS.1534-3)"
    return render_page(
        _TEMPLATE,
        title=f"{key.title}: result",
        subtitle=f"{kind}, test {key.test}",
        sentences=sentences(score),
        warnings=warnings(score),
        picture=svg(plot.of(score), "result", *plot.words(score)),
        caption=plot.caption(score),
        tables=tables(score),
    )


def _abx_table(title: str, first: str, lines: list[Comparison]) -> Table:
    rows = [
        (
            f"{line.system} ({line.item})" if line.item else line.system,
            str(line.right),
            str(line.trials),
            _percent(line.right / line.trials),
            f"{100 * line.low:.0f} to {_percent(line.high)}",
            _p(line.p),
            _p(line.p_holm),
            _percent(line.power),
        )
        for line in lines
    ]
    headings = (first, "right", "trials", "share", "95 %\ninterval", "p", "p, Holm", "power")
    note = (
        f"p: the probability of so many right answers by guessing; Holm's is corrected for the number of "
        f"lines. Power: the probability that so many trials find a listener who is right in "
        f"{_percent(HEARING)}, at {_percent(SIGNIFICANCE)} after Holm's correction."
    )
    return Table(title=title, headings=headings, rows=tuple(rows), note=note)


def _systems(score: MushraScore) -> Table:
    rows = [
        (
            system.system,
            f"{system.mean:.1f}",
            "" if math.isnan(system.low) else f"{system.low:.1f} to {system.high:.1f}",
            "" if system.p_reference is None else _p(system.p_reference),
        )
        for system in score.systems
    ]
    headings = ("system", "mean", "95 %\ninterval", "p, against the\nhidden reference")
    units = "listeners" if len(score.listeners) > 1 else "items"
    note = f"Intervals by bootstrap over {units}. p: Wilcoxon's signed-rank test, corrected by Holm."
    return Table(title="Systems", headings=headings, rows=tuple(rows), note=note)


def _items(score: MushraScore) -> Table:
    names = [system.system for system in score.systems]
    rows = [(item, *(f"{means[name]:.1f}" for name in names)) for item, means in score.by_item.items()]
    return Table(title="Means by item", headings=("item", *names), rows=tuple(rows))


def _pairs(score: MushraScore) -> Table:
    rows = [(f"{a} and {b}", _p(p)) for (a, b), p in score.pairs.items()]
    note = "Wilcoxon's signed-rank test over listeners, corrected by Holm."
    return Table(title="Pairs of systems", headings=("pair", "p, Holm"), rows=tuple(rows), note=note)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _compared(p: float) -> str:
    return _p(p) if p < 0.001 else f"= {_p(p)}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
