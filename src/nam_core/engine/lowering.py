"""From a parsed file to what the C++ engine is built from: bound structs and a flat weight array.

Every choice between the PyTorch package and the C++ core (``compat``, format 12) is made here, as a
difference of configuration or weights; the engine knows only one way to compute.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .. import _core
from ..format.config import (
    FILM_NAMES,
    Activation,
    ConvNetConfig,
    Film,
    Layer,
    LayerArray,
    LinearConfig,
    LstmConfig,
    NamModel,
    PostStackHead,
    WaveNetConfig,
)

Compat = Literal["pytorch", "core"]
Tanh = Literal["exact", "fast"]
LoweredConfig = _core.WaveNetConfig | _core.LstmConfig | _core.ConvNetConfig | _core.LinearConfig
_Lowered = TypeVar("_Lowered")

# A file's config.head_scale is kept when the last weight is this close to it (format D19).
_HEAD_SCALE_TOLERANCE = 1e-5

# Silence that the C++ core runs through an LSTM after its stored state (format 6.3).
_CORE_LSTM_PREWARM_SECONDS = 0.5


class Choices(NamedTuple):
    """Which of two computations is wanted, where there are two: see ``nam_core.load``."""

    compat: Compat = "pytorch"
    tanh: Tanh = "exact"


class Lowered(NamedTuple):
    """A model as the engine gets it: one of ``_core``'s configs, and float32 weights ``(count,)``."""

    config: LoweredConfig
    weights: npt.NDArray[np.float32]
    condition_dsp: Lowered | None


def describe(model: NamModel, choices: Choices) -> _core.ModelDescription:
    """Translate a model without slimming left in it (see ``slimming.select``) for the engine."""
    return _description(lower(model, choices))


def _description(lowered: Lowered) -> _core.ModelDescription:
    condition_dsp = None if lowered.condition_dsp is None else _description(lowered.condition_dsp)
    return _core.ModelDescription(lowered.config, lowered.weights, condition_dsp)


def lower(model: NamModel, choices: Choices) -> Lowered:
    """What ``describe`` hands to the engine, in a form that can be read back."""
    config, weights = model.config, model.weights
    condition_dsp = None
    lowered: LoweredConfig
    if isinstance(config, WaveNetConfig):
        lowered = _wavenet(config, weights, choices)
        if config.condition_dsp is not None:
            condition_dsp = lower(config.condition_dsp, choices)
    elif isinstance(config, LstmConfig):
        lowered = _lstm(config, model.sample_rate, choices)
    elif isinstance(config, ConvNetConfig):
        lowered = _convnet(config, choices)
    else:
        assert isinstance(config, LinearConfig)
        lowered = _same_names(_core.LinearConfig(), config, "in_channels out_channels receptive_field bias")
    return Lowered(lowered, np.ascontiguousarray(weights), condition_dsp)


def _same_names(lowered: _Lowered, config: Any, names: str) -> _Lowered:
    for name in names.split():
        setattr(lowered, name, getattr(config, name))
    return lowered


def _wavenet(
    config: WaveNetConfig, weights: npt.NDArray[np.float32], choices: Choices
) -> _core.WaveNetConfig:
    lowered = _core.WaveNetConfig()
    lowered.in_channels = config.in_channels
    lowered.layers = [_layer_array(array, choices) for array in config.layers]
    if config.head is not None:
        lowered.head = _post_stack_head(config.head, choices)
    last_weight = float(weights[-1])
    keeps_config = (
        choices.compat == "pytorch" and abs(last_weight - config.head_scale) <= _HEAD_SCALE_TOLERANCE
    )
    lowered.head_scale = config.head_scale if keeps_config else last_weight
    return lowered


def _layer_array(array: LayerArray, choices: Choices) -> _core.LayerArrayConfig:
    lowered = _same_names(
        _core.LayerArrayConfig(),
        array,
        "input_size condition_size channels bottleneck groups_input groups_input_mixin",
    )
    if array.layer1x1:
        lowered.layer1x1_groups = array.layer1x1.groups
    if array.head1x1:
        lowered.head1x1_channels = array.head1x1.out_channels
        lowered.head1x1_groups = array.head1x1.groups
    lowered.head_channels = array.head.out_channels
    lowered.head_kernel_size = array.head.kernel_size
    lowered.head_dilation = array.head.head_dilation
    lowered.head_bias = array.head.bias
    lowered.layers = [_layer(array, layer, choices) for layer in array.layers]
    return lowered


def _layer(array: LayerArray, layer: Layer, choices: Choices) -> _core.LayerConfig:
    lowered = _same_names(_core.LayerConfig(), layer, "kernel_size dilation")
    lowered.gating_mode = _core.GatingMode.__members__[layer.gating_mode]
    lowered.activation = _activation(layer.activation, choices)
    if layer.secondary_activation is not None:
        lowered.secondary_activation = _activation(layer.secondary_activation, choices)
    if array.layer1x1 is None:  # the core adds nothing to the residual stream (format D2)
        skipped = _core.Residual.none if choices.compat == "core" else _core.Residual.activation
        lowered.residual = skipped
    lowered.films = [_film(array.films[name]) if name in array.films else None for name in FILM_NAMES]
    return lowered


def _film(film: Film) -> _core.FilmConfig:
    return _same_names(_core.FilmConfig(), film, "shift groups")


def _post_stack_head(head: PostStackHead, choices: Choices) -> _core.PostStackHeadConfig:
    lowered = _same_names(_core.PostStackHeadConfig(), head, "channels out_channels kernel_sizes")
    lowered.activation = _activation(head.activation, choices)
    return lowered


def _activation(activation: Activation, choices: Choices) -> _core.ActivationConfig:
    lowered = _core.ActivationConfig()
    kind = activation.name
    rows = [[0.0] * 4]
    if kind == "Tanh" and choices.tanh == "fast":
        kind = "Fasttanh"
    elif kind in ("LeakyReLU", "PReLU"):
        # The package keeps PReLU's slopes, and no others, as float32 parameters.
        kept = float if kind == "LeakyReLU" else np.float32
        rows = [[float(kept(slope)), 0.0, 0.0, 0.0] for slope in activation.slopes]
        kind = "LeakyReLU" if activation.is_leaky else "PReLU"
    elif kind == "LeakyHardtanh":
        rows = [[activation.min_val, activation.max_val, activation.min_slope, activation.max_slope]]
    elif kind == "Hardtanh":
        kind = "LeakyHardtanh"
        # The core ignores the limits (format D3).
        limits = [-1.0, 1.0] if choices.compat == "core" else [activation.min_val, activation.max_val]
        rows = [[*limits, 0.0, 0.0]]
    lowered.kind = _core.ActivationKind.__members__[kind]
    lowered.parameters = [value for row in rows for value in row]
    return lowered


def _lstm(config: LstmConfig, sample_rate: float | None, choices: Choices) -> _core.LstmConfig:
    lowered = _same_names(_core.LstmConfig(), config, "num_layers input_size hidden_size out_channels")
    lowered.fast_tanh = choices.tanh == "fast"
    if choices.compat == "core":
        lowered.prewarm_frames = int(_CORE_LSTM_PREWARM_SECONDS * sample_rate) if sample_rate else 1
    return lowered


def _convnet(config: ConvNetConfig, choices: Choices) -> _core.ConvNetConfig:
    lowered = _same_names(
        _core.ConvNetConfig(), config, "in_channels out_channels channels groups dilations batchnorm"
    )
    lowered.activation = _activation(config.activation, choices)
    return lowered
