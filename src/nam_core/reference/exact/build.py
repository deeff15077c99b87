"""Builds the PyTorch module that mirrors the float32 engine for a .nam file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from ...engine import description
from ...engine.lowering import Choices, core_prewarm, lower
from ...format.config import NamModel
from ...format.nam_file import read_nam
from ...format.slimming import select
from .arithmetic import from_float32
from .feedforward import ConvNet, Linear
from .recurrent import Lstm
from .sequential import Sequential
from .wavenet import WaveNet
from .weights import WeightReader

if TYPE_CHECKING:
    from .. import Source


class ExactFloat32(torch.nn.Module):  # type: ignore[misc]
    """A model of any architecture. A side with one channel has no channel axis, as everywhere in nam_core."""

    def __init__(self, core: torch.nn.Module) -> None:
        super().__init__()
        self.core = core
        self.receptive_field = int(core.receptive_field)
        self.settles = not any(isinstance(part, Lstm) for part in core.modules())
        _place(core, self.receptive_field - 1 if self.settles else 0)

    def forward(self, x: torch.Tensor, pad_start: bool = True) -> torch.Tensor:
        """Run a signal from the engine's start state.

        Parameters
        ----------
        x : float32 ``([batch,] [in_channels,] frames)``; another dtype is rounded to float32.
        pad_start : put ``receptive_field - 1`` frames of silence before the signal: the engine's start state
            (format 6.2). Without it the output is that much shorter than the input.

        Returns
        -------
        float32 ``([batch,] [out_channels,] frames)``.
        """
        if self.core.in_channels == 1:
            x = x[..., None, :]
        if pad_start:
            x = torch.nn.functional.pad(x, (self.receptive_field - 1, 0))
        y: torch.Tensor = self.core(from_float32(x)).to(torch.float32)
        return y[..., 0, :] if self.core.out_channels == 1 else y


def exact_float32(source: Source, quality: float, choices: Choices) -> torch.nn.Module:
    """See ``nam_core.reference.exact_float32``."""
    model = source if isinstance(source, NamModel) else read_nam(source)
    lowered = lower(select(model, quality), choices)
    if isinstance(lowered.config, description.SequentialConfig):
        # At every size a chain is prewarmed for as long as at its full one.
        config = replace(lowered.config, prewarm_frames=core_prewarm(model, choices))
        lowered = replace(lowered, config=config)
    return ExactFloat32(_core_of(lowered)).eval()


def _core_of(lowered: description.ModelDescription) -> torch.nn.Module:
    config, reader = lowered.config, WeightReader(lowered.weights)
    core: torch.nn.Module
    if isinstance(config, description.WaveNetConfig):
        condition = None if lowered.condition_dsp is None else _core_of(lowered.condition_dsp)
        core = WaveNet(config, reader, condition)
    elif isinstance(config, description.LstmConfig):
        core = Lstm(config, reader)
    elif isinstance(config, description.ConvNetConfig):
        core = ConvNet(config, reader)
    elif isinstance(config, description.SequentialConfig):
        core = Sequential([_core_of(model) for model in config.models], config.prewarm_frames)
    else:
        core = Linear(config, reader)
    reader.finish()
    return core


def _place(core: torch.nn.Module, before: int) -> None:
    """Tell every long response which frame of its input is the first of its stream.

    ``before`` of them come earlier, the settled past. Where an LSTM takes part there is none: each model of a
    chain begins with its input.
    """
    if isinstance(core, Linear):
        core.conv.start = before
    elif isinstance(core, WaveNet) and core.condition_dsp is not None:
        _place(core.condition_dsp, before)
    elif isinstance(core, Sequential):
        for model in core.models:
            _place(model, model.receptive_field - 1 if core.is_prewarmed else before)
            before = max(0, before - (model.receptive_field - 1))
