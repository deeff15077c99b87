"""The colours of plots and pages, each in a light and a dark variant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """``name`` is the CSS variable, without its dashes; ``light`` and ``dark`` are #rrggbb.

    Plots are drawn in the light colours, which all differ; ``pictures.svg`` then replaces each one by its CSS
    variable.
    """

    name: str
    light: str
    dark: str


PAPER = Colour("paper", "#ffffff", "#15181b")
INK = Colour("ink", "#222222", "#e6e8ea")
PALE_INK = Colour("pale-ink", "#555555", "#a9b0b6")
GRID = Colour("grid", "#e2e2e2", "#30363b")
LINE = Colour("line", "#999999", "#6b747b")
PANEL = Colour("panel", "#f2f7fb", "#1c242b")
WARNING_PANEL = Colour("warning-panel", "#fdf4ee", "#2b211a")
LIMIT = Colour("limit", "#b22222", "#ff7b72")
# The colours of Okabe and Ito, which people with colour blindness can tell apart; the dark variants are
# lighter colours of the same hues.
SERIES = (
    Colour("series-1", "#0072b2", "#5db8ee"),
    Colour("series-2", "#d55e00", "#ff9350"),
    Colour("series-3", "#009e73", "#35c99d"),
    Colour("series-4", "#cc79a7", "#e7a3c8"),
    Colour("series-5", "#e69f00", "#f2bd4b"),
)
COLOURS = (PAPER, INK, PALE_INK, GRID, LINE, PANEL, WARNING_PANEL, LIMIT, *SERIES)
