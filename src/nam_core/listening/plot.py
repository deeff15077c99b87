"""The picture of a listening test's result: each line's share or mean, with its 95 % interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..pages.palette import GRID, INK, LIMIT, LINE, PAPER, SERIES
from .names import HIDDEN, is_anchor
from .scoring import AbxScore, MushraScore

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH = 9.0
_LINE_HEIGHT = 0.34
_MARGIN = 0.9
_TEXT_SIZE = 9.0
# MUSHRA's grades, each a fifth of the scale.
_GRADES = ("bad", "poor", "fair", "good", "excellent")

# Name, value, both ends of the interval, and whether the row is drawn in colour.
_Row = tuple[str, float, float, float, bool]


def of(score: AbxScore | MushraScore) -> Figure:
    """The picture, drawn in the colours of ``pages.palette``. Raises ImportError if matplotlib is missing."""
    from matplotlib.figure import Figure

    rows = _rows(score)
    figure = Figure(
        figsize=(_WIDTH, _MARGIN + _LINE_HEIGHT * len(rows)), facecolor=PAPER.light, layout="constrained"
    )
    axes = figure.add_subplot(facecolor=PAPER.light)
    for place, (_, value, low, high, in_colour) in enumerate(rows):
        colour = (SERIES[0] if in_colour else LINE).light
        if not math.isnan(low):
            axes.plot([low, high], [place, place], color=colour, lw=2.2, solid_capstyle="butt")
        axes.plot(
            [value], [place], "o", color=colour, markersize=7, markeredgewidth=0, clip_on=False, zorder=3
        )
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set(xlim=(0, 100), ylim=(len(rows) - 0.4, -0.6))
    axes.grid(True, axis="x", color=GRID.light, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK.light, length=0, labelsize=_TEXT_SIZE)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(LINE.light)
    if isinstance(score, AbxScore):
        axes.axvline(50.0, color=LIMIT.light, lw=1.1, linestyle=(0, (4, 3)))
        axes.set_xlabel("Right answers, %", color=INK.light, fontsize=_TEXT_SIZE)
    else:
        ticks = range(0, 101, 20)
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        grades = axes.secondary_xaxis("top")
        grades.set_xticks([20 * index + 10 for index in range(len(_GRADES))], _GRADES)
        grades.tick_params(colors=INK.light, length=0, labelsize=_TEXT_SIZE)
        grades.spines["top"].set_visible(False)
        axes.set_xlabel("Mean rating", color=INK.light, fontsize=_TEXT_SIZE)
    return figure


def words(score: AbxScore | MushraScore) -> tuple[str, str]:
    """The title and the description of the picture, for those who cannot see it."""
    unit = " %" if isinstance(score, AbxScore) else ""
    seen = [
        f"{name}: {value:.0f}{unit}" + ("" if math.isnan(low) else f" ({low:.0f} to {high:.0f})")
        for name, value, low, high, _ in _rows(score)
    ]
    shows = "Share of right answers" if isinstance(score, AbxScore) else "Mean ratings"
    return f"{shows} with 95 % intervals", "; ".join(seen)


def caption(score: AbxScore | MushraScore) -> str:
    """The caption below the picture."""
    if isinstance(score, AbxScore):
        return (
            "Right answers of each comparison, with 95 % intervals. The dashed line is guessing. Blue: heard."
        )
    return "Mean ratings, with 95 % intervals. Blue: the systems under test."


def _rows(score: AbxScore | MushraScore) -> list[_Row]:
    if isinstance(score, AbxScore):
        return [
            (
                f"{line.system} ({line.item})",
                100 * line.right / line.trials,
                100 * line.low,
                100 * line.high,
                line.is_heard,
            )
            for line in score.items
        ]
    return [
        (each.system, each.mean, each.low, each.high, each.system != HIDDEN and not is_anchor(each.system))
        for each in score.systems
    ]
