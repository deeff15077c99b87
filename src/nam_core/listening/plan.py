"""Reads the plan of a listening test (docs/listening-tests.md)."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ..errors import NamFileError
from .names import is_taken

Kind: TypeAlias = Literal["abx", "mushra"]

_TOP = {"title", "kind", "seed", "trials", "anchors", "item"}
_ITEM = {"name", "reference", "systems", "dry", "start", "seconds"}
_SOUND = {"file", "quality"}
MOST_STIMULI = 12  # BS.1534-3 5.1: of one trial, hidden reference and anchors included
MOST_TRIALS = 200


@dataclass(frozen=True)
class Sound:
    """A sound file, or a .nam model that plays the item's dry file at ``quality``."""

    path: Path
    quality: float

    @property
    def is_model(self) -> bool:
        """Whether the file is a model, by the ending of its name."""
        return self.path.suffix.lower() == ".nam"


@dataclass(frozen=True)
class Item:
    """One excerpt: the reference and the systems under test.

    Attributes
    ----------
    dry : the sound file that models play; None if the item has no models.
    start, seconds : the excerpt; ``seconds`` is None for everything from ``start`` on.
    """

    name: str
    reference: Sound
    systems: dict[str, Sound]
    dry: Path | None
    start: float
    seconds: float | None


@dataclass(frozen=True)
class Plan:
    """A listening test.

    Attributes
    ----------
    seed : decides the identifiers that hide the systems.
    trials : trials of each comparison in an ABX test.
    anchors : cut-off frequencies of the anchors in Hz, in a MUSHRA test.
    path : of the plan.
    """

    title: str
    kind: Kind
    seed: int
    trials: int
    anchors: tuple[float, ...]
    items: tuple[Item, ...]
    path: Path

    @property
    def paths_read(self) -> set[Path]:
        """All files that the plan names, and the plan itself."""
        sounds = {sound.path for item in self.items for sound in (item.reference, *item.systems.values())}
        return {self.path, *sounds, *(item.dry for item in self.items if item.dry is not None)}


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan. Paths in the file are relative to its folder.

    Raises
    ------
    OSError
        If the file cannot be read.
    NamFileError
        If the file is not TOML, or a value is missing, unknown or of the wrong type; the message has the
        place.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    file = Path(path)
    text = file.read_bytes()
    try:
        return _Reader(file).plan(tomllib.loads(text.decode("utf-8")))
    except ValueError as error:
        if isinstance(error, NamFileError):
            raise
        raise NamFileError(f"this is not a TOML file: {error}", path=os.fspath(path)) from None


class _Reader:
    """Checks each value; an error names its place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def plan(self, found: dict[str, Any]) -> Plan:
        self._known(found, _TOP, "")
        kind = self._value(found, "kind", str, "")
        if kind not in ("abx", "mushra"):
            raise self._wrong("kind", f'must be "abx" or "mushra"; found "{kind}"')
        trials = self._value(found, "trials", int, "", 16)
        if not 1 <= trials <= MOST_TRIALS:
            raise self._wrong("trials", f"must be from 1 to {MOST_TRIALS}; found {trials}")
        if kind == "mushra" and "trials" in found:
            raise self._wrong("trials", "is for ABX tests; a MUSHRA test plays each item once")
        if kind == "abx" and "anchors" in found:
            raise self._wrong("anchors", "is for MUSHRA tests")
        anchors = self._value(found, "anchors", list, "", [3500.0, 7000.0])
        for index, hertz in enumerate(anchors):
            if isinstance(hertz, bool) or not isinstance(hertz, (int, float)) or not 500 <= hertz <= 20000:
                raise self._wrong(f"anchors[{index}]", f"must be from 500 to 20000 Hz; found {hertz!r}")
        entries = self._value(found, "item", list, "")
        if not entries:
            raise self._wrong("item", "a test needs at least one [[item]]")
        items = tuple(self._item(entry, f"item[{index}]") for index, entry in enumerate(entries))
        names = [item.name for item in items]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise self._wrong(f"item[{index}].name", f'two items are called "{name}"')
        for index, item in enumerate(items):
            if list(item.systems) != list(items[0].systems) and set(item.systems) != set(items[0].systems):
                raise self._wrong(f"item[{index}].systems", "every item needs the same systems")
            most = MOST_STIMULI - 1 - len(anchors)
            if kind == "mushra" and len(item.systems) > most:
                raise self._wrong(f"item[{index}].systems", f"at most {most} can be compared at a time")
        title = self._value(found, "title", str, "", self._path.stem)
        seed = self._value(found, "seed", int, "", 0)
        hertz = tuple(sorted(float(value) for value in anchors)) if kind == "mushra" else ()
        return Plan(title, kind, seed, trials, hertz, items, self._path)

    def _item(self, found: Any, place: str) -> Item:
        if not isinstance(found, dict):
            raise self._wrong(place, "must be a table: [[item]]")
        self._known(found, _ITEM, place)
        systems = self._value(found, "systems", dict, place)
        if not systems:
            raise self._wrong(f"{place}.systems", "there must be at least one system")
        dry = self._value(found, "dry", str, place, "")
        reference = self._sound(found.get("reference"), f"{place}.reference")
        sounds = {name: self._sound(value, f"{place}.systems.{name}") for name, value in systems.items()}
        for name in sounds:
            if is_taken(name):
                raise self._wrong(f"{place}.systems.{name}", "this name is taken by the test itself")
        if not dry and any(sound.is_model for sound in (reference, *sounds.values())):
            raise self._wrong(f"{place}.dry", "missing: a .nam file needs a dry recording to play")
        start = self._value(found, "start", (int, float), place, 0.0)
        seconds = self._value(found, "seconds", (int, float), place, None)
        if start < 0 or (seconds is not None and not seconds >= 0.5):
            raise self._wrong(place, "start must be 0 or more, and seconds 0.5 or more")
        folder = self._path.parent
        name = self._value(found, "name", str, place)
        return Item(name, reference, sounds, folder / dry if dry else None, float(start), seconds)

    def _sound(self, found: Any, place: str) -> Sound:
        if isinstance(found, str):
            found = {"file": found}
        if not isinstance(found, dict):
            raise self._wrong(place, 'must be the name of a file, or {file = "a2.nam", quality = 0.5}')
        self._known(found, _SOUND, place)
        quality = self._value(found, "quality", (int, float), place, 1.0)
        if not 0.0 <= quality <= 1.0:
            raise self._wrong(f"{place}.quality", f"must be from 0 to 1; found {quality}")
        return Sound(self._path.parent / self._value(found, "file", str, place), float(quality))

    def _value(self, found: dict[str, Any], key: str, kind: Any, place: str, *default: Any) -> Any:
        where = f"{place}.{key}" if place else key
        if key not in found:
            if default:
                return default[0]
            raise self._wrong(where, "missing")
        value = found[key]
        if isinstance(value, bool) or not isinstance(value, kind):
            names = {str: "text", int: "a whole number", list: "a list", dict: "a table"}
            raise self._wrong(where, f"must be {names.get(kind, 'a number')}; found {value!r}")
        return value

    def _known(self, found: dict[str, Any], keys: set[str], place: str) -> None:
        for key in found:
            if key not in keys:
                where = f"{place}.{key}" if place else key
                raise self._wrong(where, f"unknown; known are {', '.join(sorted(keys))}")

    def _wrong(self, place: str, message: str) -> NamFileError:
        return NamFileError(message, path=os.fspath(self._path), location=place)
