"""The models that a command line names: files, folders of files, presets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

from .messages import CommandError, printable
from .options import file_or_preset

# What to give to nam_core.load, the model's name, and its file; the file is None for a preset.
NamedSource: TypeAlias = tuple[Any, str, "str | None"]


def named_sources(models: list[str]) -> list[NamedSource]:
    """Return source, name and file of each model. Files with the same name get their folder's name in front.

    Raises
    ------
    CommandError
        If a name is neither a file nor a preset, or a folder has no model.
    """
    from ..format.finding import nam_files

    named: dict[str, tuple[Any, str | None]] = {}
    for model in models:
        if not Path(model).is_dir():
            named.setdefault(model, file_or_preset(model))
            continue
        inside = [str(path) for path in nam_files(model)]
        if not inside:
            raise CommandError(f"{model}: there is no .nam file in this folder")
        for path in inside:
            named.setdefault(path, (path, path))
    stems = [Path(name).stem if path else name for name, (_, path) in named.items()]
    return [
        (source, printable(stem if stems.count(stem) == 1 else path or stem), path)
        for (source, path), stem in zip(named.values(), stems, strict=True)
    ]
