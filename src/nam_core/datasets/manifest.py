"""``dataset.json``: the inputs, the options and the files of a data set. A run that was interrupted reads it
and continues.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from ..audio.json_files import json_text, write_json
from ..audio.safe_writing import check_outputs, make_folder
from ..errors import NamError

NAME = "dataset.json"
FORMAT = "nam_core dataset"
FORMAT_VERSION = 1
_PARTIAL = (".partial",)


def check(folder: str, inputs: Iterable[str]) -> None:
    """Check, before any work, that the data set can be written to the folder.

    Raises
    ------
    NamError
        If the folder has other files and no data set.
    OSError
        If the folder cannot be written to, or the manifest is one of the inputs.
    """
    is_new = not os.path.exists(folder)
    make_folder(folder)
    path = os.path.join(folder, NAME)
    check_outputs([path], inputs)
    if is_new:
        os.rmdir(folder)  # until there is a file to write
        return
    others = [name for name in sorted(os.listdir(folder)) if not name.endswith(_PARTIAL)]
    if others and not os.path.exists(path):
        raise NamError(
            f"{folder}: not empty (it has {others[0]}), and it is not a data set; choose another folder"
        )


def begin(folder: str, plan: dict[str, Any]) -> None:
    """Write the manifest of a new data set; if the folder has one already, check that it has the same plan.

    Raises
    ------
    NamError
        If the folder holds another data set. Nothing is changed then.
    OSError
        If the manifest cannot be written.
    """
    make_folder(folder)
    path = os.path.join(folder, NAME)
    if not os.path.exists(path):
        _write(path, plan, [])
        return
    try:
        with open(path, "rb") as file:
            old = orjson.loads(file.read())
        kept = {name: old[name] for name in plan}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise NamError(f"{path}: not a manifest of nam-core; choose another folder") from None
    if difference := next(_differences(kept, orjson.loads(json_text(plan)), ""), None):
        raise NamError(
            f"{folder}: holds a data set made with other options ({difference}); choose another folder, or "
            "remove that one"
        )


def finish(folder: str, plan: dict[str, Any], shards: list[dict[str, Any]]) -> None:
    """Write the manifest of a complete data set. Raises OSError."""
    _write(os.path.join(folder, NAME), plan, shards)


def _write(path: str, plan: dict[str, Any], shards: list[dict[str, Any]]) -> None:
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "complete": bool(shards)}
    write_json(path, {**head, **plan, "shards": shards}, indented=True)


def _differences(old: Any, new: Any, place: str) -> Iterator[str]:
    """Yield a text for each place at which two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict) and place != "split":
        for name in {**old, **new}:
            inner = f"{place}.{name}" if place else name
            if name not in old or name not in new:
                yield f"{inner} is only in {'the folder' if name in old else 'the request'}"
            else:
                yield from _differences(old[name], new[name], inner)
    elif old != new:
        yield f"{place}: {_short(old)} there, {_short(new)} asked for"


def _short(value: Any) -> str:
    text = json_text(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
