"""The config of a SlimmableContainer (format 8)."""

from __future__ import annotations

from ..config import ContainerConfig, Submodel
from .cursor import Cursor
from .nesting import ReadNested


def read_container(cursor: Cursor, read_nested: ReadNested) -> ContainerConfig:
    """The container; its submodels must agree on their channels."""
    submodels = cursor["submodels"]
    entries = submodels.entries("an array of submodels")
    if not entries:
        raise submodels.wrong("an array of at least one submodel")
    previous = float("-inf")
    for entry in entries:
        max_value = entry["max_value"].number()
        if max_value <= previous:
            raise entry["max_value"].wrong(f"greater than that of the submodel before, {previous}")
        previous = max_value
    if previous < 1.0:
        raise entries[-1]["max_value"].wrong("at least 1, because the submodel is the last")

    models = [read_nested(entry["model"]) for entry in entries]
    channels = [(model.config.in_channels, model.config.out_channels) for model in models]
    for entry, found in zip(entries, channels, strict=True):
        if found != channels[0]:
            raise entry["model"].error(
                f"has {found[0]} input and {found[1]} output channels; "
                f"must have {channels[0][0]} and {channels[0][1]}, as the first submodel"
            )
    return ContainerConfig(
        submodels=tuple(
            Submodel(entry["max_value"].number(), model) for entry, model in zip(entries, models, strict=True)
        ),
        in_channels=channels[0][0],
        out_channels=channels[0][1],
    )
