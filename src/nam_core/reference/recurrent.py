"""LSTM (format 9.1) from the package's own class."""

from __future__ import annotations

import numpy as np
import torch
from nam.models.recurrent import LSTM

from ..format.config import LstmConfig, NamModel
from .channels import MultiChannel
from .weights import fill


class _AnyChannels(torch.nn.Module):  # type: ignore[misc]
    """The core of an LSTM with several inputs or outputs, from the stored initial state."""

    def __init__(self, lstm: LSTM) -> None:
        super().__init__()
        self._lstm = lstm

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(batch, in_channels, frames)`` to ``(batch, out_channels, frames)``."""
        features, _ = self._lstm._core(x.transpose(1, 2), self._lstm._initial_state(len(x)))
        y: torch.Tensor = self._lstm._head(features)
        return y.transpose(1, 2)


def lstm(model: NamModel, config: LstmConfig) -> torch.nn.Module:
    """The network of an LSTM; the file's hidden and cell state are its initial state (format 6.4)."""
    net = LSTM(
        hidden_size=config.hidden_size,
        num_layers=config.num_layers,
        input_size=config.input_size,
        sample_rate=model.sample_rate,
    )
    if config.in_channels == 1 and config.out_channels == 1:
        net.import_weights(model.weights)
        return net
    head_size = config.out_channels * (config.hidden_size + 1)
    body, head = np.split(model.weights, [model.weights.size - head_size])
    # The package's loader insists on its own mono head: give it one, then put ours in its place.
    net.import_weights(np.concatenate([body, np.zeros(config.hidden_size + 1, np.float32)]))
    net._head = torch.nn.Linear(config.hidden_size, config.out_channels)
    fill([net._head.weight, net._head.bias], head)
    return MultiChannel(_AnyChannels(net), 1, config.in_channels, config.out_channels)
