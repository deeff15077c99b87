"""ConvNet and Linear (format 9.2, 9.3) from the package's own classes."""

from __future__ import annotations

import torch
from nam.models._names import ACTIVATION_NAME, BATCHNORM_NAME, CONV_NAME
from nam.models.conv_net import ConvNet
from nam.models.linear import Linear

from ..format.config import ConvNetConfig, LinearConfig, NamModel
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
    """The core of a multi-channel Linear: channel by channel; outputs without an input are 0 (format 9.3)."""

    def __init__(self, net: Linear, out_channels: int) -> None:
        super().__init__()
        self._net = net
        self._out_channels = out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(batch, in_channels, frames)`` to ``(batch, out_channels, frames - receptive_field + 1)``."""
        used = min(x.shape[1], self._out_channels)
        rows = self._net(x[:, :used].flatten(0, 1), pad_start=False).unflatten(0, (x.shape[0], used))
        return torch.nn.functional.pad(rows, (0, 0, 0, self._out_channels - used))


def linear(model: NamModel, config: LinearConfig) -> torch.nn.Module:
    """The network of a Linear, taps in the package's order: oldest first (format D4)."""
    net = Linear(config.receptive_field, bias=config.bias, sample_rate=model.sample_rate)
    net.import_weights(model.weights)
    if config.in_channels == 1 and config.out_channels == 1:
        return net
    core = _EachChannel(net, config.out_channels)
    return MultiChannel(core, config.receptive_field, config.in_channels, config.out_channels)
