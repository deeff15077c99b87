"""A survey on one page: verdict, plot, tables and machine in an HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path

from ..pages import render_page, svg
from . import plot, table
from .budget import Budget, verdict
from .results import Survey

_TEMPLATE = Path(__file__).with_name("templates") / "survey.html"


def page(survey: Survey, axis: plot.Axis = "channels", budget: Budget | None = None) -> str:
    """The page as text: HTML with its style, its script and its picture inside.

    Parameters
    ----------
    axis, budget : as ``plot.draw`` takes them.

    Raises
    ------
    ImportError
        If matplotlib or Jinja is missing.
    ValueError
        As ``plot.draw``.
    """
    # Without the texts around it: the page has those as text.
    figure = plot.draw(survey, axis, budget, with_texts=False)
    seconds = survey.settings.seconds
    shows = f"Time for {seconds:g} s of audio against {axis}, one point per model and size"
    return render_page(
        _TEMPLATE,
        title=plot.title(survey),
        subtitle=plot.subtitle(survey),
        survey=survey,
        verdict=verdict(survey, budget) if budget else [],
        picture=svg(figure, "plot", shows, "The tables below have every figure."),
        tables=[table.costs(survey), table.block_times(survey), *table.parts(survey)],
        machine=table.machine(survey),
    )
