"""Small models with weights from a generator of whole numbers, so that they are the same everywhere."""

from __future__ import annotations

from typing import Any

from ..errors import NamWeightError
from ..format.config import FILM_NAMES
from ..format.nam_file import read_nam
from .stimulus import integers

Nam = dict[str, Any]

_ACTIVATIONS: tuple[str | Nam, ...] = (
    *("Tanh", "Sigmoid", "ReLU", "SiLU", "Softsign", "Softsigmoid", "Hardswish"),
    {"type": "LeakyReLU", "negative_slope": 0.01},
    {"type": "PReLU", "negative_slopes": [0.01, 0.1, 0.25, 0.3, 0.5]},
    {"type": "Hardtanh", "min_val": -0.7, "max_val": 0.3},
    {"type": "LeakyHardtanh", "min_val": -0.25, "max_val": 0.5, "min_slope": 0.1, "max_slope": 0.01},
)


def models() -> dict[str, tuple[Nam, Nam]]:
    """By name, the object of a .nam file and options of ``load`` to go with it."""
    found: dict[str, tuple[Nam, Nam]] = {name: (source, {}) for name, source in _sources().items()}
    found["two arrays, fast tanh"] = (found["two arrays"][0], {"tanh": "fast"})
    return found


def _sources() -> dict[str, Nam]:
    condition = _wavenet(_array(channels=3, head={"out_channels": 4, "kernel_size": 1, "bias": True}))
    slimmable = {"slimmable": {"method": "slice_channels_uniform", "kwargs": {"allowed_channels": [2, 3, 5]}}}
    two_arrays = (
        _array(
            channels=6, dilations=[1, 2, 64, 301], head={"out_channels": 3, "kernel_size": 1, "bias": False}
        ),
        _array(channels=3, input_size=6, dilations=[8, 1]),
    )
    mixed = {
        "kernel_sizes": [6, 15, 1],
        "activation": ["Tanh", "SiLU", {"type": "LeakyReLU", "negative_slope": 0.01}],
        "gating_mode": ["gated", "blended", "none"],
        "secondary_activation": ["Sigmoid", "Softsigmoid", None],
        "head": {"out_channels": 1, "kernel_size": 16, "bias": True},
    }
    films = {
        name: {"active": True, "shift": i % 3 > 0, "groups": 1 + i % 2} for i, name in enumerate(FILM_NAMES)
    }
    head1x1 = {"head1x1": {"active": True, "out_channels": 2, "groups": 2}}
    post_head = {"channels": 3, "out_channels": 1, "kernel_sizes": [3, 1, 4], "activation": "Softsign"}
    wide = _wavenet(_array(channels=8, **mixed))
    lstm = _nam("LSTM", {"num_layers": 2, "input_size": 1, "hidden_size": 9})
    return {
        "two arrays": _wavenet(*two_arrays),
        "gated and blended": wide,
        "activations": _wavenet(
            _array(channels=5, dilations=list(range(1, 12)), activation=list(_ACTIVATIONS))
        ),
        "groups and bottleneck": _wavenet(
            _array(
                channels=8, condition_size=4, bottleneck=4, groups_input=2, groups_input_mixin=4,
                layer1x1={"active": True, "groups": 2}, **head1x1,
            ),
            condition_dsp=condition,
        ),
        "FiLM": _wavenet(
            _array(channels=6, condition_size=4, bottleneck=4, **films, **head1x1), condition_dsp=condition
        ),
        "no layer1x1": _wavenet(_array(channels=7, layer1x1={"active": False, "groups": 1})),
        "post-stack head": _wavenet(
            _array(channels=4, head={"out_channels": 2, "kernel_size": 1, "bias": True}), head=post_head
        ),
        "slimmable": _wavenet(_array(channels=5, **slimmable)),
        "container": _container(lstm, wide),
        "LSTM": lstm,
        "ConvNet": _convnet(batchnorm=False, activation="Tanh"),
        "ConvNet with batch norm": _convnet(batchnorm=True, activation="ReLU"),
        "Linear": _nam("Linear", {"receptive_field": 333, "bias": True}),
    }  # fmt: skip


def _array(channels: int, **changes: Any) -> Nam:
    """A layer array of three layers, or as many as there are dilations."""
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": channels,
        "kernel_size": 3,
        "dilations": [1, 7, 40],
        "activation": "Tanh",
        "head": {"out_channels": 1, "kernel_size": 1, "bias": True},
        **changes,
    }
    if "kernel_sizes" in array:
        del array["kernel_size"]
    return array


def _wavenet(*arrays: Nam, head: Nam | None = None, **extra: Any) -> Nam:
    return _nam("WaveNet", {"layers": list(arrays), "head": head, "head_scale": 0.5, **extra})


def _convnet(batchnorm: bool, activation: str) -> Nam:
    config = {"channels": 5, "dilations": [1, 2, 64], "batchnorm": batchnorm, "activation": activation}
    return _nam("ConvNet", config)


def _container(*sizes: Nam) -> Nam:
    limits = [(i + 1) / len(sizes) for i in range(len(sizes))]
    submodels = [{"max_value": limit, "model": size} for limit, size in zip(limits, sizes, strict=True)]
    return {**_outer("SlimmableContainer", {"submodels": submodels}), "weights": []}


def _nam(architecture: str, config: Nam) -> Nam:
    """A file of this config, with as many weights as it needs, from -3/4 to 3/4."""
    file = _outer(architecture, config)
    try:
        read_nam({**file, "weights": []})
        raise AssertionError("a file without weights was accepted")
    except NamWeightError as error:
        assert error.expected is not None
        count = error.expected
    values = integers(count)
    weights = [3 * next(values) / (1 << 25) for _ in range(count)]
    if config.get("batchnorm"):
        # Some of them are variances.
        weights = [abs(weight) + 0.125 for weight in weights]
    if architecture == "WaveNet":
        weights[-1] = config["head_scale"]
    return {**file, "weights": weights}


def _outer(architecture: str, config: Nam) -> Nam:
    return {"version": "0.7.0", "architecture": architecture, "config": config, "sample_rate": 48000}
