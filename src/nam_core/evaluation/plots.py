"""The plots of an evaluation, for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..pages.palette import GRID, INK, LINE, PAPER, SERIES
from .results import Curves, Evaluation, Match

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = (11.0, 5.2)
_TEXT_SIZE = 8.5
# With more models than this, only those on the front are named; a name may move this many text heights away.
_MOST_NAMES = 14
_NAME_REACH = 4.0
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))


def cost_and_accuracy(evaluation: Evaluation) -> tuple[Figure, dict[str, str]]:
    """ESR against ns per sample with the front of best choices, and a tooltip for each point."""
    figure, axes = _page()
    ranks = {rank.model: rank for rank in evaluation.ranking}
    points = []
    tooltips = {}
    for index, model in enumerate(evaluation.models):
        if model.ns_per_sample is None:
            continue
        rank = ranks[model.name]
        gid = f"point-{index}"
        esr = max(rank.esr, _least(evaluation))
        colour = (SERIES[0] if rank.is_on_front else LINE).light
        (marker,) = axes.plot(
            [model.ns_per_sample],
            [esr],
            "o",
            color=colour,
            markersize=7,
            markeredgecolor=PAPER.light,
            zorder=3,
        )
        marker.set_gid(gid)
        axes.plot(
            [model.ns_per_sample] * 2,
            [max(rank.low, _least(evaluation)), max(rank.high, esr)],
            color=colour,
            lw=1.3,
        )
        points.append((model.ns_per_sample, esr, model.name, rank.is_on_front))
        tooltips[gid] = (
            f"{model.name}: ESR {rank.esr:.3g} ({rank.low:.2g} to {rank.high:.2g}), "
            f"{model.ns_per_sample:.1f} ns per sample"
        )
    front = sorted((x, y) for x, y, _, is_on_front in points if is_on_front)
    axes.plot(*zip(*front, strict=True), color=SERIES[0].light, lw=1.2, zorder=1, drawstyle="steps-post")
    axes.set(xscale="log", yscale="log")
    axes.margins(x=0.12, y=0.12)
    _plain_numbers(axes.xaxis)
    axes.set_xlabel("ns per sample, one core, blocks of 64 frames", color=INK.light)
    axes.set_ylabel("ESR, lower is better", color=INK.light)
    named = [(x, y, name) for x, y, name, is_on_front in points if is_on_front or len(points) <= _MOST_NAMES]
    _write_names(figure, axes, named, [(x, y) for x, y, *_ in points], front)
    return figure, tooltips


def _write_names(
    figure: Figure,
    axes: Axes,
    named: Sequence[tuple[float, float, str]],
    points: Sequence[tuple[float, float]],
    front: Sequence[tuple[float, float]],
) -> None:
    """Write names beside their points where they cover nothing; a name without room appears in the tooltip
    only.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from ..survey.label_layout import Box, place_labels

    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]  # places the axes
    texts = [axes.text(0, 0, name, fontsize=_TEXT_SIZE, color=INK.light) for *_, name in named]
    extents = [text.get_window_extent() for text in texts]
    marker = 4.0 * figure.dpi / 72
    area = axes.get_window_extent()
    pixels = [axes.transData.transform(point) for point in points]
    taken = [Box(x - marker, y - marker, x + marker, y + marker) for x, y in pixels]
    for (x, y), (next_x, next_y) in pairwise(axes.transData.transform(point) for point in front):
        taken += [Box(x, y - 2, next_x, y + 2), Box(next_x - 2, next_y, next_x + 2, y)]  # the front
    boxes = place_labels(
        [tuple(axes.transData.transform(each[:2])) for each in named],
        [(extent.width + 6, extent.height + 2) for extent in extents],
        Box(area.x0, area.y0, area.x1, area.y1),
        marker,
        _NAME_REACH,
        taken,
    )
    inverse = axes.transAxes.inverted()
    for text, box in zip(texts, boxes, strict=True):
        if box is None:
            text.remove()
            continue
        text.set_transform(axes.transAxes)
        text.set_position(tuple(inverse.transform((box.left + 3, (box.bottom + box.top) / 2))))
        text.set_verticalalignment("center_baseline")


def residual(evaluation: Evaluation, pair: str) -> Figure:
    """The spectrum of each model's error, with that of the target."""
    figure, axes = _curves(
        evaluation,
        pair,
        target=lambda curves: (curves.hertz, curves.target_db),
        model=lambda curves: (curves.hertz, curves.error_db),
    )
    axes.set_xscale("log")
    _plain_numbers(axes.xaxis)
    axes.set_xlabel("Hz", color=INK.light)
    axes.set_ylabel("Level of target and errors, dB", color=INK.light)
    return figure


def transfer(evaluation: Evaluation, pair: str) -> Figure:
    """Output level against input level, for the target and each model."""
    figure, axes = _curves(
        evaluation,
        pair,
        target=lambda curves: (curves.in_db, curves.target_out_db),
        model=lambda curves: (curves.in_db, curves.out_db),
    )
    axes.set_xlabel("Level in, dBFS (moments of 0.05 s)", color=INK.light)
    axes.set_ylabel("Level out, dBFS", color=INK.light)
    return figure


def _curves(
    evaluation: Evaluation,
    pair: str,
    target: Callable[[Curves], tuple[Sequence[float], Sequence[float]]],
    model: Callable[[Curves], tuple[Sequence[float], Sequence[float]]],
) -> tuple[Figure, Axes]:
    """Plot one curve for the target and one for each model; ``target`` and ``model`` return x and the level
    in dB.
    """
    figure, axes = _page()
    matches = _ordered(evaluation, pair)
    axes.plot(*target(matches[0].curves), color=INK.light, lw=2.4, label="target")
    for index, match in enumerate(matches):
        positions, levels = model(match.curves)
        offset = _offset(evaluation, match, matches[0])
        axes.plot(positions, [level + offset for level in levels], **_line(index), label=match.model)
    _legend(figure, axes)
    return figure, axes


def _page() -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, facecolor=PAPER.light, layout="constrained")
    axes = figure.add_subplot(facecolor=PAPER.light)
    axes.grid(True, color=GRID.light, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK.light, length=0, labelsize=_TEXT_SIZE, which="both")
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(LINE.light)
    return figure, axes


def _line(index: int) -> dict[str, Any]:
    dashes = _DASHES[index // len(SERIES) % len(_DASHES)]
    return {"color": SERIES[index % len(SERIES)].light, "lw": 1.4, "linestyle": dashes}


def _legend(figure: Figure, axes: Axes) -> None:
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside right upper",
        frameon=False,
        fontsize=_TEXT_SIZE,
        labelcolor=INK.light,
    )


def _plain_numbers(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=50))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _ordered(evaluation: Evaluation, pair: str) -> Sequence[Match]:
    return [evaluation.match(rank.model, pair) for rank in evaluation.ranking]


def _offset(evaluation: Evaluation, match: Match, first: Match) -> float:
    """The gain in dB that brings a match to the level of the first match's target, if levels were removed."""
    if evaluation.align != "gain" or match.alignment is None or first.alignment is None:
        return 0.0
    return match.alignment.gain_db - first.alignment.gain_db


def _least(evaluation: Evaluation) -> float:
    """The position at which an ESR of 0 is drawn: a tenth of the smallest other ESR."""
    above = [rank.esr for rank in evaluation.ranking if rank.esr > 0.0]
    return min(above) / 10.0 if above else 1e-12
