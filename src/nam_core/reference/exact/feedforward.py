"""ConvNet and Linear (cpp/architectures/convnet/convnet.cpp, cpp/architectures/linear/linear.cpp)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from .activations import Activation
from .arithmetic import rounded
from .convolution import Convolution
from .long_response import LongConvolution
from .weights import ConvWeights, WeightReader

if TYPE_CHECKING:
    from ...engine import description

_KERNEL_SIZE = 2


class ConvNet(torch.nn.Module):  # type: ignore[misc]
    """Blocks of convolution and activation, and a 1x1 head (format 9.2)."""

    def __init__(self, config: description.ConvNetConfig, reader: WeightReader) -> None:
        super().__init__()
        self.in_channels, self.out_channels = config.in_channels, config.out_channels
        self.activation = Activation(config.activation)
        self.blocks = torch.nn.ModuleList()
        width = config.in_channels
        for dilation in config.dilations:
            conv = reader.conv(width, config.channels, _KERNEL_SIZE, config.groups, bias=not config.batchnorm)
            if config.batchnorm:
                conv = _fold_batch_norm(reader, conv)
            self.blocks.append(Convolution(conv, dilation))
            width = config.channels
        self.head = Convolution(reader.conv(width, config.out_channels, 1, 1, bias=True))
        self.receptive_field = 1 + sum(block.lookback for block in self.blocks)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + receptive_field - 1)`` to ``(..., out_channels, frames)``."""
        for block in self.blocks:
            x = self.activation(block(x))
        return self.head(x)


def _fold_batch_norm(reader: WeightReader, conv: ConvWeights) -> ConvWeights:
    """The convolution with its batch norm folded in, in double precision, and then rounded."""
    channels = conv.bias.numel()
    mean, variance, weight, bias = (reader.take(channels) for _ in range(4))
    scale = weight / torch.sqrt(variance + reader.take(1))
    folded = conv.weight * scale[:, None, None]
    return ConvWeights(rounded(folded), rounded(bias - scale * mean), conv.groups)


class Linear(torch.nn.Module):  # type: ignore[misc]
    """Impulse responses, newest tap first in the weights (format 15.2)."""

    def __init__(self, config: description.LinearConfig, reader: WeightReader) -> None:
        super().__init__()
        self.in_channels, self.out_channels = config.in_channels, config.out_channels
        self.receptive_field = config.receptive_field
        shared = config.in_channels == config.out_channels  # one response, each channel by itself
        out, inner = (1, 1) if shared else (config.out_channels, config.in_channels)
        taps = reader.take(out, inner, config.receptive_field).flip(-1)
        bias = reader.take(out) if config.bias else torch.zeros(out, dtype=torch.float64)
        groups = config.in_channels if shared else 1
        self.conv = LongConvolution(
            ConvWeights(taps.expand(self.out_channels, -1, -1), bias.expand(self.out_channels), groups)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + receptive_field - 1)`` to ``(..., out_channels, frames)``."""
        return self.conv(x)
