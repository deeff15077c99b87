"""The kernel calls of one frame of a model, in the engine's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..format.config import (
    Config,
    ContainerConfig,
    ConvNetConfig,
    LinearConfig,
    LstmConfig,
    SequentialConfig,
    WaveNetConfig,
)
from .kernel_work import BLOCK, Work, activation, conv, one_pass
from .wavenet_work import wavenet_work


def work(config: Config) -> Iterator[Work]:
    """All work of one frame of a model without slimming left in it; of a container, its last submodel."""
    if isinstance(config, ContainerConfig):
        yield from work(config.submodels[-1].model.config)
        return
    yield Work("input", "copy", config.in_channels, read=config.in_channels, written=config.in_channels)
    yield from _model(config)
    yield Work("output", "copy", config.out_channels, read=config.out_channels, written=config.out_channels)


def _model(config: Config) -> Iterator[Work]:
    if isinstance(config, WaveNetConfig):
        if config.condition_dsp is not None:
            for item in _model(config.condition_dsp.config):
                yield replace(item, part=f"condition_dsp {item.part}")
        yield from wavenet_work(config)
    elif isinstance(config, LstmConfig):
        yield from _lstm(config)
    elif isinstance(config, ConvNetConfig):
        yield from _convnet(config)
    elif isinstance(config, SequentialConfig):
        for number, model in enumerate(config.models, 1):
            for item in _model(model.config):
                yield replace(item, part=f"model {number} {item.part}")
    else:
        assert isinstance(config, LinearConfig)
        rows, out = config.in_channels, config.out_channels
        yield one_pass("input", "copy", rows, 1)
        yield from conv("conv", rows, out, config.receptive_field, groups=rows if rows == out else 1)


def _lstm(config: LstmConfig) -> Iterator[Work]:
    hidden, inputs = config.hidden_size, config.input_size
    if config.num_layers == 0:
        yield one_pass("input", "copy", config.out_channels, 1)
        return
    yield one_pass("lstm input", "copy", inputs, 1)
    for _ in range(config.num_layers):
        columns = inputs + hidden
        yield Work(
            "lstm",
            "lstm",
            hidden,
            4 * columns,
            activations={"Sigmoid": 3 * hidden, "Tanh": 2 * hidden},
            read=columns + 6 * hidden,
            written=7 * hidden,
            # Frame by frame: the weights are read again for each.
            weights=BLOCK * 4 * hidden * (columns + 1),
        )
        inputs = hidden
    yield one_pass("lstm output", "copy", hidden, 1)
    yield from conv("head", hidden, config.out_channels)


def _convnet(config: ConvNetConfig) -> Iterator[Work]:
    width = config.in_channels
    yield one_pass("input", "copy", width, 1)
    for dilation in config.dilations:
        yield from conv("conv", width, config.channels, 2, dilation, groups=config.groups)
        yield activation("activation", config.activation, config.channels)
        width = config.channels
    yield from conv("head", width, config.out_channels)
