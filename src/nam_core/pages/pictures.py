"""Matplotlib figures inside a page: text stays text, and colours follow the page."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .palette import COLOURS

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

_FONTS = re.compile(r"font-family: [^;\"]*")
# Parts of matplotlib's output that a page does not need: the XML declaration, the metadata, the global style.
_SUPERFLUOUS = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)


def svg(
    figure: Figure, name: str, title: str, description: str = "", tooltips: Mapping[str, str] | None = None
) -> Markup:
    """A figure as an ``<svg>`` element to be put into a page.

    Parameters
    ----------
    figure : drawn in the colours of ``palette``. They become CSS variables, so that one drawing serves light
        and dark screens.
    name : unique within the page, letters and dashes; every id inside the picture begins with it.
    title : what the picture shows. description : what can be seen in it. Screen readers read both.
    tooltips : text for each artist, by the artist's ``gid``.
    """
    import matplotlib
    from markupsafe import Markup, escape

    drawn = io.StringIO()
    # A fixed salt makes the ids the same in every run.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    text = _SUPERFLUOUS.sub("", drawn.getvalue()).strip()
    text = _FONTS.sub("font-family: inherit", text)
    for colour in COLOURS:
        text = re.sub(f"{colour.light}\\b", f"var(--{colour.name})", text, flags=re.IGNORECASE)
    for gid, tooltip in (tooltips or {}).items():
        start = f'<g id="{gid}">'
        text = text.replace(start, f"{start}<title>{escape(tooltip)}</title>", 1)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    about = f'<title id="{name}-title">{escape(title)}</title>'
    labels = f"{name}-title"
    if description:
        about += f'<desc id="{name}-desc">{escape(description)}</desc>'
        labels += f" {name}-desc"
    # The page's style sets the width.
    text = re.sub(
        r'<svg (.*?)width="[^"]*" height="[^"]*"(.*?)>',
        rf'<svg \1role="img" aria-labelledby="{labels}"\2>{about}'.replace("\\1", r"\g<1>"),
        text,
        count=1,
        flags=re.DOTALL,
    )
    return Markup(text)
