"""The plot of a survey: the time to process some audio against channels, parameters, multiply-adds or ESR."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pages import require_pages
from ..pages.palette import GRID, INK, LIMIT, LINE, PALE_INK, PAPER, SERIES
from .budget import Budget, verdict
from .horizontal import TITLES, Axis, Horizontal
from .label_layout import Box, place_labels
from .results import Result, Survey

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

_STYLES = tuple(zip((colour.light for colour in SERIES), "os^Dv", strict=True))
_NAME_SIZE, _TEXT_SIZE = 7.5, 8.5
# Inches. A page gets the first height that has room for all names near their points.
_WIDTH, _LEFT, _RIGHT, _TOP, _TOP_WITHOUT_TEXTS, _BOTTOM = 12.5, 0.75, 0.75, 0.95, 0.35, 0.6
_HEIGHTS = (7.0, 8.5, 10.5, 13.0, 16.0)
_NEAR = 9.0
_DPI = 150
_TEXT_LINE = 0.18
_TEXT_COLUMNS = 165


def draw(
    survey: Survey,
    axis: Axis = "channels",
    budget: Budget | None = None,
    with_texts: bool = True,
    accuracy: Mapping[str, float] | None = None,
) -> Figure:
    """Draw times on sound, one point per model, size and block length. If there are many, only the presets
    and the front of best choices are named.

    Parameters
    ----------
    axis : the quantity on the horizontal axis. Models without channels are left out of "channels".
    accuracy : for the axis "esr", the ESR of models by name. Models without an ESR are left out.
    budget : drawn as a line; the sentences of its verdict name the models that fit.
    with_texts : whether the picture contains the title, the conditions and the models that fit.

    Returns
    -------
    matplotlib figure, with error bars from the lower to the upper quartile. It is as high as its names need;
    ``savefig`` writes it.

    Raises
    ------
    ImportError
        If matplotlib or Jinja is missing.
    ValueError
        If no result has a place on the horizontal axis.
    """
    require_pages()
    along = Horizontal(survey, axis, accuracy)
    results = along.results()
    sentences = verdict(survey, budget) if budget and with_texts else []
    for height in _HEIGHTS:
        figure = _page(survey, sentences, height, with_texts)
        _draw_results(figure.axes[0], survey, results, along, budget)
        reach = _NEAR if height < _HEIGHTS[-1] else math.inf
        if _write_names(figure.axes[0], survey, results, along, budget, reach):
            break
    return figure


def picture(
    survey: Survey,
    path: Path,
    axis: Axis = "channels",
    budget: Budget | None = None,
    accuracy: Mapping[str, float] | None = None,
) -> bytes:
    """Return the plot of ``draw`` as the bytes of a file; the path's ending names the file format."""
    contents = io.BytesIO()
    draw(survey, axis, budget, accuracy=accuracy).savefig(contents, format=path.suffix[1:].lower())
    return contents.getvalue()


def title(survey: Survey) -> str:
    """The title of the plot, one line."""
    return f"What models cost on {survey.machine.processor}"


def subtitle(survey: Survey) -> str:
    """How the figures were measured, one line."""
    machine, settings = survey.machine, survey.settings
    blocks = ", ".join(map(str, settings.blocks))
    return (
        f"One core, {machine.isa}, {settings.dtype}, blocks of {blocks} frames, nam_core {machine.nam_core}. "
        f"Medians; bars span the quartiles."
    )


