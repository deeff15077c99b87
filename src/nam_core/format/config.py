"""What a .nam file says, as typed and validated values.

One dataclass per object of the format, with the format's own names (format 1, 2, 8, 9). Legacy
spellings and scalar forms are gone by the time these are built: ``nam_schema`` resolves them. Everything is
immutable; sizes are ints >= 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

# The order of the FiLM weights in a file (format 2.4, 5.2).
FILM_NAMES = (
    "conv_pre_film",
    "conv_post_film",
    "input_mixin_pre_film",
    "input_mixin_post_film",
    "activation_pre_film",
    "activation_post_film",
    "layer1x1_post_film",
    "head1x1_post_film",
)

GATING_MODES = ("none", "gated", "blended")

# Hz: the rate of a model whose file does not say one (format 1.1).
DEFAULT_SAMPLE_RATE = 48000.0


@dataclass(frozen=True)
class Activation:
    """One activation function (format 3).

    ``parameters`` are the values that ``schema.activation.ACTIVATIONS`` names, in its order; PReLU has one
    slope, or one for each channel.
    """

    name: str
    parameters: tuple[float, ...] = ()

    @property
    def is_leaky(self) -> bool:
        """Whether it is the larger of a value and its product with a slope: all slopes are from 0 to 1."""
        slopes = self.parameters if self.name in ("LeakyReLU", "PReLU") else ()
        return bool(slopes) and all(0.0 <= slope <= 1.0 for slope in slopes)


@dataclass(frozen=True)
class Film:
    """An active FiLM: ``u * scale + shift``, both linear in the condition (format 4)."""

    shift: bool
    groups: int


@dataclass(frozen=True)
class Layer:
    """What may differ from layer to layer of one array."""

    kernel_size: int
    dilation: int
    activation: Activation
    gating_mode: str = "none"
    secondary_activation: Activation | None = None

    @property
    def lookback(self) -> int:
        """Frames of the past that the dilated convolution reads."""
        return (self.kernel_size - 1) * self.dilation

    @property
    def is_pair(self) -> bool:
        """Whether the layer is gated or blended, and so twice the bottleneck wide before its activation."""
        return self.gating_mode != "none"


@dataclass(frozen=True)
class HeadRechannel:
    """The convolution that turns an array's head sum into its head output (file key ``head``)."""

    out_channels: int
    kernel_size: int
    bias: bool
    head_dilation: int = 1

    @property
    def lookback(self) -> int:
        """Frames of the past that the convolution reads."""
        return (self.kernel_size - 1) * self.head_dilation


@dataclass(frozen=True)
class Layer1x1:
    """The 1x1 convolution on the residual path, bottleneck to channels."""

    groups: int = 1


@dataclass(frozen=True)
class Head1x1:
    """The 1x1 convolution on the way to the head sum, bottleneck to ``out_channels``."""

    out_channels: int
    groups: int = 1


@dataclass(frozen=True)
class Slimmable:
    """Slimming by channel slices (format 7). ``allowed_channels`` None means 1, 2, ..., channels."""

    allowed_channels: tuple[int, ...] | None


@dataclass(frozen=True)
class LayerArray:
    """One stack of dilated layers with one head rechannel (format 2.2)."""

    input_size: int
    condition_size: int
    channels: int
    bottleneck: int
    layers: tuple[Layer, ...]
    head: HeadRechannel
    groups_input: int = 1
    groups_input_mixin: int = 1
    layer1x1: Layer1x1 | None = field(default_factory=Layer1x1)
    head1x1: Head1x1 | None = None
    films: dict[str, Film] = field(default_factory=dict)
    slimmable: Slimmable | None = None

    def conv_channels(self, layer: Layer) -> int:
        """Rows of a layer's dilated convolution: the bottleneck, doubled for a pair."""
        return 2 * self.bottleneck if layer.is_pair else self.bottleneck

    @property
    def head_channels(self) -> int:
        """Rows of the head sum: what the head rechannel reads."""
        return self.head1x1.out_channels if self.head1x1 else self.bottleneck

    def film_width(self, name: str, layer: Layer) -> int:
        """Rows that the FiLM of this name modulates (format 2.4)."""
        rows = self.conv_channels(layer)
        return {
            "conv_pre_film": self.channels,
            "conv_post_film": rows,
            "input_mixin_pre_film": self.condition_size,
            "input_mixin_post_film": rows,
            "activation_pre_film": rows,
            "activation_post_film": self.bottleneck,
            "layer1x1_post_film": self.channels,
            "head1x1_post_film": self.head_channels,
        }[name]

    @property
    def receptive_field(self) -> int:
        """Frames that influence one frame of this array's head output, the present one included."""
        return 1 + sum(layer.lookback for layer in self.layers) + self.head.lookback


