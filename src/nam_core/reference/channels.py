"""Networks with several channels, for which the mono package has no class (format D35).

A *core* maps ``(batch, in_channels, frames)`` to ``(batch, out_channels, frames - receptive_field + 1)``, as
the package's inner WaveNet does. Cores serve as the body of a multi-channel model and as condition_dsp.
"""

from __future__ import annotations

import torch
from nam.models.base import BaseNet
from nam.models.wavenet import WaveNet


class MultiChannel(torch.nn.Module):  # type: ignore[misc]
    """A model that is not mono. A side with one channel has no channel axis, as everywhere in nam_core."""

    def __init__(
        self, core: torch.nn.Module, receptive_field: int, in_channels: int, out_channels: int
    ) -> None:
        super().__init__()
        self.core = core
        self.receptive_field = receptive_field
        self.in_channels = in_channels
        self.out_channels = out_channels

    def forward(self, x: torch.Tensor, pad_start: bool = True) -> torch.Tensor:
        """``([batch,] [in_channels,] frames)`` to ``([batch,] [out_channels,] frames)``."""
        if self.in_channels == 1:
            x = x[..., None, :]
        is_batch = x.ndim == 3
        if pad_start:
            x = torch.nn.functional.pad(x, (self.receptive_field - 1, 0))
        y: torch.Tensor = self.core(x if is_batch else x[None])
        if self.out_channels == 1:
            y = y[:, 0]
        return y if is_batch else y[0]


class MonoCore(torch.nn.Module):  # type: ignore[misc]
    """The core of one of the package's mono models."""

    def __init__(self, net: BaseNet) -> None:
        super().__init__()
        self._net = net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(batch, 1, frames)`` to ``(batch, 1, frames - receptive_field + 1)``."""
        y: torch.Tensor = self._net(x[:, 0], pad_start=False)
        return y[:, None]


class Condition(torch.nn.Module):  # type: ignore[misc]
    """Any model as a WaveNet's condition_dsp, where the package allows WaveNet only (format D29).

    Every model sees the padding of the outer one. An LSTM's stored state therefore stands before the outer
    model's receptive field of silence, not at frame 0.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self._core = core_of(model)
        self.receptive_field = int(model.receptive_field)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(batch, in_channels, frames)`` to ``(batch, condition_size, frames - receptive_field + 1)``."""
        y: torch.Tensor = self._core(x)
        return y


def core_of(model: torch.nn.Module) -> torch.nn.Module:
    """The part of a model, as ``to_torch`` makes it, that has explicit channels and pads nothing."""
    if isinstance(model, MultiChannel):
        return model.core
    if isinstance(model, WaveNet):
        core: torch.nn.Module = model._net
        return core
    return MonoCore(model)


def chain(models: list[torch.nn.Module]) -> MultiChannel:
    """Networks one after the other, none of which pads anything but the chain's input (format 15.1)."""
    field = 1 + sum(int(model.receptive_field) - 1 for model in models)
    ends = [_channels(models[0])[0], _channels(models[-1])[1]]
    return MultiChannel(torch.nn.Sequential(*map(core_of, models)), field, *ends)


def _channels(model: torch.nn.Module) -> tuple[int, int]:
    if isinstance(model, MultiChannel):
        return model.in_channels, model.out_channels
    return 1, 1
