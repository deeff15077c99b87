"""FiLM keys of a layer array (format 2.4)."""

from __future__ import annotations

from ..config import FILM_NAMES, Film
from .cursor import Cursor


def read_films(array: Cursor) -> dict[str, Film]:
    """The active FiLMs of a layer array, by name, in the order of their weights."""
    films = {}
    for name in FILM_NAMES:
        film = _read_film(array[name])
        if film is not None:
            films[name] = film
    return films


def _read_film(cursor: Cursor) -> Film | None:
    if cursor.is_absent or cursor.value is False:
        return None
    if not isinstance(cursor.value, dict):
        raise cursor.wrong('false, or an object such as {"active": true, "shift": true, "groups": 1}')
    # Missing means inactive, as in the PyTorch package (format D12); exported files always say it.
    if not cursor["active"].boolean(False):
        return None
    return Film(shift=cursor["shift"].boolean(True), groups=cursor["groups"].size(1))