def _page(survey: Survey, sentences: Sequence[str], height: float, with_texts: bool) -> Figure:
    """A figure with its texts and empty axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, _TEXT_COLUMNS)]
    below = _BOTTOM + (_TEXT_LINE * len(lines) + 0.15 if lines else 0.0)
    top = _TOP if with_texts else _TOP_WITHOUT_TEXTS
    total = height + below - _BOTTOM
    figure = Figure(figsize=(_WIDTH, total), dpi=_DPI, facecolor=PAPER.light)
    # The canvas keeps its renderer. Without it, each query for the extent of a text allocates a new page of
    # pixels.
    FigureCanvasAgg(figure)
    width = _WIDTH - _LEFT - _RIGHT
    figure.add_axes((_LEFT / _WIDTH, below / total, width / _WIDTH, (total - below - top) / total))

    def write(text: str, from_top: float, size: float, colour: str) -> None:
        figure.text(_LEFT / _WIDTH, 1 - from_top / total, text, color=colour, fontsize=size, va="baseline")

    if with_texts:
        write(title(survey), 0.4, 13, INK.light)
        write(subtitle(survey), 0.65, _TEXT_SIZE, PALE_INK.light)
    for index, line in enumerate(lines):
        write(line, total - 0.15 - _TEXT_LINE * (len(lines) - 1 - index), _TEXT_SIZE, INK.light)
    return figure


def _series(survey: Survey, results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results of each colour: one colour per block length if there are several, otherwise per
    architecture.
    """
    series: dict[str, list[Result]] = {}
    for result in results:
        several = len(survey.settings.blocks) > 1
        series.setdefault(f"blocks of {result.block}" if several else result.architecture, []).append(result)
    return series


def _draw_results(
    axes: Axes, survey: Survey, results: Sequence[Result], along: Horizontal, budget: Budget | None
) -> None:
    seconds = survey.settings.seconds
    series = _series(survey, results)
    for index, (name, members) in enumerate(series.items()):
        colour, shape = _STYLES[index % len(_STYLES)]
        y = [result.milliseconds(seconds) for result in members]
        low = [result.milliseconds(seconds, result.ns_per_sample_low) for result in members]
        high = [result.milliseconds(seconds, result.ns_per_sample_high) for result in members]
        axes.errorbar(
            [along.x(result) for result in members],
            y,
            yerr=[
                [a - b for a, b in zip(y, low, strict=True)],
                [b - a for a, b in zip(y, high, strict=True)],
            ],
            fmt=shape,
            color=colour,
            markersize=5.5,
            markeredgecolor=PAPER.light,
            markeredgewidth=0.6,
            elinewidth=1.2,
            capsize=2.5,
            label=name,
            zorder=3,
        )
    # Invisible markers, larger than the points: the page's tooltips belong to them.
    for gid, result in zip(along.tooltips(results), results, strict=True):
        (target,) = axes.plot([along.x(result)], [result.milliseconds(seconds)], "o", markersize=9, alpha=0.0)
        target.set_gid(gid)
    front = along.front([result for result in results if result.block == survey.settings.blocks[0]])
    places = [(along.x(result), result.milliseconds(seconds)) for result in front]
    axes.plot(*zip(*places, strict=True), color=LINE.light, linewidth=1.0, linestyle=":", zorder=1)
    _set_up_axes(axes, survey, results, along)
    if budget:
        limit = budget.milliseconds(seconds)
        low_limit, high_limit = axes.get_ylim()
        axes.set_ylim(min(low_limit, limit / 1.4), max(high_limit, limit * 1.4))
        axes.axhline(limit, color=LIMIT.light, linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)
        where: dict[str, Any] = {
            "xycoords": ("axes fraction", "data"),
            "xytext": (3, 3),
            "textcoords": "offset points",
        }
        text = f"budget: {budget.text}"
        axes.annotate(text, (0.0, limit), **where, color=LIMIT.light, fontsize=_TEXT_SIZE)
    if len(series) > 1:
        place: dict[str, Any] = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "borderaxespad": 0.2}
        axes.legend(**place, ncols=len(series), frameon=False, fontsize=_TEXT_SIZE, handletextpad=0.1)


