"""Activations, and gated and blended pairs (cpp/kernels/impl/activation.inl.hpp, cpp/layers/gating.cpp)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from ... import _core
from .arithmetic import add, divide, fma, from_float32, maximum, multiply, subtract
from .functions import clamp, fasttanh, one_plus_exp_minus, sigmoid, tanh

if TYPE_CHECKING:
    from ...engine import description


def _leaky_relu(v: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
    return maximum(multiply(v, slope), v)


def _prelu(v: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
    return torch.where(v > 0.0, v, multiply(v, slope))


def _hardswish(v: torch.Tensor) -> torch.Tensor:
    return divide(multiply(clamp(add(v, 3.0), 0.0, 6.0), v), torch.tensor(6.0, dtype=torch.float64))


def _leaky_hardtanh(
    v: torch.Tensor, low: torch.Tensor, high: torch.Tensor, min_slope: torch.Tensor, max_slope: torch.Tensor
) -> torch.Tensor:
    below = fma(subtract(v, low), min_slope, low)
    above = fma(subtract(v, high), max_slope, high)
    return torch.where(low > v, below, torch.where(v > high, above, v))


def _softsign(v: torch.Tensor) -> torch.Tensor:
    return divide(v, add(v.abs(), 1.0))


# By the engine's name; the ones with parameters take them after v.
_FUNCTIONS: dict[str, Callable[..., torch.Tensor]] = {
    "Tanh": tanh,
    "ReLU": lambda v: maximum(v, 0.0),
    "LeakyReLU": _leaky_relu,
    "PReLU": _prelu,
    "Sigmoid": sigmoid,
    "SiLU": lambda v: divide(v, one_plus_exp_minus(v)),
    "Hardswish": _hardswish,
    "LeakyHardtanh": _leaky_hardtanh,
    "Softsign": _softsign,
    "Softsigmoid": lambda v: fma(_softsign(v), 0.5, 0.5),
    "Fasttanh": fasttanh,
}


class Activation(torch.nn.Module):  # type: ignore[misc]
    """One function on rows, with the same parameters for all rows or parameters for each."""

    def __init__(self, config: description.ActivationConfig) -> None:
        super().__init__()
        self._function = _FUNCTIONS[config.kind]
        taken = _core.activation_parameters[config.kind]
        rows = len(config.parameters) // taken if taken else 1
        parameters = torch.tensor(config.parameters, dtype=torch.float64).reshape(rows, taken)
        self.register_buffer("parameters_of_rows", from_float32(parameters))

    def forward(self, v: torch.Tensor) -> torch.Tensor:
        """``(..., rows, frames)`` to the same shape."""
        columns = self.parameters_of_rows.to(torch.float64).unbind(dim=1)
        return self._function(v, *(column[:, None] for column in columns))


class Gating(torch.nn.Module):  # type: ignore[misc]
    """The nonlinearity of a layer: one activation, or two on the halves of the rows (format 3.1)."""

    def __init__(self, layer: description.LayerConfig) -> None:
        super().__init__()
        self._mode = layer.gating_mode
        self.primary = Activation(layer.activation)
        self.secondary = None if self._mode == "none" else Activation(layer.secondary_activation)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """``(..., rows, frames)`` to the same shape, or half the rows for a pair."""
        if self.secondary is None:
            return self.primary(z)
        signal, gate = z.tensor_split(2, dim=-2)
        gate, p = self.secondary(gate), self.primary(signal)
        if self._mode == "gated":
            return multiply(p, gate)
        return fma(gate, p, multiply(subtract(1.0, gate), signal))
