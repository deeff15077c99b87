"""One entry of a WaveNet's ``layers`` (format 2.2, rules 1 to 4 and 10 of format 2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..config import (
    GATING_MODES,
    Activation,
    Head1x1,
    HeadRechannel,
    Layer,
    Layer1x1,
    LayerArray,
)
from .activation import SIGMOID, check_slopes, read_activation
from .cursor import Cursor
from .film import read_films
from .groups import check_groups
from .slimmable import read_slimmable

Item = TypeVar("Item")


def read_layer_array(cursor: Cursor) -> LayerArray:
    """The layer array, with every scalar form broadcast to its layers and every legacy spelling resolved."""
    channels = cursor["channels"].size()
    bottleneck = cursor["bottleneck"].size(channels)
    array = LayerArray(
        input_size=cursor["input_size"].size(),
        condition_size=cursor["condition_size"].size(),
        channels=channels,
        bottleneck=bottleneck,
        layers=_read_layers(cursor, bottleneck),
        head=_read_head(cursor),
        groups_input=cursor["groups_input"].size(1),
        groups_input_mixin=cursor["groups_input_mixin"].size(1),
        layer1x1=_read_layer1x1(cursor["layer1x1"]),
        head1x1=_read_head1x1(cursor["head1x1"]),
        films=read_films(cursor),
        slimmable=read_slimmable(cursor["slimmable"], channels, bottleneck),
    )
    _check_optional_parts(array, cursor)
    _check_groups(array, cursor)
    return array


def _read_layers(cursor: Cursor, bottleneck: int) -> tuple[Layer, ...]:
    dilations = cursor["dilations"].sizes()
    if not dilations:
        raise cursor["dilations"].wrong("an array of at least one integer")
    count = len(dilations)
    kernel_sizes = _per_layer(_kernel_sizes(cursor), count, Cursor.size)

    def read_checked(entry: Cursor) -> Activation:
        activation = read_activation(entry)
        check_slopes(activation, bottleneck, entry)
        return activation

    activations = _per_layer(cursor["activation"], count, read_checked)
    gating_modes = _read_gating_modes(cursor, count)
    secondary_activations = _read_secondary_activations(cursor, gating_modes, read_checked)
    return tuple(
        Layer(*values)
        for values in zip(
            kernel_sizes, dilations, activations, gating_modes, secondary_activations, strict=True
        )
    )


def _kernel_sizes(cursor: Cursor) -> Cursor:
    new, legacy = cursor["kernel_sizes"], cursor["kernel_size"]
    if new.is_missing:
        if legacy.is_missing:
            raise new.wrong("an array of integers >= 1")
        return legacy
    if not legacy.is_missing:
        raise legacy.error("found beside kernel_sizes; only one of the two may be given")
    return new


def _read_gating_modes(cursor: Cursor, count: int) -> list[str]:
    gating_mode, legacy = cursor["gating_mode"], cursor["gated"]
    if gating_mode.is_missing:
        return ["gated" if legacy.boolean(False) else "none"] * count
    return _per_layer(gating_mode, count, _read_gating_mode)


def _read_gating_mode(cursor: Cursor) -> str:
    if cursor.value not in GATING_MODES:
        raise cursor.wrong("one of " + ", ".join(f'"{mode}"' for mode in GATING_MODES))
    return str(cursor.value)


def _read_secondary_activations(
    cursor: Cursor, gating_modes: list[str], read: Callable[[Cursor], Activation]
) -> list[Activation | None]:
    secondary = cursor["secondary_activation"]
    count = len(gating_modes)
    # The legacy spelling knows no secondary activation but Sigmoid.
    is_legacy = cursor["gating_mode"].is_missing
    entries = [None] * count if secondary.is_missing or is_legacy else _per_layer(secondary, count, _itself)
    # What stands at a layer without a pair is ignored: files have null or "" there.
    return [
        None if mode == "none" else SIGMOID if entry is None else read(entry)
        for mode, entry in zip(gating_modes, entries, strict=True)
    ]


def _itself(cursor: Cursor) -> Cursor:
    return cursor


def _per_layer(cursor: Cursor, count: int, read: Callable[[Cursor], Item]) -> list[Item]:
    """One value for each layer, from an array of ``count`` entries or from one value that holds for all."""
    if not cursor.is_list:
        return [read(cursor)] * count
    entries = cursor.entries("an array")
    if len(entries) != count:
        raise cursor.wrong(f"an array of {count}, one entry for each of the dilations")
    return [read(entry) for entry in entries]


def _read_head(cursor: Cursor) -> HeadRechannel:
    head = cursor["head"]
    if head.is_absent:
        if cursor["head_size"].is_missing and cursor["head_bias"].is_missing:
            raise head.wrong("an object with out_channels, kernel_size and bias")
        return HeadRechannel(
            out_channels=cursor["head_size"].size(), kernel_size=1, bias=cursor["head_bias"].boolean()
        )
    return HeadRechannel(
        out_channels=head["out_channels"].size(),
        kernel_size=head["kernel_size"].size(),
        bias=head["bias"].boolean(),
        head_dilation=head["head_dilation"].size(1),
    )


def _read_layer1x1(cursor: Cursor) -> Layer1x1 | None:
    if cursor.is_missing:
        return Layer1x1()
    return Layer1x1(groups=cursor["groups"].size(1)) if cursor["active"].boolean(True) else None


def _read_head1x1(cursor: Cursor) -> Head1x1 | None:
    if cursor.is_missing or not cursor["active"].boolean(False):
        return None
    return Head1x1(out_channels=cursor["out_channels"].size(), groups=cursor["groups"].size(1))


def _check_optional_parts(array: LayerArray, cursor: Cursor) -> None:
    if array.layer1x1 is None:
        if array.bottleneck != array.channels:
            raise cursor["bottleneck"].error(
                f"the bottleneck is {array.bottleneck} and channels is {array.channels}; "
                "they must be equal because layer1x1 is inactive"
            )
        if "layer1x1_post_film" in array.films:
            raise cursor["layer1x1_post_film"].error("active; must be inactive because layer1x1 is")
    if array.head1x1 is None and "head1x1_post_film" in array.films:
        raise cursor["head1x1_post_film"].error("active; must be inactive because head1x1 is")


def _check_groups(array: LayerArray, cursor: Cursor) -> None:
    """Check that group counts divide the widths on both sides of their convolution (format 2.3, rule 2)."""
    condition = ("condition_size", array.condition_size)
    bottleneck = ("the bottleneck", array.bottleneck)
    conv_rows = {array.conv_channels(layer) for layer in array.layers}
    for rows in sorted(conv_rows):
        convolution = ("the rows of the convolution", rows)
        check_groups(cursor["groups_input"], array.groups_input, ("channels", array.channels), convolution)
        check_groups(cursor["groups_input_mixin"], array.groups_input_mixin, condition, convolution)
    if array.layer1x1:
        groups = array.layer1x1.groups
        check_groups(cursor["layer1x1"], groups, bottleneck, ("channels", array.channels))
    if array.head1x1:
        out_channels = ("out_channels", array.head1x1.out_channels)
        check_groups(cursor["head1x1"], array.head1x1.groups, bottleneck, out_channels)
    for name, film in array.films.items():
        for layer in array.layers:
            rows = array.film_width(name, layer) * (2 if film.shift else 1)
            check_groups(cursor[name], film.groups, condition, ("the rows of the FiLM", rows))
