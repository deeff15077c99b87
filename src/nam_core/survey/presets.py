"""Complete models of the shapes that people use, by name; their weights are random (``sounding_weights``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..format.building import container, head, lstm, slimmable
from ..format.config import FILM_NAMES
from .modelset.architectures import a1, a2
from .modelset.sounding_weights import with_weights

# All places of a layer without head1x1.
_FILMS = FILM_NAMES[:-1]

_SHAPES: dict[str, Callable[[], dict[str, Any]]] = {
    "a1-standard": lambda: a1(16),
    "a1-lite": lambda: a1(12),
    "a1-feather": lambda: a1(8),
    "a1-nano": lambda: a1(4),
    "a2-full": lambda: a2(8),
    "a2-lite": lambda: a2(3),
    "a2-container": lambda: container(a2(3), a2(8)),
    # A head kernel cannot be slimmed (format 7.5).
    "a2-slimmable": lambda: a2(8, head=head(), slimmable=slimmable(2, 3, 4, 6, 8)),
    # The trainer's loader takes no activation parameters in a gated pair, so the slope is the default.
    "a2-gated": lambda: a2(8, activation={"type": "LeakyReLU"}, gating_mode="gated"),
    "a2-film": lambda: a2(8, films=_FILMS),
    "lstm-1x12": lambda: lstm(1, 12),
    "lstm-1x16": lambda: lstm(1, 16),
    "lstm-1x24": lambda: lstm(1, 24),
    "lstm-2x8": lambda: lstm(2, 8),
}
NAMES = tuple(_SHAPES)


def preset(name: str, seed: int = 0) -> dict[str, Any]:
    """Return a model of the preset's shape, with random weights.

    Parameters
    ----------
    name : one of ``NAMES``.
    seed : of the weights; the same seed gives the same file.

    Returns
    -------
    The JSON object of a .nam file, which every function takes as a source. Its output for a guitar is about
    as loud as the guitar; its output for silence is silent.

    Raises
    ------
    ValueError
        If there is no preset of this name.
    """
    if name not in _SHAPES:
        raise ValueError(f"no preset is called {name}; there are {', '.join(NAMES)}")
    return with_weights(_SHAPES[name](), seed)
