"""A survey on one page: verdict, plot, tables and machine in an HTML file that needs nothing else."""

from __future__ import annotations

import base64
import io
from html import escape

from . import plot, table
from .budget import Budget, verdict
from .results import Survey

_STYLE = """
:root { color-scheme: light; }
body { margin: 2.5rem auto; max-width: 74rem; padding: 0 1.5rem; color: #222; background: #fff;
  font: 15px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.subtitle, .note { color: #555; }
.note { font-size: .87rem; max-width: 52rem; }
.verdict { border-left: 4px solid #0072B2; background: #f2f7fb; padding: .7rem 1.1rem; margin: 1.3rem 0; }
.verdict p { margin: .25rem 0; }
.conditions { border-left: 4px solid #D55E00; background: #fdf4ee; padding: .7rem 1.1rem; margin: 1.3rem 0; }
.conditions ul { margin: .2rem 0; padding-left: 1.2rem; }
img { width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: right; padding: .28rem .55rem; border-bottom: 1px solid #e4e4e4; white-space: nowrap; }
th { border-bottom: 1px solid #999; font-weight: 600; white-space: pre-line; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
tbody tr:hover { background: #f5f5f5; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; font-size: .9rem; }
dt { color: #555; } dd { margin: 0; }
"""


def page(survey: Survey, axis: plot.Axis = "channels", budget: Budget | None = None) -> str:
    """The page as text: HTML with its style and its picture inside, no scripts, no links.

    Parameters
    ----------
    axis, budget : as ``plot.draw`` takes them.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        As ``plot.draw``.
    """
    # Without the verdict below it: the page has that as text.
    figure = plot.draw(survey, axis, budget, with_verdict=False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    encoded = base64.b64encode(picture.getvalue()).decode()
    title = f"What models cost on {survey.machine.processor}"
    seconds = survey.settings.seconds
    alt = f"Time for {seconds:g} s of audio against {axis}, one point per model and size"
    tables = [table.costs(survey), table.block_times(survey), *table.parts(survey)]
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="subtitle">{escape(plot.subtitle(survey))}</p>',
        _conditions(survey),
        _verdict(survey, budget),
        f'<img alt="{escape(alt)}" src="data:image/png;base64,{encoded}">',
        *map(_table, tables),
        "<h2>Machine</h2>",
        _machine(survey),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def _conditions(survey: Survey) -> str:
    if not survey.machine.conditions:
        return ""
    items = "".join(f"<li>{escape(condition)}</li>" for condition in survey.machine.conditions)
    return (
        f'<div class="conditions">Taken under conditions that may have changed figures:<ul>{items}</ul></div>'
    )


def _verdict(survey: Survey, budget: Budget | None) -> str:
    if budget is None:
        return ""
    return f'<div class="verdict">{"".join(f"<p>{escape(s)}</p>" for s in verdict(survey, budget))}</div>'


def _table(content: table.Table) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in content.headings)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in content.rows
    )
    note = f'\n<p class="note">{escape(content.note)}</p>' if content.note else ""
    return (
        f'<h2>{escape(content.title)}</h2>\n<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>{note}"
    )


def _machine(survey: Survey) -> str:
    lines = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in table.machine(survey)
    )
    return f"<dl>{lines}</dl>"
