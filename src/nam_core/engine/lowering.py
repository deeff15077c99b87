"""From a checked file to what the C++ engine is built from: plain structs and a flat weight array.

Every choice between the PyTorch package and the C++ core (``compat``, format 12) is made here, as a
difference of configuration or weights; the engine knows only one way to compute.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .. import _core
from ..format.config import (
    Activation,
    ContainerConfig,
    ConvNetConfig,
    LayerArray,
    LinearConfig,
    LstmConfig,
    NamModel,
    SequentialConfig,
    WaveNetConfig,
)
from ..format.quantities import receptive_field
from . import description

Compat = Literal["pytorch", "core"]
Tanh = Literal["exact", "fast"]
_Struct = TypeVar("_Struct")

# A file's config.head_scale is kept when the last weight is this close to it (format D19).
_HEAD_SCALE_TOLERANCE = 1e-5

# In the place of a secondary activation where the gating mode has none.
_UNUSED = Activation("Tanh")

# Silence that the C++ core runs through an LSTM after its stored state (format 6.3).
_CORE_LSTM_PREWARM_SECONDS = 0.5


class Choices(NamedTuple):
    """Which of two computations is wanted, where there are two: see ``nam_core.load``."""

    compat: Compat = "pytorch"
    tanh: Tanh = "exact"


def describe(model: NamModel, choices: Choices, in_chain: bool = False) -> _core.ModelDescription:
    """Translate a model without slimming left in it (see ``slimming.select``) for the engine."""
    return _core.ModelDescription(lower(model, choices, in_chain))


def lower(model: NamModel, choices: Choices, in_chain: bool = False) -> description.ModelDescription:
    """What ``describe`` hands to the engine, in a form that can be read back.

    ``in_chain`` says that a Sequential around it is prewarmed in its place.
    """
    config, weights = model.config, model.weights
    condition_dsp = None
    lowered: description.ModelConfig
    if isinstance(config, WaveNetConfig):
        lowered = _wavenet(config, weights, choices)
        if config.condition_dsp is not None:
            condition_dsp = lower(config.condition_dsp, choices, in_chain)
    elif isinstance(config, LstmConfig):
        lowered = _lstm(config, 0 if in_chain or choices.compat == "pytorch" else _prewarm(model), choices)
    elif isinstance(config, SequentialConfig):
        lowered = description.SequentialConfig(
            tuple(lower(part, choices, in_chain=True) for part in config.flat()),
            -1 if in_chain else core_prewarm(model, choices),
        )
    elif isinstance(config, ConvNetConfig):
        activation = _activation(config.activation, choices)
        lowered = _struct(description.ConvNetConfig, config, activation=activation)
    else:
        assert isinstance(config, LinearConfig)
        lowered = _struct(description.LinearConfig, config)
    weights = np.ascontiguousarray(weights)
    return description.ModelDescription(model.sample_rate or 0.0, lowered, weights, condition_dsp)


def _struct(kind: type[_Struct], config: object, **others: Any) -> _Struct:
    """A struct with the fields ``others``; the rest are what ``config`` has under the same names."""
    names = (field.name for field in fields(kind))  # type: ignore[arg-type]  # a dataclass
    return kind(**{name: others[name] if name in others else getattr(config, name) for name in names})


def _wavenet(
    config: WaveNetConfig, weights: npt.NDArray[np.float32], choices: Choices
) -> description.WaveNetConfig:
    head, last_weight = config.head, float(weights[-1])
    keeps_config = (
        choices.compat == "pytorch" and abs(last_weight - config.head_scale) <= _HEAD_SCALE_TOLERANCE
    )
    return _struct(
        description.WaveNetConfig,
        config,
        layers=tuple(_layer_array(array, choices) for array in config.layers),
        head=head
        and _struct(description.PostStackHeadConfig, head, activation=_activation(head.activation, choices)),
        head_scale=config.head_scale if keeps_config else last_weight,
    )


def _layer_array(array: LayerArray, choices: Choices) -> description.LayerArrayConfig:
    head, layer1x1, head1x1 = array.head, array.layer1x1, array.head1x1
    return _struct(
        description.LayerArrayConfig,
        array,
        layer1x1_groups=layer1x1.groups if layer1x1 else 1,
        head1x1_channels=head1x1.out_channels if head1x1 else 0,
        head1x1_groups=head1x1.groups if head1x1 else 1,
        layers=_layers(array, choices),
        head_channels=head.out_channels,
        head_kernel_size=head.kernel_size,
        head_dilation=head.head_dilation,
        head_bias=head.bias,
    )


def _layers(array: LayerArray, choices: Choices) -> tuple[description.LayerConfig, ...]:
    residual = "layer1x1"
    if array.layer1x1 is None:  # the core adds nothing to the residual stream (format D2)
        residual = "none" if choices.compat == "core" else "activation"
    films = {name: _struct(description.FilmConfig, film) for name, film in array.films.items()}
    # Most layers share one activation, and a file may have 100,000 of them.
    lowered: dict[int, description.ActivationConfig] = {}

    def activation(given: Activation) -> description.ActivationConfig:
        if id(given) not in lowered:
            lowered[id(given)] = _activation(given, choices)
        return lowered[id(given)]

    return tuple(
        description.LayerConfig(
            kernel_size=layer.kernel_size,
            dilation=layer.dilation,
            gating_mode=layer.gating_mode,
            activation=activation(layer.activation),
            secondary_activation=activation(layer.secondary_activation or _UNUSED),
            residual=residual,
            films=films,
        )
        for layer in array.layers
    )


def _activation(activation: Activation, choices: Choices) -> description.ActivationConfig:
    kind, parameters = activation.name, activation.parameters
    if kind == "Tanh" and choices.tanh == "fast":
        kind = "Fasttanh"
    elif kind in ("LeakyReLU", "PReLU"):
        if kind == "PReLU":  # the package keeps its slopes, and no other parameters, in float32
            parameters = tuple(float(np.float32(slope)) for slope in parameters)
        kind = "LeakyReLU" if activation.is_leaky else "PReLU"
    elif kind == "Hardtanh":
        # The core ignores the limits (format D3).
        limits = (-1.0, 1.0) if choices.compat == "core" else parameters
        kind, parameters = "LeakyHardtanh", (*limits, 0.0, 0.0)
    return description.ActivationConfig(kind, parameters)


def _lstm(config: LstmConfig, prewarm_frames: int, choices: Choices) -> description.LstmConfig:
    fast_tanh = choices.tanh == "fast"
    return _struct(description.LstmConfig, config, fast_tanh=fast_tanh, prewarm_frames=prewarm_frames)


def core_prewarm(chain: NamModel, choices: Choices) -> int:
    """Frames of silence that are run through a chain before it starts, as in the core; -1: as the trainer."""
    return _prewarm(chain) if choices.compat == "core" else -1


def _prewarm(model: NamModel) -> int:
    """Frames of silence that the core runs before a model starts (format 6.3, 15.1), at its full size."""
    config = model.config
    if isinstance(config, ContainerConfig):
        return _prewarm(config.submodels[-1].model)
    if isinstance(config, SequentialConfig):
        return sum(_prewarm(part) for part in config.models)
    if isinstance(config, LstmConfig):
        return int(_CORE_LSTM_PREWARM_SECONDS * model.sample_rate) if model.sample_rate else 1
    if isinstance(config, LinearConfig):
        return 0
    if isinstance(config, WaveNetConfig) and any(array.slimmable for array in config.layers):
        return 0
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        condition = config.condition_dsp
        return receptive_field(config) - receptive_field(condition.config) + _prewarm(condition)
    return receptive_field(config)
