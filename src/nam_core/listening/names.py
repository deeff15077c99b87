"""What keys, scores and reports call the sounds that a test adds to those under test."""

from __future__ import annotations

REFERENCE = "reference"
# The name of the hidden reference among the rated sounds. It has an identifier of its own.
HIDDEN = "hidden reference"
_ANCHOR = "anchor "


def anchor_name(hertz: float) -> str:
    """The name of an anchor in keys and reports."""
    return f"{_ANCHOR}{hertz / 1000:g} kHz"


def is_anchor(name: str) -> bool:
    """Whether ``anchor_name`` gives such names."""
    return name.startswith(_ANCHOR)


def is_taken(name: str) -> bool:
    """Whether no system under test may have this name."""
    return name in (REFERENCE, HIDDEN) or is_anchor(name)
