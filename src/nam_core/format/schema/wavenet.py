"""The config of a WaveNet (format 2.1, 2.5, 2.6, rules 5 to 9 of format 2.3)."""

from __future__ import annotations

from ..config import LayerArray, NamModel, PostStackHead, WaveNetConfig
from .activation import check_slopes, read_activation
from .cursor import Cursor
from .layer_array import read_layer_array
from .nesting import ReadNested


def read_wavenet(cursor: Cursor, read_nested: ReadNested) -> WaveNetConfig:
    """The WaveNet, with its parts checked against each other."""
    in_channels = cursor["in_channels"].size(1)
    layers = cursor["layers"]
    array_cursors = layers.entries("an array of layer arrays")
    if not array_cursors:
        raise layers.wrong("an array of at least one layer array")
    arrays = tuple(read_layer_array(entry) for entry in array_cursors)
    _check_junctions(arrays, array_cursors, in_channels)

    head = cursor["head"]
    condition_dsp = cursor["condition_dsp"]
    condition = None if condition_dsp.is_absent else read_nested(condition_dsp)
    _check_condition(arrays, array_cursors, condition, condition_dsp, in_channels)
    return WaveNetConfig(
        layers=arrays,
        head=None if head.is_absent else _read_post_stack_head(head, arrays[-1].head.out_channels),
        head_scale=cursor["head_scale"].number(),
        condition_dsp=condition,
        in_channels=in_channels,
    )


def _check_junctions(arrays: tuple[LayerArray, ...], cursors: list[Cursor], in_channels: int) -> None:
    if arrays[0].input_size != in_channels:
        raise cursors[0]["input_size"].wrong(f"{in_channels}, the input channels of the model")
    for i in range(1, len(arrays)):
        previous, array = arrays[i - 1], arrays[i]
        if array.input_size != previous.channels:
            raise cursors[i]["input_size"].wrong(f"{previous.channels}, the channels of layers[{i - 1}]")
        if previous.head.out_channels != array.head_channels:
            legacy = cursors[i - 1]["head"].is_absent
            place = cursors[i - 1]["head_size"] if legacy else cursors[i - 1]["head"]["out_channels"]
            raise place.wrong(f"{array.head_channels}, the channels of the head sum of layers[{i}]")


def _check_condition(
    arrays: tuple[LayerArray, ...],
    cursors: list[Cursor],
    condition: NamModel | None,
    condition_dsp: Cursor,
    in_channels: int,
) -> None:
    channels, source = in_channels, "the input channels of the model, which has no condition_dsp"
    if condition is not None:
        inner_channels = condition.config.in_channels
        if inner_channels != in_channels:
            raise condition_dsp.error(
                f"has {inner_channels} input channels; must have {in_channels}, as the model"
            )
        channels, source = condition.config.out_channels, "the output channels of condition_dsp"
    for array, cursor in zip(arrays, cursors, strict=True):
        if array.condition_size != channels:
            raise cursor["condition_size"].wrong(f"{channels}, {source}")


def _read_post_stack_head(cursor: Cursor, in_channels: int) -> PostStackHead:
    if not cursor["in_channels"].is_absent and cursor["in_channels"].size() != in_channels:
        raise cursor["in_channels"].wrong(f"{in_channels}, the head channels of the last layer array")
    kernel_sizes = cursor["kernel_sizes"].sizes()
    if not kernel_sizes:
        raise cursor["kernel_sizes"].wrong("an array of at least one integer")
    head = PostStackHead(
        in_channels=in_channels,
        channels=cursor["channels"].size(),
        out_channels=cursor["out_channels"].size(),
        kernel_sizes=tuple(kernel_sizes),
        activation=read_activation(cursor["activation"]),
    )
    for width in sorted(set(head.widths[:-1])):
        check_slopes(head.activation, width, cursor["activation"])
    return head
