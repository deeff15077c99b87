"""Activations as the PyTorch package's modules (format 3)."""

from __future__ import annotations

import torch
from nam.models._activations import PairBlend, PairMultiply, get_activation

from ..format.config import Activation, Layer
from ..format.schema.activation import ACTIVATIONS

# Two stand-ins with which the package's layers are constructed: its config parser cannot express pairs with
# parameters (format D31). ``layer_activation`` then takes their place.
PLACEHOLDER = "Tanh"
PAIR_PLACEHOLDER = {"name": "PairMultiply", "primary": "Tanh", "secondary": "Sigmoid"}


class Fasttanh(torch.nn.Module):  # type: ignore[misc]
    """The plugin's rational approximation of tanh, which the package does not have (format 3, D32)."""

    def forward(self, v: torch.Tensor) -> torch.Tensor:
        """``v`` of any shape; returns the same shape."""
        a, u = v.abs(), v * v
        numerator = 2.45550750702956 + 2.45550750702956 * a + (0.893229853513558 + 0.821226666969744 * a) * u
        damping = (v + 0.814642734961073 * v * a).abs()
        return v * numerator / (2.44506634652299 + (2.44506634652299 + u) * damping)


def activation(config: Activation) -> torch.nn.Module:
    """One activation with its parameters. PReLU slopes are float32 as in the package, the others double."""
    if config.name == "Fasttanh":
        return Fasttanh()
    if config.name == "PReLU":
        module: torch.nn.Module = get_activation("PReLU", num_parameters=len(config.parameters))
        with torch.no_grad():
            module.weight.copy_(torch.tensor(config.parameters))
        return module
    # The package's arguments have the names of the file's keys.
    arguments = dict(zip(ACTIVATIONS[config.name], config.parameters, strict=True))
    result: torch.nn.Module = get_activation(config.name, **arguments)
    return result


def layer_activation(layer: Layer) -> torch.nn.Module:
    """A layer's activation: plain, or the pair of its gating mode (format 3.1)."""
    primary = activation(layer.activation)
    if not layer.is_pair or layer.secondary_activation is None:
        return primary
    pair = PairMultiply if layer.gating_mode == "gated" else PairBlend
    return pair(primary, activation(layer.secondary_activation))
