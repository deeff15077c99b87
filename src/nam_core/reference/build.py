"""Builds the PyTorch package's network for a .nam file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..format.config import (
    ContainerConfig,
    ConvNetConfig,
    LinearConfig,
    LstmConfig,
    NamModel,
    SequentialConfig,
    WaveNetConfig,
)
from ..format.nam_file import read_nam
from ..format.slimming import select
from .channels import chain
from .feedforward import conv_net, linear
from .recurrent import lstm
from .wavenet import package_slims, wavenet

if TYPE_CHECKING:
    from . import Source


def to_torch(source: Source, quality: float) -> torch.nn.Module:
    """See ``nam_core.reference.to_torch``."""
    if not 0.0 <= quality <= 1.0:
        raise ValueError(f"quality must be from 0.0 (smallest) to 1.0 (the full model); found {quality}")
    return _network(_read(source), quality).eval()


def to_torch_submodels(source: Source) -> list[torch.nn.Module]:
    """See ``nam_core.reference.to_torch_submodels``."""
    model = _read(source)
    if not isinstance(model.config, ContainerConfig):
        return [_network(model, 1.0).eval()]
    return [_network(submodel.model, 1.0).eval() for submodel in model.config.submodels]


def _read(source: Source) -> NamModel:
    return source if isinstance(source, NamModel) else read_nam(source)


def _network(model: NamModel, quality: float) -> torch.nn.Module:
    config = model.config
    if isinstance(config, LstmConfig):
        return lstm(model, config)
    if isinstance(config, ConvNetConfig):
        return conv_net(model, config)
    if isinstance(config, LinearConfig):
        return linear(model, config)
    if isinstance(config, WaveNetConfig) and (package_slims(config) or not _is_slimmable(config)):
        condition = None if config.condition_dsp is None else _network(config.condition_dsp, 1.0)
        return wavenet(model, config, condition, quality)
    if isinstance(config, SequentialConfig):
        return chain([_network(part, quality) for part in config.models])
    return _network(select(model, quality), 1.0)


def _is_slimmable(config: WaveNetConfig) -> bool:
    return any(array.slimmable is not None for array in config.layers)
