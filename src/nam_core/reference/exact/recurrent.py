"""LSTM (cpp/kernels/impl/lstm.cpp, cpp/architectures/lstm/lstm.cpp)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import torch

from .arithmetic import add, fma, multiply
from .convolution import Convolution
from .functions import fasttanh, sigmoid, tanh
from .weights import ConvWeights, WeightReader

if TYPE_CHECKING:
    from ...engine import description

_Function: TypeAlias = Callable[[torch.Tensor], torch.Tensor]


def _fast_sigmoid(v: torch.Tensor) -> torch.Tensor:
    """The plugin's sigmoid, from its approximation of tanh (format D38)."""
    return multiply(add(fasttanh(multiply(v, 0.5)), 1.0), 0.5)


class LstmLayer(torch.nn.Module):  # type: ignore[misc]
    """One layer and the state it starts from."""

    def __init__(self, reader: WeightReader, input_size: int, hidden_size: int, fast_tanh: bool) -> None:
        super().__init__()
        self._sigmoid: _Function = _fast_sigmoid if fast_tanh else sigmoid
        self._tanh: _Function = fasttanh if fast_tanh else tanh
        matrix = reader.take(4 * hidden_size, input_size + hidden_size)
        bias = reader.take(4 * hidden_size)
        # Bias and inputs come first, so they can be done for all frames at once.
        self.inputs = Convolution(ConvWeights(matrix[:, :input_size, None], bias, groups=1))
        self.register_buffer("recurrent", matrix[:, input_size:])
        self.register_buffer("start_hidden", reader.take(hidden_size))
        self.register_buffer("start_cell", reader.take(hidden_size))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """``(..., input_size, frames)`` to the hidden states ``(..., hidden_size, frames)``, and the last
        hidden and cell state ``(..., hidden_size)``.
        """
        inputs = self.inputs(x)
        columns = self.recurrent.to(torch.float64).unbind(dim=1)
        state = (*x.shape[:-2], -1)
        hidden = self.start_hidden.to(torch.float64).expand(state)
        cell = self.start_cell.to(torch.float64).expand(state)
        frames = []
        for total in inputs.unbind(dim=-1):
            for unit, column in enumerate(columns):
                total = fma(column, hidden[..., unit, None], total)
            # The time goes into calls, not numbers: one for all gates, though g has no use for it.
            i, f, _, o = self._sigmoid(total).tensor_split(4, dim=-1)
            g = self._tanh(total.tensor_split(4, dim=-1)[2])
            cell = fma(f, cell, multiply(i, g))
            hidden = multiply(o, self._tanh(cell))
            frames.append(hidden)
        if not frames:
            return inputs[..., : hidden.shape[-1], :], hidden, cell
        return torch.stack(frames, dim=-1), hidden, cell


class Lstm(torch.nn.Module):  # type: ignore[misc]
    """Layers and a linear head; without layers the output is the input (format 9.1)."""

    def __init__(self, config: description.LstmConfig, reader: WeightReader) -> None:
        super().__init__()
        self.in_channels, self.out_channels = config.input_size, config.out_channels
        self.receptive_field = 1
        sizes = [config.input_size] + [config.hidden_size] * config.num_layers
        self.layers = torch.nn.ModuleList(
            LstmLayer(reader, size, config.hidden_size, config.fast_tanh)
            for size in sizes[: config.num_layers]
        )
        self.head = Convolution(reader.conv(config.hidden_size, config.out_channels, 1, 1, bias=True))
        self._prewarm(config.prewarm_frames)

    def _prewarm(self, frames: int) -> None:
        """Replace the stored state by the state after this many frames of silence (format 6.3)."""
        x = torch.zeros(self.in_channels, frames, dtype=torch.float64)
        for layer in self.layers:
            x, layer.start_hidden, layer.start_cell = layer(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames)`` to ``(..., out_channels, frames)``, from the start state."""
        if not self.layers:
            return x[..., : self.out_channels, :]
        for layer in self.layers:
            x, _, _ = layer(x)
        return self.head(x)
