"""The architectures that can be trained by name or taken from a file."""

from __future__ import annotations

import os
from typing import Any

from ..format.nam_file import read_json, read_nam
from ..survey.modelset.architectures import a1, a2

Json = dict[str, Any]

# As in the trainer's presets (format 10): first weights are small, and targets are scaled to -18 dBFS.
_A1_HEAD_SCALE, _A2_HEAD_SCALE = 0.02, 0.01


def _scaled(file: Json, head_scale: float) -> Json:
    return {**file, "config": {**file["config"], "head_scale": head_scale}}


def _a1(channels: int) -> list[Json]:
    return [_scaled(a1(channels), _A1_HEAD_SCALE)]


def _a2(*channels: int) -> list[Json]:
    return [_scaled(a2(size), _A2_HEAD_SCALE) for size in channels]


_BY_NAME: dict[str, list[Json]] = {
    "a2": _a2(3, 8),
    "a2-full": _a2(8),
    "a2-lite": _a2(3),
    "a1-standard": _a1(16),
    "a1-lite": _a1(12),
    "a1-feather": _a1(8),
    "a1-nano": _a1(4),
}
NAMES = tuple(_BY_NAME)


def architecture(source: str | os.PathLike[str] | Json) -> list[Json]:
    """The sizes to train, smallest first, as objects of .nam files. Their weights are ignored.

    Parameters
    ----------
    source : one of ``NAMES``, or a .nam file as a path or an object. The sizes of a container are trained
        side by side.

    Raises
    ------
    ValueError
        If it is neither a name nor an existing file. NamFileError: the file is not valid.
    """
    if isinstance(source, str) and source in _BY_NAME:
        return _BY_NAME[source]
    if not isinstance(source, dict):
        if not os.path.exists(source):
            raise ValueError(f"{source} is no file and no architecture; architectures are {', '.join(NAMES)}")
        read_nam(source)
        with open(source, "rb") as file:
            source, _ = read_json(file.read())
    assert isinstance(source, dict)
    if source.get("architecture") != "SlimmableContainer":
        return [source]
    return [submodel["model"] for submodel in source["config"]["submodels"]]
