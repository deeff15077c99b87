"""Parts of a WaveNet, as typed and validated values (format 2, 3). Imported from ``config``."""

from __future__ import annotations

from dataclasses import dataclass, field

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
