"""Sequential (cpp/architectures/sequential/sequential.cpp)."""

from __future__ import annotations

import torch


class Sequential(torch.nn.Module):  # type: ignore[misc]
    """Models one after the other; only the chain's input is padded (format 15.1)."""

    def __init__(self, models: list[torch.nn.Module], prewarm_frames: int) -> None:
        super().__init__()
        self.models = torch.nn.ModuleList(models)
        self.in_channels, self.out_channels = models[0].in_channels, models[-1].out_channels
        self.receptive_field = 1 + sum(model.receptive_field - 1 for model in models)
        self._prewarm_frames = prewarm_frames
        self.is_prewarmed = prewarm_frames >= 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + receptive_field - 1)`` to ``(..., out_channels, frames)``."""
        if self.is_prewarmed:
            return self._prewarmed(x[..., self.receptive_field - 1 :])
        for model in self.models:
            x = model(x)
        return x

    def _prewarmed(self, x: torch.Tensor) -> torch.Tensor:
        """Each model from its own start, and then the silence through all of them."""
        x = torch.nn.functional.pad(x, (self._prewarm_frames, 0))
        for model in self.models:
            x = model(torch.nn.functional.pad(x, (model.receptive_field - 1, 0)))
        return x[..., self._prewarm_frames :]
