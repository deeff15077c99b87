"""The names, in keys, scores and reports, of the sounds that a test adds to the systems under test."""

from __future__ import annotations

REFERENCE = "reference"
# The name of the hidden reference among the rated sounds. Its identifier differs from the reference's.
HIDDEN = "hidden reference"
_ANCHOR = "anchor "


def anchor_name(hertz: float) -> str:
    """The name of an anchor in keys and reports."""
    return f"{_ANCHOR}{hertz / 1000:g} kHz"


def is_anchor(name: str) -> bool:
    """Whether the name has the form of ``anchor_name``."""
    return name.startswith(_ANCHOR)


def is_taken(name: str) -> bool:
    """Whether the name is reserved, so that no system under test may have it."""
    return name in (REFERENCE, HIDDEN) or is_anchor(name)