def _set_up_axes(axes: Axes, survey: Survey, results: Sequence[Result], along: Horizontal) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

    x = sorted({along.x(result) for result in results})
    y = [result.milliseconds(survey.settings.seconds) for result in results]
    axes.set(xscale="log", yscale="log", xlim=(x[0] / 1.5, x[-1] * 2.0), ylim=(min(y) / 1.5, max(y) * 1.5))
    axes.set_xlabel(TITLES[along.axis], color=INK.light)
    axes.set_ylabel(f"Time for {survey.settings.seconds:g} s of audio, ms", color=INK.light)
    per_ms = 0.1 / survey.settings.seconds

    def to_percent(ms: Any) -> Any:
        return ms * per_ms

    def to_ms(percent: Any) -> Any:
        return percent / per_ms

    right = axes.secondary_yaxis("right", functions=(to_percent, to_ms))
    right.set_ylabel("Share of one core, %", color=INK.light)
    for ruler in (axes.xaxis, axes.yaxis, right.yaxis):
        ruler.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=50))
        ruler.set_minor_locator(NullLocator())
        ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    if along.axis == "channels":
        axes.xaxis.set_major_locator(FixedLocator(_apart(x)))
    axes.grid(True, color=GRID.light, linewidth=0.7)
    axes.set_axisbelow(True)
    for part in (axes, right):
        part.tick_params(colors=INK.light, length=0, labelsize=_TEXT_SIZE)
        for name, spine in part.spines.items():
            spine.set_visible(name in ("left", "bottom") and part is axes)
            spine.set_color(LINE.light)


def _apart(values: Sequence[float]) -> list[float]:
    """Return the values that lie far enough apart for labels on the axis."""
    kept: list[float] = []
    for value in values:
        if not kept or value / kept[-1] > 1.07:
            kept.append(value)
    return kept


def _write_names(
    axes: Axes,
    survey: Survey,
    results: Sequence[Result],
    along: Horizontal,
    budget: Budget | None,
    reach: float,
) -> bool:
    """Name the points of ``Horizontal.named``, with a thin line where a name is not beside its point.

    ``reach`` as in ``place_labels``. Returns False, and writes no names, if there is no room for all names.
    """
    seconds = survey.settings.seconds
    where = {id(r): axes.transData.transform((along.x(r), r.milliseconds(seconds))) for r in results}
    named = along.named(results)
    texts = [axes.text(0, 0, survey.label(r), fontsize=_NAME_SIZE, color=INK.light, zorder=4) for r in named]
    marker = 3.5 * _DPI / 72
    taken = [Box(x - marker, y - marker, x + marker, y + marker) for x, y in where.values()]
    for result in results:
        ends = (result.ns_per_sample_low, result.ns_per_sample_high)
        low, high = (axes.transData.transform((1.0, result.milliseconds(seconds, end)))[1] for end in ends)
        x = where[id(result)][0]
        taken.append(Box(x - marker / 2, low, x + marker / 2, high))
    if budget:
        y = axes.transData.transform((1.0, budget.milliseconds(seconds)))[1]
        area = axes.get_window_extent()
        taken.append(Box(area.x0, y - 2, area.x1, y + 2))
        taken += [_box(text.get_window_extent()) for text in axes.texts if text not in texts]
    sizes = [(box.width + 4, box.height + 1) for box in (text.get_window_extent() for text in texts)]
    points = [(float(where[id(r)][0]), float(where[id(r)][1])) for r in named]
    boxes = place_labels(points, sizes, _box(axes.get_window_extent()), marker, reach, taken)
    inverse = axes.transAxes.inverted()

    def to_axes(point: tuple[float, float]) -> tuple[float, float]:
        x, y = inverse.transform(point)
        return float(x), float(y)

    for text, (x, y), box in zip(texts, points, boxes, strict=True):
        if box is None:
            text.remove()
            continue
        middle = (box.bottom + box.top) / 2
        text.set_transform(axes.transAxes)
        text.set_position(to_axes((box.left + 2, middle)))
        text.set_verticalalignment("center_baseline")
        end = (box.left if box.left > x else box.right, middle)
        if abs(middle - y) > 0.6 * (box.top - box.bottom) or abs(end[0] - x) > 3 * marker:
            line = (to_axes((x, y)), to_axes(end))
            axes.plot(
                *zip(*line, strict=True), transform=axes.transAxes, color=LINE.light, linewidth=0.5, zorder=1
            )
    return None not in boxes


def _box(extent: Bbox) -> Box:
    return Box(extent.x0, extent.y0, extent.x1, extent.y1)
