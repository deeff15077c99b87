"""ConvNet and Linear (format 9.2, 9.3) from the package's own classes."""

from __future__ import annotations

import numpy as np
import torch
from nam.models._names import ACTIVATION_NAME, BATCHNORM_NAME, CONV_NAME
from nam.models.conv_net import ConvNet
from nam.models.linear import Linear

from ..format.config import ConvNetConfig, LinearConfig, NamModel
from ..format.weight_layout import split_weights, weight_parts
from .activations import PLACEHOLDER, activation
from .channels import MultiChannel
from .weights import conv_tensors, fill


def conv_net(model: NamModel, config: ConvNetConfig) -> torch.nn.Module:
    """The network of a ConvNet. The package exports it but cannot read it back (format D33)."""
    net = ConvNet(
        channels=config.channels,
        dilations=config.dilations,
        batchnorm=config.batchnorm,
        activation=PLACEHOLDER,
        sample_rate=model.sample_rate,
    )
    blocks = [getattr(net._net, f"block_{index}") for index in range(len(config.dilations))]
    for block in blocks:
        setattr(block, ACTIVATION_NAME, activation(config.activation))
    mono = config.in_channels == 1 and config.out_channels == 1
    if not mono or config.groups > 1:
        _widen(net, blocks, config)
    _fill_conv_net(net, blocks, model)
    if mono:
        return net
    core = torch.nn.Sequential(*blocks, net._net.head)
    return MultiChannel(core, 1 + sum(config.dilations), config.in_channels, config.out_channels)


def _widen(net: ConvNet, blocks: list[torch.nn.Module], config: ConvNetConfig) -> None:
    """Replace the convolutions by ones with groups and the right channels at both ends (format D35)."""
    width = config.in_channels
    for block, dilation in zip(blocks, config.dilations, strict=True):
        conv = torch.nn.Conv1d(
            width, config.channels, 2, dilation=dilation, groups=config.groups, bias=not config.batchnorm
        )
        setattr(block, CONV_NAME, conv)
        width = config.channels
    net._net.head = torch.nn.Conv1d(config.channels, config.out_channels, 1)


def _fill_conv_net(net: ConvNet, blocks: list[torch.nn.Module], model: NamModel) -> None:
    tensors: list[torch.Tensor] = []
    epsilons: list[tuple[torch.nn.BatchNorm1d, torch.Tensor]] = []
    for block in blocks:
        tensors += conv_tensors(getattr(block, CONV_NAME))
        norm = getattr(block, BATCHNORM_NAME, None)
        if norm is not None:
            # eps is a Python number in torch but the last weight of a block in the file.
            eps = torch.zeros(1)
            epsilons.append((norm, eps))
            tensors += [norm.running_mean, norm.running_var, norm.weight, norm.bias, eps]
    fill([*tensors, *conv_tensors(net._net.head)], model.weights)
    for norm, eps in epsilons:
        norm.eps = eps.item()


class _EachChannel(torch.nn.Module):  # type: ignore[misc]
    """The core of a Linear with as many outputs as inputs: channel by channel, all alike (format 15.2)."""

    def __init__(self, net: Linear) -> None:
        super().__init__()
        self._net = net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(batch, channels, frames)`` to ``(batch, channels, frames - receptive_field + 1)``."""
        rows: torch.Tensor = self._net(x.flatten(0, 1), pad_start=False)
        return rows.unflatten(0, x.shape[:2])


def linear(model: NamModel, config: LinearConfig) -> torch.nn.Module:
    """The network of a Linear. The package takes the oldest tap first, a file the newest (format D4)."""
    weights = split_weights(weight_parts(config), model.weights)
    taps = np.ascontiguousarray(weights["weight"][..., ::-1])
    flat = np.concatenate([taps.ravel(), weights.get("bias", taps[:0]).ravel()])
    if config.in_channels == config.out_channels:
        net = Linear(config.receptive_field, bias=config.bias, sample_rate=model.sample_rate)
        net.import_weights(flat)
        if config.in_channels == 1:
            return net
        core: torch.nn.Module = _EachChannel(net)
    else:
        core = torch.nn.Conv1d(
            config.in_channels, config.out_channels, config.receptive_field, bias=config.bias
        )
        fill(conv_tensors(core), flat)
    return MultiChannel(core, config.receptive_field, config.in_channels, config.out_channels)
