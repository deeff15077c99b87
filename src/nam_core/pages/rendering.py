"""Renders Jinja templates to pages that need no other file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from .._core import version
from .extra import require_pages
from .palette import COLOURS

_TEMPLATES = Path(__file__).with_name("templates")


def render_page(template: Path, **values: Any) -> str:
    """A page as text: HTML with style, scripts, pictures and sound inside.

    The shell forbids the browser every request to the network, by a content security policy.

    Parameters
    ----------
    template : a file that begins ``{% extends "page.html" %}`` and fills its blocks: ``content``, and where
        needed ``style``, ``script`` and ``policy``. It finds macros for tables, pictures, players and lists
        in "parts.html", and other templates in its own folder. What it prints is escaped.
    values : what the template uses; ``title`` is the page's name, ``subtitle`` a line below it.

    Raises
    ------
    ImportError : Jinja or matplotlib is missing.
    """
    require_pages()
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, _TEMPLATES]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(colours=COLOURS, version=version)
    environment.filters["attribute"] = _attribute
    return environment.get_template(template.name).render(**values)


def _attribute(key: float) -> str:
    """A sort key as an HTML attribute: infinity becomes a finite number, NaN becomes empty."""
    if math.isnan(key):
        return ""
    return repr(max(-1e308, min(key, 1e308)))
