"""Architectures that differ from a common one in one feature, for a survey of CPU use.

The common architecture is a layer array of 8 channels and ten layers of kernel size 3 with LeakyReLU, with
dilations from 1 to 512. Each family changes one feature of the format's current version (format 2), or puts
another architecture in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...format.building import (
    TANH,
    Json,
    convnet,
    film,
    head,
    layer_array,
    linear,
    lstm,
    post_stack_head,
    slimmable,
    wavenet,
)
from ...format.config import FILM_NAMES
from .architectures import LEAKY_RELU, a1, a2

CHANNELS = 8
DILATIONS = tuple(2**i for i in range(10))

_ACTIVATIONS: dict[str, Json] = {
    "tanh": TANH,
    "relu": {"type": "ReLU"},
    "prelu": {"type": "PReLU", "negative_slopes": [0.01 * (i + 1) for i in range(CHANNELS)]},
    "sigmoid": {"type": "Sigmoid"},
    "silu": {"type": "SiLU"},
    "hardswish": {"type": "Hardswish"},
    "hardtanh": {"type": "Hardtanh", "min_val": -0.8, "max_val": 0.9},
    "leaky-hardtanh": {
        "type": "LeakyHardtanh",
        "min_val": -0.8,
        "max_val": 0.9,
        "min_slope": 0.01,
        "max_slope": 0.02,
    },
    "softsign": {"type": "Softsign"},
    "softsigmoid": {"type": "Softsigmoid"},
}


@dataclass(frozen=True)
class Architecture:
    """One member of the sweep: a .nam file without weights, and how it differs from the common architecture.

    ``feature`` names the change in the format's words. ``trainer_reads`` is False if the trainer's own loader
    refuses the file or drops a part of it (``reference.to_torch`` makes the complete network).
    """

    name: str
    family: str
    description: str
    feature: dict[str, Any]
    file: Json
    trainer_reads: bool = True


def array(
    channels: int = CHANNELS, layers: int = len(DILATIONS), kernel_size: int = 3, **others: Any
) -> Json:
    """The common layer array, with changes."""
    settings: Json = {"activation": LEAKY_RELU, **others}
    dilations = [DILATIONS[i % len(DILATIONS)] for i in range(layers)]
    return layer_array(channels, [kernel_size] * layers, dilations, **settings)


def architectures() -> Iterator[Architecture]:
    """The whole sweep, family by family; names are unique."""
    yield Architecture("base", "base", "what all others are compared with", {}, wavenet(array()))
    yield from _sizes()
    yield from _widths()
    yield from _pairs_and_activations()
    yield from _films()
    yield from _heads()
    yield from _conditions()
    yield from _other_architectures()


def _changed(
    family: str, name: str, description: str, channels: int = CHANNELS, **changes: Any
) -> Architecture:
    file = wavenet(array(channels, **changes))
    return Architecture(name, family, description, {"channels": channels, **changes}, file)


def _sizes() -> Iterator[Architecture]:
    for channels in (1, 2, 4, 5, 6, 12, 16):
        feature: Json = {"channels": channels}
        description = f"A2 with {channels} channels"
        yield Architecture(f"a2-channels-{channels}", "channels", description, feature, a2(channels))
    for channels in (3, 6, 12, 16, 24):
        description = f"{channels} channels, tanh"
        yield _changed("channels", f"tanh-channels-{channels}", description, channels, activation=TANH)
    for layers in (3, 20):
        yield _changed("layers", f"layers-{layers}", f"{layers} layers", layers=layers)
    for kernel_size in (1, 2, 6, 15):
        description = f"kernel size {kernel_size}"
        yield _changed("kernel_sizes", f"kernel-{kernel_size}", description, kernel_size=kernel_size)
    for name, dilation in (("near", 1), ("far", 1021)):
        file = wavenet(layer_array(CHANNELS, [3] * 10, [dilation] * 10, activation=LEAKY_RELU))
        feature = {"dilations": [dilation] * 10}
        description = f"dilation {dilation} in all layers"
        yield Architecture(f"dilations-{name}", "dilations", description, feature, file)
    halved = array(CHANNELS // 2, input_size=CHANNELS)
    file = wavenet(array(head=head(CHANNELS // 2, bias=False)), halved)
    yield Architecture("arrays-2", "layers", "two arrays of 8 and 4 channels", {"arrays": 2}, file)


def _widths() -> Iterator[Architecture]:
    for bottleneck in (2, 4, 6, 16):
        description = f"bottleneck {bottleneck}"
        yield _changed("bottleneck", f"bottleneck-{bottleneck}", description, bottleneck=bottleneck)
    for groups in (2, 8):
        description = f"dilated convolutions in {groups} groups"
        yield _changed("groups", f"groups-input-{groups}", description, groups_input=groups)
    both: Json = {"groups_input": 4, "layer1x1": {"active": True, "groups": 4}}
    yield _changed(
        "groups", "groups-4-of-16", "16 channels, convolutions and layer1x1 in 4 groups", 16, **both
    )
    layer1x1 = {"active": True, "groups": 2}
    yield _changed("groups", "groups-layer1x1-2", "layer1x1 in 2 groups", layer1x1=layer1x1)
    layer1x1 = {"active": False, "groups": 1}
    yield _changed("layer1x1", "layer1x1-inactive", "no layer1x1", layer1x1=layer1x1)


def _pairs_and_activations() -> Iterator[Architecture]:
    for channels in (3, 4, 8, 12):
        description = f"{channels} channels, gated: tanh and sigmoid"
        changes: Json = {"activation": TANH, "gating_mode": "gated"}
        yield _changed("gating_mode", f"gated-{channels}", description, channels, **changes)
    for channels in (4, 8):
        description = f"{channels} channels, blended: tanh and sigmoid"
        changes = {"activation": TANH, "gating_mode": "blended"}
        yield _changed("gating_mode", f"blended-{channels}", description, channels, **changes)
    for name, activation in _ACTIVATIONS.items():
        file = wavenet(array(activation=activation))
        # The trainer's loader drops the slopes of a PReLU.
        reads = name != "prelu"
        feature = {"activation": activation}
        yield Architecture(f"activation-{name}", "activation", name, feature, file, trainer_reads=reads)


def _films() -> Iterator[Architecture]:
    for name in FILM_NAMES:
        changes: Json = {"films": [name]}
        if name == "head1x1_post_film":
            changes["head1x1"] = {"active": True, "out_channels": CHANNELS, "groups": 1}
        short = name.replace("_", "-").removesuffix("-film")
        yield _changed("film", f"film-{short}", f"{name} with shift", **changes)
    changes = {"films": ["conv_pre_film"], "film_shift": False}
    yield _changed("film", "film-conv-pre-scale", "conv_pre_film without shift", **changes)
    places = [name for name in FILM_NAMES if name != "head1x1_post_film"]
    yield _changed("film", "film-all-4", "4 channels, a FiLM in 7 places", 4, films=places)


def _heads() -> Iterator[Architecture]:
    for out_channels, groups in ((2, 1), (8, 1), (8, 4)):
        name = f"head1x1-{out_channels}" + (f"-groups-{groups}" if groups > 1 else "")
        head1x1 = {"active": True, "out_channels": out_channels, "groups": groups}
        description = f"head1x1 to {out_channels} channels in {groups} group" + "s" * (groups > 1)
        yield _changed("head1x1", name, description, head1x1=head1x1)
    for kernel_size in (16, 64):
        description = f"head rechannel of kernel size {kernel_size}"
        wider = head(kernel_size=kernel_size)
        yield _changed("head", f"head-kernel-{kernel_size}", description, head=wider)
    for name, kernel_sizes, channels in (("1x8", [8], 1), ("3x3", [3, 3, 3], 4), ("2x16", [16, 16], 8)):
        after = post_stack_head(channels, kernel_sizes, "Tanh")
        file = wavenet(array(head=head(4)), post_stack_head=after)
        description = f"post-stack head of kernel sizes {kernel_sizes}, {channels} channels between"
        yield Architecture(f"post-head-{name}", "post_stack_head", description, {"head": after}, file)


def _conditions() -> Iterator[Architecture]:
    small = layer_array(3, [3] * 4, [1, 2, 4, 8], activation=TANH)
    several = {**small, "head": head(4)}
    for name, condition, size in (
        ("wavenet", wavenet(small), 1),
        ("4-channels", wavenet(several), 4),
        ("lstm", lstm(1, 8), 1),
    ):
        file = wavenet(array(condition_size=size), condition_dsp=condition)
        description = f"condition_dsp: {condition['architecture']}, {size} out"
        feature = {"condition_dsp": condition["architecture"], "condition_size": size}
        # The trainer's loader drops a condition_dsp.
        yield Architecture(
            f"condition-{name}", "condition_dsp", description, feature, file, trainer_reads=False
        )
    modulated = array(condition_size=4, films=["activation_pre_film"])
    modulated["activation_pre_film"] = film(groups=2)
    file = wavenet(modulated, condition_dsp=wavenet(several))
    feature = {"condition_dsp": "WaveNet", "condition_size": 4, "films": ["activation_pre_film"], "groups": 2}
    description = "condition_dsp of 4 channels for a FiLM in 2 groups"
    yield Architecture("condition-film", "condition_dsp", description, feature, file, trainer_reads=False)


def _other_architectures() -> Iterator[Architecture]:
    file = wavenet(array(16, slimmable=slimmable(2, 6, 10, 14, 16)))
    feature: Json = {"slimmable": [2, 6, 10, 14, 16]}
    yield Architecture("slimmable-16", "slimmable", "up to 16 channels", feature, file)
    file = a1(8)
    for layers, widths in zip(file["config"]["layers"], ([2, 4, 8], [1, 2, 4]), strict=True):
        layers["slimmable"] = slimmable(*widths)
    feature = {"slimmable": [[2, 4, 8], [1, 2, 4]]}
    description = "A1 feather, both arrays slimmable"
    # The trainer makes only models of one array slimmable.
    yield Architecture("slimmable-a1", "slimmable", description, feature, file, trainer_reads=False)
    for layers, hidden in ((1, 8), (1, 32), (2, 16), (3, 24)):
        feature = {"num_layers": layers, "hidden_size": hidden}
        description = f"LSTM, {layers} of {hidden}"
        yield Architecture(f"lstm-{layers}x{hidden}", "lstm", description, feature, lstm(layers, hidden))
    for channels in (6, 16):
        file = convnet(channels, DILATIONS)
        feature = {"channels": channels}
        description = f"ConvNet of {channels} channels"
        yield Architecture(f"convnet-{channels}", "convnet", description, feature, file, trainer_reads=False)
    for taps in (512, 4096):
        feature = {"receptive_field": taps}
        description, file = f"impulse response of {taps}", linear(taps)
        # The trainer 0.13.0 takes the taps in the other order (format D4).
        yield Architecture(f"linear-{taps}", "linear", description, feature, file, trainer_reads=False)
