"""Writes a listening test as a folder: the page, its sounds, and the key that tells which sound is which
system.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..audio.json_files import json_text, write_json
from ..audio.safe_writing import check_outputs, make_folder, write_file
from ..pages import flac_uri, render_page
from .names import HIDDEN, REFERENCE, anchor_name
from .plan import Item, Plan
from .preparing import Prepared, prepare

KEY = "key.json"
PAGE = "page"
ANSWERS = "answers"
KEY_FORMAT = "nam_core listening test"
FORMAT_VERSION = 1
_TEMPLATE = Path(__file__).with_name("templates") / "listen.html"


def make(plan: Plan, folder: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Prepared]:
    """Write the test: ``page/`` for listeners; ``key.json`` and ``answers/`` for the experimenter.

    The page names sounds only by identifiers, which do not reveal the system. Each sound is a script that
    contains a FLAC file, because a page opened from disk may load scripts but no other files.

    Parameters
    ----------
    plan : from ``read_plan``.
    folder : is created if it does not exist.
    overwrite : replace files of a test in a folder that is not empty; files with other names stay.

    Yields
    ------
    Each item, once its sounds are written.

    Raises
    ------
    FileExistsError
        If the folder is not empty, unless ``overwrite`` is set.
    OSError, NamError
        As ``prepare``, or if a file cannot be written.
    ImportError
        If Jinja is missing.
    """
    if os.fspath(folder) == "-":
        make_folder(folder)  # which raises the error with the reason
    target = Path(folder)
    make_folder(target / PAGE / "sounds")
    made = {target / PAGE}
    if not overwrite and any(path not in made for path in target.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    make_folder(target / ANSWERS)
    numbers = [_ids(plan, number, item) for number, item in enumerate(plan.items)]
    scripts = {sound: target / PAGE / "sounds" / f"{sound}.js" for ids in numbers for sound in ids.values()}
    check_outputs([target / KEY, target / PAGE / "index.html", *scripts.values()], plan.paths_read)
    shown, key = [], []
    for ids, item in zip(numbers, plan.items, strict=True):
        prepared = prepare(item, plan.anchors)
        for name, sound in ids.items():
            played = REFERENCE if name == HIDDEN else name
            uri = flac_uri(prepared.sounds[played], prepared.sample_rate, "PCM_24")
            script = f'receiveSound("{sound}", "{uri.partition(",")[2]}");\n'
            write_file(scripts[sound], script)
        shown.append(_shown(plan, item, ids, prepared))
        key.append(_key(item, ids, prepared))
        yield prepared
    test = hashlib.sha256(json_text([plan.kind, plan.trials, key])).hexdigest()[:16]
    public = {"test": test, "title": plan.title, "kind": plan.kind, "trials": plan.trials, "items": shown}
    secret = {"format": KEY_FORMAT, "format_version": FORMAT_VERSION, "seed": plan.seed, "page": public}
    page = render_page(
        _TEMPLATE,
        title=plan.title,
        subtitle="ABX listening test" if plan.kind == "abx" else "MUSHRA listening test (ITU-R BS.1534-3)",
        test=json_text(public).decode().replace("<", "\\u003c"),
    )
    write_file(target / PAGE / "index.html", page)
    write_json(target / KEY, {**secret, "items": key}, indented=True)


def _ids(plan: Plan, number: int, item: Item) -> dict[str, str]:
    """An identifier for each sound of an item. It depends on the seed and does not reveal the system."""
    names = [REFERENCE, *item.systems, *(anchor_name(hertz) for hertz in plan.anchors)]
    if plan.kind == "mushra":
        names.append(HIDDEN)
    digests = {name: hashlib.sha256(f"{plan.seed}/{number}/{name}".encode()).hexdigest() for name in names}
    return {name: f"s{number + 1}-{digest[:12]}" for name, digest in digests.items()}


def _shown(plan: Plan, item: Item, ids: dict[str, str], prepared: Prepared) -> dict[str, Any]:
    frames = prepared.sounds[REFERENCE].shape[1]
    # Sorted by identifier, which is a random order.
    rated = sorted(sound for name, sound in ids.items() if name != REFERENCE)
    return {
        "name": item.name,
        "sample_rate": prepared.sample_rate,
        "frames": frames,
        "reference": ids[REFERENCE],
        "stimuli": rated,
    }


def _key(item: Item, ids: dict[str, str], prepared: Prepared) -> dict[str, Any]:
    return {
        "name": item.name,
        "sounds": {sound: name for name, sound in ids.items()},
        "gains_db": {name: round(gain, 3) for name, gain in prepared.gains_db.items()},
        "loudness_lufs": {name: round(value, 3) for name, value in prepared.loudness.items()},
    }