@dataclass(frozen=True)
class PostStackHead:
    """The network after the arrays: blocks of activation and convolution (format 2.5)."""

    in_channels: int
    channels: int
    out_channels: int
    kernel_sizes: tuple[int, ...]
    activation: Activation

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels before the first block, between blocks, and after the last."""
        return (self.in_channels, *[self.channels] * (len(self.kernel_sizes) - 1), self.out_channels)


@dataclass(frozen=True)
class WaveNetConfig:
    """A WaveNet (format 2). ``head_scale`` is the file's value in double precision."""

    layers: tuple[LayerArray, ...]
    head: PostStackHead | None
    head_scale: float
    condition_dsp: NamModel | None = None
    in_channels: int = 1

    @property
    def out_channels(self) -> int:
        """Output channels of the model (format 2.7)."""
        return self.head.out_channels if self.head else self.layers[-1].head.out_channels


@dataclass(frozen=True)
class LstmConfig:
    """An LSTM (format 9.1)."""

    num_layers: int
    input_size: int
    hidden_size: int
    out_channels: int = 1

    @property
    def in_channels(self) -> int:
        """Input channels of the model."""
        return self.input_size


@dataclass(frozen=True)
class ConvNetConfig:
    """A stack of kernel-2 convolutions (format 9.2)."""

    channels: int
    dilations: tuple[int, ...]
    batchnorm: bool
    activation: Activation
    groups: int = 1
    in_channels: int = 1
    out_channels: int = 1


@dataclass(frozen=True)
class LinearConfig:
    """Impulse responses, newest tap first, and perhaps offsets (format 9.3, 15.2).

    The numbers of channels are equal, or one of them is 1.
    """

    receptive_field: int
    bias: bool
    in_channels: int = 1
    out_channels: int = 1


@dataclass(frozen=True)
class Submodel:
    """One size of a container: used for values below ``max_value`` (format 8)."""

    max_value: float
    model: NamModel


@dataclass(frozen=True)
class ContainerConfig:
    """A SlimmableContainer: several complete models, smallest first (format 8)."""

    submodels: tuple[Submodel, ...]
    in_channels: int = 1
    out_channels: int = 1


Config: TypeAlias = WaveNetConfig | LstmConfig | ConvNetConfig | LinearConfig | ContainerConfig


@dataclass(frozen=True)
class Metadata:
    """What a file says about its capture (format 1.2); None means "not known".

    ``loudness`` is in dB (RMS of the output for the standard input), the two levels in dBu RMS for a 1 kHz
    sine with a 0 dBFS peak. ``raw`` keeps everything as it stood in the file, but for numbers that are
    not finite (None) and text that is not Unicode (U+FFFD).
    """

    name: str | None = None
    modeled_by: str | None = None
    gear_type: str | None = None
    gear_make: str | None = None
    gear_model: str | None = None
    tone_type: str | None = None
    loudness: float | None = None
    gain: float | None = None
    input_level_dbu: float | None = None
    output_level_dbu: float | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, eq=False)
class NamModel:
    """A complete .nam object, top-level or nested.

    ``weights`` is float32 ``(count,)``, read-only. ``sample_rate`` is in Hz, None when the file does not say.
    ``path`` and ``location`` say where the object stood, for error messages. ``source`` is what a whole file
    was read from, and how (``nam_file``); None for a part of one.
    """

    version: str
    architecture: str
    config: Config
    weights: npt.NDArray[np.float32] = field(repr=False)
    sample_rate: float | None = None
    metadata: Metadata = field(default_factory=Metadata)
    path: str | None = None
    location: str = ""
    source: tuple[Any, ...] | None = field(default=None, repr=False)
