"""A survey as one HTML page: verdict, plot, tables and machine. The file needs no other files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..pages import render_page, svg
from . import plot, table
from .budget import Budget, verdict
from .horizontal import Axis, Horizontal
from .results import Survey

if TYPE_CHECKING:
    from markupsafe import Markup

_TEMPLATE = Path(__file__).with_name("templates") / "survey.html"


def page(
    survey: Survey,
    axis: Axis = "channels",
    budget: Budget | None = None,
    accuracy: Mapping[str, float] | None = None,
) -> str:
    """The page as text: HTML with its style, its script and its pictures inside.

    Parameters
    ----------
    axis, budget : as ``plot.draw`` takes them.
    accuracy : the ESR of models by name; with it, the page shows time against ESR as well.

    Raises
    ------
    ImportError
        If matplotlib or Jinja is missing.
    ValueError
        As ``plot.draw``.
    """
    axes: list[Axis] = [axis] if accuracy is None or axis == "esr" else [axis, "esr"]
    return render_page(
        _TEMPLATE,
        title=plot.title(survey),
        subtitle=plot.subtitle(survey),
        survey=survey,
        verdict=verdict(survey, budget) if budget else [],
        pictures=[_picture(survey, each, budget, accuracy) for each in axes],
        tables=[table.costs(survey), table.block_times(survey), *table.parts(survey)],
        machine=table.machine(survey),
    )


def _picture(
    survey: Survey, axis: Axis, budget: Budget | None, accuracy: Mapping[str, float] | None
) -> tuple[Markup, str]:
    """Return the plot and its caption."""
    # The page itself has the texts around the plot.
    figure = plot.draw(survey, axis, budget, with_texts=False, accuracy=accuracy)
    along = Horizontal(survey, axis, accuracy)
    results = along.results()
    shows = f"Time for {survey.settings.seconds:g} s of audio against {axis}, one point per model and size"
    drawn = svg(figure, f"plot-{axis}", shows, "The tables below have every figure.", along.tooltips(results))
    caption = (
        "A point's name and figures show when it is pointed at. The dotted line is the front of best choices."
    )
    if axis == "esr":
        caption += f" {len(results)} of {len(survey.of('sound'))} results are of models that were evaluated."
    return drawn, caption
