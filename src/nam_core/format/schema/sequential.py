"""The config of a Sequential (format 15.1)."""

from __future__ import annotations

from ..config import SequentialConfig
from .cursor import Cursor
from .nesting import ReadNested


def read_sequential(cursor: Cursor, read_nested: ReadNested) -> SequentialConfig:
    """The chain; the output channels of each model must be the input channels of the next."""
    entries = cursor["models"].entries("an array of models")
    if not entries:
        raise cursor["models"].wrong("an array of at least one model")
    for entry in entries:
        if isinstance(entry.value, dict) and "architecture" not in entry.value:
            raise entry.error("is no complete model; must have version, architecture, config and weights")
    models = tuple(read_nested(entry) for entry in entries)
    for entry, before, model in zip(entries[1:], models, models[1:], strict=False):
        given, taken = before.config.out_channels, model.config.in_channels
        if given != taken:
            raise entry.error(f"has {taken} input channels; must have {given}, what the one before it gives")
    return SequentialConfig(models)
