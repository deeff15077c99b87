"""Small models with weights from a generator of whole numbers, so that they are the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..format.building import (
    container,
    convnet,
    filled,
    film,
    head,
    layer_array,
    linear,
    lstm,
    post_stack_head,
    sequential,
    slimmable,
    wavenet,
)
from ..format.config import FILM_NAMES, Config
from ..format.weight_layout import count_weights
from .stimulus import integers

Nam = dict[str, Any]

_ACTIVATIONS: tuple[str | Nam, ...] = (
    *("Tanh", "Sigmoid", "ReLU", "SiLU", "Softsign", "Softsigmoid", "Hardswish"),
    {"type": "LeakyReLU", "negative_slope": 0.01},
    {"type": "PReLU", "negative_slopes": [0.01, 0.1, 0.25, 0.3, 0.5]},
    {"type": "Hardtanh", "min_val": -0.7, "max_val": 0.3},
    {"type": "LeakyHardtanh", "min_val": -0.25, "max_val": 0.5, "min_slope": 0.1, "max_slope": 0.01},
)


_HEAD_SCALE = 0.5


def models() -> dict[str, tuple[Nam, Nam]]:
    """By name, the object of a .nam file and options of ``load`` to go with it."""
    found: dict[str, tuple[Nam, Nam]] = {name: (source, {}) for name, source in _sources().items()}
    found["two arrays, fast tanh"] = (found["two arrays"][0], {"tanh": "fast"})
    return found


def _sources() -> dict[str, Nam]:
    condition = wavenet(_array(3, head=head(4)), head_scale=_HEAD_SCALE)
    two_arrays = (
        _array(6, [1, 2, 64, 301], head=head(3, bias=False)),
        _array(3, [8, 1], input_size=6),
    )
    mixed = layer_array(
        8,
        [6, 15, 1],
        [1, 7, 40],
        activation=["Tanh", "SiLU", {"type": "LeakyReLU", "negative_slope": 0.01}],
        gating_mode=["gated", "blended", "none"],
        secondary_activation=["Sigmoid", "Softsigmoid", None],
        head=head(kernel_size=16),
    )
    films: Nam = {name: film(shift=i % 3 > 0, groups=1 + i % 2) for i, name in enumerate(FILM_NAMES)}
    head1x1: Nam = {"head1x1": {"active": True, "out_channels": 2, "groups": 2}}
    groups: Nam = {"groups_input": 2, "groups_input_mixin": 4, "layer1x1": {"active": True, "groups": 2}}
    wide = wavenet(mixed, head_scale=_HEAD_SCALE)
    recurrent = lstm(2, 9)
    models = {
        "two arrays": wavenet(*two_arrays, head_scale=_HEAD_SCALE),
        "gated and blended": wide,
        "activations": wavenet(
            _array(5, list(range(1, 12)), activation=list(_ACTIVATIONS)), head_scale=_HEAD_SCALE
        ),
        "groups and bottleneck": wavenet(
            _array(8, condition_size=4, bottleneck=4, **groups, **head1x1),
            condition_dsp=condition,
            head_scale=_HEAD_SCALE,
        ),
        "FiLM": wavenet(
            _array(6, condition_size=4, bottleneck=4, **films, **head1x1),
            condition_dsp=condition,
            head_scale=_HEAD_SCALE,
        ),
        "no layer1x1": wavenet(_array(7, layer1x1={"active": False, "groups": 1}), head_scale=_HEAD_SCALE),
        "post-stack head": wavenet(
            _array(4, head=head(2)),
            post_stack_head=post_stack_head(3, [3, 1, 4], "Softsign"),
            head_scale=_HEAD_SCALE,
        ),
        "slimmable": wavenet(_array(5, slimmable=slimmable(2, 3, 5)), head_scale=_HEAD_SCALE),
        "container": container(recurrent, wide),
        "LSTM": recurrent,
        "ConvNet": convnet(5, [1, 2, 64], batchnorm=False, activation="Tanh"),
        "ConvNet with batch norm": convnet(5, [1, 2, 64], batchnorm=True, activation="ReLU"),
        "Linear": linear(333, bias=True),
        "Sequential": sequential(linear(7, bias=True), recurrent, sequential(wide, linear(40))),
    }
    return {name: filled(model, _with_weights) for name, model in models.items()}


def _array(channels: int, dilations: Sequence[int] = (1, 7, 40), **others: Any) -> Nam:
    """A layer array whose layers have kernel size 3."""
    return layer_array(channels, [3] * len(dilations), dilations, **others)


def _with_weights(file: Nam, config: Config) -> Nam:
    """The file with as many weights as its config needs, from -3/4 to 3/4."""
    size = count_weights(config)
    values = integers(size)
    weights = [3 * next(values) / (1 << 25) for _ in range(size)]
    if file["config"].get("batchnorm"):
        # Some of them are variances.
        weights = [abs(weight) + 0.125 for weight in weights]
    if file["architecture"] == "WaveNet":
        weights[-1] = file["config"]["head_scale"]
    return {**file, "weights": weights}
