"""The kernel calls of one frame of a model, in the engine's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import _core
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
        yield one_pass("input", "copy", config.in_channels, 1)
        yield from _responses(config)


def _responses(config: LinearConfig) -> Iterator[Work]:
    """The newest taps as one sum, the others by transforms: of those, a frame's share."""
    inputs, outputs = config.in_channels, config.out_channels
    groups = inputs if inputs == outputs else 1
    sizes = _core.response_sizes(config.receptive_field)
    yield from conv("conv", inputs, outputs, sizes["direct_taps"], groups=groups)
    for block, first_tap, partitions in sizes["tiers"]:
        # Complex values, one per frame: each pass, and the turning, reads and writes them all.
        passes = (block.bit_length() - 1) // 2 + 1
        moved = 2 * passes * (inputs + outputs)
        yield Work("transform", "elementwise", inputs + outputs, read=moved, written=moved, calls=0)
        responses = inputs // groups * partitions
        taps = min(partitions * block, config.receptive_field - first_tap)
        yield Work(
            "spectra",
            "elementwise",
            outputs,
            # The multiply-adds that they stand for. What takes time is reading the spectra.
            inputs // groups * taps,
            read=4 * responses * outputs,
            written=2 * outputs,
            calls=0,
        )
        yield one_pass("tier_sum", "elementwise", outputs, 2)


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
