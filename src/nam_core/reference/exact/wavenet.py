"""WaveNet (cpp/architectures/wavenet): every signal is as long as its inputs allow, and ends at the same
frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from .activations import Activation
from .arithmetic import from_float32, multiply
from .convolution import Convolution
from .layer import Layer, newest
from .weights import WeightReader

if TYPE_CHECKING:
    from ...engine import description


class LayerArray(torch.nn.Module):  # type: ignore[misc]
    """A stack of layers with its rechannel and head rechannel (format 4.2)."""

    def __init__(self, reader: WeightReader, config: description.LayerArrayConfig) -> None:
        super().__init__()
        rechannel = reader.conv(config.input_size, config.channels, 1, 1, bias=False)
        self.rechannel = Convolution(rechannel)
        # As folds_rechannel of layer_array.cpp has it: fewer terms so, and no FiLM in between.
        self._folds_rechannel = (
            config.input_size < config.channels // config.groups_input
            and "conv_pre_film" not in config.layers[0].films
        )
        folded = [rechannel if self._folds_rechannel else None, *[None] * (len(config.layers) - 1)]
        self.layers = torch.nn.ModuleList(
            Layer(reader, config, layer, first) for layer, first in zip(config.layers, folded, strict=True)
        )
        rows = config.head1x1_channels or config.bottleneck
        head = reader.conv(rows, config.head_channels, config.head_kernel_size, 1, config.head_bias)
        self.head_rechannel = Convolution(head, config.head_dilation)
        self.lookback = sum(layer.lookback for layer in self.layers) + self.head_rechannel.lookback

    def forward(
        self, x: torch.Tensor, condition: torch.Tensor, head_sum: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Run the stack.

        Parameters
        ----------
        x : ``(..., input_size, frames)``. condition : ``(..., condition_size, at least as many)``.
        head_sum : the previous array's head output, as many; None for the first array.

        Returns
        -------
        The residual stream, which goes to the next array, and the head output.
        """
        h = self.rechannel(x)
        u = x if self._folds_rechannel else None
        for layer in self.layers:
            h, head_sum = layer(h, condition, head_sum, u)
            u = None
        return h, self.head_rechannel(head_sum)


class PostStackHead(torch.nn.Module):  # type: ignore[misc]
    """Blocks of activation and convolution after the arrays (format 2.5)."""

    def __init__(
        self, reader: WeightReader, in_channels: int, config: description.PostStackHeadConfig
    ) -> None:
        super().__init__()
        self.activation = Activation(config.activation)
        widths = [config.channels] * (len(config.kernel_sizes) - 1) + [config.out_channels]
        self.convs = torch.nn.ModuleList()
        for width, kernel_size in zip(widths, config.kernel_sizes, strict=True):
            self.convs.append(Convolution(reader.conv(in_channels, width, kernel_size, 1, bias=True)))
            in_channels = width
        self.lookback = sum(conv.lookback for conv in self.convs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + lookback)`` to ``(..., out_channels, frames)``."""
        for conv in self.convs:
            x = conv(self.activation(x))
        return x


class WaveNet(torch.nn.Module):  # type: ignore[misc]
    """Arrays, head_scale and post-stack head (format 4.3); the condition may come from a condition_dsp."""

    def __init__(
        self, config: description.WaveNetConfig, reader: WeightReader, condition_dsp: torch.nn.Module | None
    ) -> None:
        super().__init__()
        self.in_channels = config.in_channels
        self.condition_dsp = condition_dsp
        self.arrays = torch.nn.ModuleList(LayerArray(reader, array) for array in config.layers)
        self.out_channels = config.layers[-1].head_channels
        self.head = None
        if config.head is not None:
            self.head = PostStackHead(reader, self.out_channels, config.head)
            self.out_channels = config.head.out_channels
        reader.take(1)  # head_scale, which the configuration carries too
        self.register_buffer(
            "head_scale", from_float32(torch.tensor([config.head_scale], dtype=torch.float64))
        )
        parts = [*self.arrays, *([self.head] if self.head else [])]
        before = 1 if condition_dsp is None else condition_dsp.receptive_field
        self.receptive_field = before + sum(part.lookback for part in parts)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + receptive_field - 1)`` to ``(..., out_channels, frames)``."""
        condition = x if self.condition_dsp is None else self.condition_dsp(x)
        h, head_sum = x, None
        frames = condition.shape[-1]
        for array in self.arrays:
            h, head_sum = array(newest(h, frames), condition, head_sum)
            frames = head_sum.shape[-1]
        y = multiply(head_sum, self.head_scale.to(torch.float64))
        return y if self.head is None else self.head(y)
