"""A set of models for a survey of CPU use: the presets and a sweep of architectures, as .nam files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...audio.json_files import write_json
from ...audio.safe_writing import check_outputs, make_folder
from ...engine.inspection import info
from ..presets import NAMES, preset
from .sounding_weights import with_weights
from .sweep import architectures

# The number of models that ``models`` yields, counted without making any: a model takes a moment to make.
NUMBER_OF_MODELS = len(NAMES) + sum(1 for _ in architectures())
INDEX = "index.json"
# The trainer writes containers, but does not read them.
_UNREADABLE_PRESETS = ("a2-container",)


@dataclass(frozen=True)
class SetModel:
    """One model of the set: its .nam file as a JSON object, and its entry in the index."""

    name: str
    file: dict[str, Any]
    entry: dict[str, Any]


def models(seed: int = 0) -> Iterator[SetModel]:
    """Yield all models of the set one by one. Each takes a moment to make, because it is played to set its
    level.

    Parameters
    ----------
    seed : of all weights.
    """
    for name in NAMES:
        reads = name not in _UNREADABLE_PRESETS
        yield _model(name, preset(name, seed), "preset", f"preset {name}", {}, reads)
    for item in architectures():
        file = with_weights(item.file, seed)
        yield _model(item.name, file, item.family, item.description, item.feature, item.trainer_reads)


def _model(
    name: str, file: dict[str, Any], family: str, description: str, feature: dict[str, Any], reads: bool
) -> SetModel:
    found = info(file)
    entry = {
        "file": f"{name}.nam",
        "name": name,
        "family": family,
        "description": description,
        "feature": feature,
        "architecture": found.architecture,
        "channels": list(found.sizes[-1].channels),
        "sizes": len(found.sizes),
        "parameters": found.parameters,
        "macs_per_frame": found.macs_per_frame,
        "receptive_field": found.receptive_field,
        "trainer_reads": reads,
    }
    return SetModel(name, {**file, "metadata": {"name": name}}, entry)


def write(folder: str | os.PathLike[str], seed: int = 0, *, overwrite: bool = False) -> Iterator[SetModel]:
    """Write the set, model by model, and at the end ``index.json``, which describes every model.

    Parameters
    ----------
    folder : created if it does not exist.
    seed : of all weights.
    overwrite : replace files of the set in a folder that is not empty; files of other names stay.

    Yields
    ------
    Each model, after its file is written.

    Raises
    ------
    FileExistsError
        If the folder is not empty, unless ``overwrite`` is set.
    OSError
        If a file cannot be written.
    """
    target = Path(make_folder(folder))
    if not overwrite and any(target.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    names = (*NAMES, *(item.name for item in architectures()))
    check_outputs([target / INDEX, *(target / f"{name}.nam" for name in names)])
    entries = []
    for model in models(seed):
        write_json(target / model.entry["file"], model.file)
        entries.append(model.entry)
        yield model
    index = {"format": "nam_core modelset", "format_version": 1, "seed": seed, "models": entries}
    write_json(target / INDEX, index, indented=True)
