"""A model as the C++ engine gets it: the structs of ``cpp/include/nam_core/description.hpp``, as plain data.

Classes, fields and their order are those of the C++ header, whose comments say what they mean. Spans are
tuples, and enumerators are strings. ``_core.ModelDescription`` reads them by name;
tests/codebase/test_description.py compares them with ``_core.structs`` and ``_core.enums``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ActivationConfig:
    """One activation function: ``kind`` is one of ``_core.enums["ActivationKind"]``."""

    kind: str
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True)
class FilmConfig:
    """A FiLM."""

    shift: bool
    groups: int


@dataclass(frozen=True)
class LayerConfig:
    """What may differ from layer to layer of one array; ``films`` by the names of their places."""

    kernel_size: int
    dilation: int
    gating_mode: str
    activation: ActivationConfig
    secondary_activation: ActivationConfig
    residual: str
    films: dict[str, FilmConfig]


@dataclass(frozen=True)
class LayerArrayConfig:
    """A stack of dilated layers with one head rechannel."""

    input_size: int
    condition_size: int
    channels: int
    bottleneck: int
    groups_input: int
    groups_input_mixin: int
    layer1x1_groups: int
    head1x1_channels: int
    head1x1_groups: int
    layers: tuple[LayerConfig, ...]
    head_channels: int
    head_kernel_size: int
    head_dilation: int
    head_bias: bool


@dataclass(frozen=True)
class PostStackHeadConfig:
    """The network after the arrays."""

    channels: int
    out_channels: int
    kernel_sizes: tuple[int, ...]
    activation: ActivationConfig


@dataclass(frozen=True)
class WaveNetConfig:
    """A WaveNet."""

    in_channels: int
    layers: tuple[LayerArrayConfig, ...]
    head: PostStackHeadConfig | None
    head_scale: float


@dataclass(frozen=True)
class LstmConfig:
    """An LSTM."""

    num_layers: int
    input_size: int
    hidden_size: int
    out_channels: int
    fast_tanh: bool
    prewarm_frames: int


@dataclass(frozen=True)
class ConvNetConfig:
    """A ConvNet."""

    in_channels: int
    out_channels: int
    channels: int
    groups: int
    dilations: tuple[int, ...]
    batchnorm: bool
    activation: ActivationConfig


@dataclass(frozen=True)
class LinearConfig:
    """An impulse response."""

    in_channels: int
    out_channels: int
    receptive_field: int
    bias: bool


@dataclass(frozen=True)
class SequentialConfig:
    """Models one after the other."""

    models: tuple[ModelDescription, ...]
    prewarm_frames: int


ModelConfig: TypeAlias = WaveNetConfig | LstmConfig | ConvNetConfig | LinearConfig | SequentialConfig


@dataclass(frozen=True, eq=False)
class ModelDescription:
    """A model: ``sample_rate`` in Hz, 0 if the file does not say; ``weights`` float32 ``(count,)``."""

    sample_rate: float
    config: ModelConfig
    weights: npt.NDArray[np.float32] = field(repr=False)
    condition_dsp: ModelDescription | None = None
