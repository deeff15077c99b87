"""Models made in code: objects of .nam files, spelt in full as the trainer exports them (format 2.2, 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from .config import FILM_NAMES, Config
from .nam_file import read_architecture

Json = dict[str, Any]
Activation: TypeAlias = "str | Json"

VERSION = "0.7.0"
SAMPLE_RATE = 48000
TANH = {"type": "Tanh"}
SIGMOID = {"type": "Sigmoid"}


def file(architecture: str, config: Json, sample_rate: float | None = SAMPLE_RATE) -> Json:
    """A .nam file without its weights; at a rate of None it does not say its rate."""
    outer = {"version": VERSION, "architecture": architecture, "config": config}
    return outer if sample_rate is None else {**outer, "sample_rate": sample_rate}


def film(shift: bool = True, groups: int = 1) -> Json:
    """An active FiLM."""
    return {"active": True, "shift": shift, "groups": groups}


def head(out_channels: int = 1, kernel_size: int = 1, bias: bool = True) -> Json:
    """The head rechannel of a layer array."""
    return {"out_channels": out_channels, "kernel_size": kernel_size, "bias": bias}


def layer_array(
    channels: int,
    kernel_sizes: Sequence[int],
    dilations: Sequence[int],
    *,
    activation: Activation | list[Activation] = TANH,
    gating_mode: str | list[str] = "none",
    secondary_activation: Activation | list[Activation | None] = SIGMOID,
    films: Iterable[str] = (),
    film_shift: bool = True,
    **others: Any,
) -> Json:
    """One layer array. Activation and gating are the same in every layer, unless they are lists.

    ``films`` names the places that have a FiLM; ``others`` replace any further key of the array.
    """
    layers = len(dilations)
    secondary = None if gating_mode == "none" else secondary_activation
    inactive = {"active": False, "shift": False, "groups": 1}
    places = set(films)
    return {
        "input_size": 1,
        "condition_size": 1,
        "head": head(),
        "channels": channels,
        "kernel_sizes": list(kernel_sizes),
        "dilations": list(dilations),
        "activation": _for_each(activation, layers),
        "bottleneck": channels,
        "head1x1": {"active": False, "out_channels": 1, "groups": 1},
        "layer1x1": {"active": True, "groups": 1},
        "groups_input": 1,
        "groups_input_mixin": 1,
        **{name: film(film_shift) if name in places else inactive for name in FILM_NAMES},
        "gating_mode": _for_each(gating_mode, layers),
        "secondary_activation": _for_each(secondary, layers),
        "slimmable": None,
        **others,
    }


def _for_each(value: Any, layers: int) -> list[Any]:
    return value if isinstance(value, list) else [value] * layers


def wavenet(
    *arrays: Json,
    post_stack_head: Json | None = None,
    condition_dsp: Json | None = None,
    head_scale: float = 1.0,
) -> Json:
    """A WaveNet of these layer arrays, without its weights."""
    config: Json = {"layers": list(arrays), "head": post_stack_head, "head_scale": head_scale}
    if condition_dsp is not None:
        config["condition_dsp"] = condition_dsp
    return file("WaveNet", config)


def slimmable(*allowed_channels: int) -> Json:
    """The key of a layer array that can be cut to these numbers of channels."""
    return {"method": "slice_channels_uniform", "kwargs": {"allowed_channels": list(allowed_channels)}}


def lstm(num_layers: int, hidden_size: int, **others: Any) -> Json:
    """A mono LSTM, without its weights; ``others`` replace or add keys of its config."""
    config = {"num_layers": num_layers, "input_size": 1, "hidden_size": hidden_size, **others}
    return file("LSTM", config)


def post_stack_head(channels: int, kernel_sizes: Sequence[int], activation: str) -> Json:
    """The network after the arrays, one channel out (format 2.5)."""
    return {
        "channels": channels,
        "out_channels": 1,
        "kernel_sizes": list(kernel_sizes),
        "activation": activation,
    }


def convnet(
    channels: int, dilations: Sequence[int], batchnorm: bool = True, activation: str = "Tanh", **others: Any
) -> Json:
    """A mono ConvNet, without its weights; ``others`` replace or add keys of its config."""
    config = {"channels": channels, "dilations": list(dilations), "batchnorm": batchnorm}
    return file("ConvNet", {**config, "activation": activation, **others})


def linear(receptive_field: int, bias: bool = False, **others: Any) -> Json:
    """An impulse response, without its weights; ``others`` replace or add keys of its config."""
    return file("Linear", {"receptive_field": receptive_field, "bias": bias, **others})


def container(*sizes: Json) -> Json:
    """A SlimmableContainer of these models, smallest first, with equal shares of the qualities."""
    submodels = [{"max_value": (i + 1) / len(sizes), "model": size} for i, size in enumerate(sizes)]
    return {**file("SlimmableContainer", {"submodels": submodels}), "weights": []}


def sequential(*models: Json) -> Json:
    """A Sequential of these models, in the order in which they play."""
    return {**file("Sequential", {"models": list(models)}), "weights": []}


def filled(outer: Json, fill: Callable[[Json, Config], Json]) -> Json:
    """The file with weights, those of nested models included.

    Parameters
    ----------
    outer : any of its models may lack ``weights``; what there are are replaced.
    fill : makes a complete file of one whose nested models are complete; its config is the second argument.
        Nested models come before the one around them.
    """
    config = dict(outer["config"])
    if "submodels" in config:
        submodels = config["submodels"]
        config["submodels"] = [{**entry, "model": filled(entry["model"], fill)} for entry in submodels]
        return {**outer, "config": config}
    if "models" in config:
        return {**outer, "config": {"models": [filled(model, fill) for model in config["models"]]}}
    if "condition_dsp" in config:
        config["condition_dsp"] = filled(config["condition_dsp"], fill)
    outer = {**outer, "config": config}
    return fill(outer, read_architecture(outer).config)
