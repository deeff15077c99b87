"""Reads the answers of listeners and checks them against their test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..errors import NamFileError
from .making import ANSWERS, FORMAT_VERSION, KEY, KEY_FORMAT

FORMAT = "nam_core listening answers"
DATABASE = "answers.sqlite"
MOST_BYTES = 1 << 20
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Key:
    """The contents of ``key.json``.

    Attributes
    ----------
    test : identifier of the test. page : the description of the test that the page contains.
    systems : item and system of each sound, by the sound's identifier.
    """

    test: str
    kind: str
    title: str
    page: dict[str, Any]
    systems: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Answers:
    """The answers of one listener; ``trials`` are those of the file, checked."""

    listener: str
    trials: list[dict[str, Any]]


def read_key(folder: Path) -> Key:
    """Read the key of a test. Raises OSError, and NamFileError if the file is not a key."""
    path = folder / KEY
    try:
        found = orjson.loads(path.read_bytes())
        if found["format"] != KEY_FORMAT or found["format_version"] != FORMAT_VERSION:
            raise KeyError("format")
        systems = {
            sound: (item["name"], name) for item in found["items"] for sound, name in item["sounds"].items()
        }
        page = found["page"]
        if page["kind"] not in ("abx", "mushra") or not isinstance(page["trials"], int):
            raise KeyError("kind")
        # The key must have every sound of the page.
        sounds = [sound for item in page["items"] for sound in (item["reference"], *item["stimuli"])]
        if not sounds or any(
            systems[sound][0] != item["name"] for item in page["items"] for sound in item["stimuli"]
        ):
            raise KeyError("items")
        return Key(str(page["test"]), page["kind"], str(page["title"]), page, systems)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NamFileError("this is not the key of a listening test", path=str(path)) from None


def check_answers(key: Key, data: bytes) -> Answers:
    """Parse answers from JSON text, and check that they are complete and belong to this test.

    Raises
    ------
    ValueError
        If they are not complete or not of this test; the message says what is wrong and where.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"answers take at most {MOST_BYTES:,} bytes; found {len(data):,}")
    try:
        found = orjson.loads(data)
    except ValueError as error:
        raise ValueError(f"this is not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError("these are not answers of a listening test")
    if found.get("format_version") != FORMAT_VERSION:
        raise ValueError(f"format_version is {found.get('format_version')!r}; needed is {FORMAT_VERSION}")
    if found.get("test") != key.test:
        raise ValueError(f"these are answers to test {found.get('test')!r}, but this is test {key.test}")
    listener = found.get("listener")
    if not isinstance(listener, str) or not 0 < len(listener.strip()) <= _LONGEST_NAME:
        raise ValueError(f"listener: must be a name of up to {_LONGEST_NAME} letters")
    trials = found.get("trials")
    if not isinstance(trials, list) or not all(isinstance(trial, dict) for trial in trials):
        raise ValueError("trials: must be a list of objects")
    check = _check_abx if key.kind == "abx" else _check_mushra
    check(key, trials)
    return Answers(listener.strip(), trials)


def _check_abx(key: Key, trials: list[dict[str, Any]]) -> None:
    wanted = {
        (item["reference"], stimulus): key.page["trials"]
        for item in key.page["items"]
        for stimulus in item["stimuli"]
    }
    for index, trial in enumerate(trials):
        a, b = trial.get("a"), trial.get("b")
        pair = (a, b) if (a, b) in wanted else (b, a)
        if pair not in wanted:
            raise ValueError(f"trials[{index}]: the test does not compare {a!r} with {b!r}")
        for part in ("x", "answer"):
            if trial.get(part) not in pair:
                raise ValueError(f"trials[{index}].{part}: must be one of the two sounds")
        wanted[pair] -= 1
    if any(wanted.values()):
        total = key.page["trials"] * len(wanted)
        raise ValueError(f"trials: the test has {total}, {key.page['trials']} of each comparison")


def _check_mushra(key: Key, trials: list[dict[str, Any]]) -> None:
    wanted = {item["name"]: set(item["stimuli"]) for item in key.page["items"]}
    for index, trial in enumerate(trials):
        ratings = trial.get("ratings")
        stimuli = wanted.pop(trial["item"], None) if isinstance(trial.get("item"), str) else None
        if stimuli is None:
            raise ValueError(f"trials[{index}].item: not an item of the test, or it occurs twice")
        if not isinstance(ratings, dict) or set(ratings) != stimuli:
            raise ValueError(f"trials[{index}].ratings: must have every sound of the item, and no others")
        for sound, rating in ratings.items():
            if isinstance(rating, bool) or not isinstance(rating, (int, float)) or not 0 <= rating <= 100:
                raise ValueError(f"trials[{index}].ratings.{sound}: must be from 0 to 100; found {rating!r}")
    if wanted:
        raise ValueError(f"trials: missing items: {', '.join(wanted)}")


def answer_files(folder: Path) -> list[Path]:
    """The files of answers in ``answers/``."""
    return [path for path in sorted((folder / ANSWERS).glob("*.json")) if not path.name.startswith(".")]


def read_answers(folder: Path, key: Key) -> list[Answers]:
    """All answers to a test: the files in ``answers/``, and those that ``nam-core listen serve`` has
    received.

    If a listener has answered several times, the last answer is used; received answers count as later than
    files.

    Raises
    ------
    OSError
        If a file cannot be read.
    NamFileError
        If a file holds no answers, or answers to another test; the message names it.
    """
    found: dict[str, Answers] = {}
    sources = [(path, _beginning(path)) for path in answer_files(folder)]
    database = folder / DATABASE
    if database.exists():
        sources += [(database, body) for body in _received(database)]
    for path, data in sources:
        try:
            answers = check_answers(key, data)
        except ValueError as error:
            raise NamFileError(str(error), path=str(path)) from None
        found[answers.listener] = answers
    return list(found.values())


def _beginning(path: Path) -> bytes:
    """The bytes of a file; of a file that is too long, one byte more than the limit."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _received(database: Path) -> list[bytes]:
    """The answers that the server has stored, in the order in which they arrived."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("select body from answers order by number").fetchall()
        return [body if isinstance(body, bytes) else b"" for (body,) in rows]
    except sqlite3.Error as error:
        raise NamFileError(
            f"this is not what nam-core listen serve writes: {error}", path=str(database)
        ) from None
