"""Convolutions and FiLM (cpp/kernels/impl/conv.inl.hpp, cpp/layers/film.cpp)."""

from __future__ import annotations

import torch

from .arithmetic import add, fma, multiply
from .weights import ConvWeights, WeightReader

# Values computed at a time, so that the temporaries of the emulation stay in the cache.
_CHUNK = 8192


class Convolution(torch.nn.Module):  # type: ignore[misc]
    """A valid convolution, one fused multiply-add per term: bias, mixin rows, taps (+ residual).

    ``mixin``, if given, is a 1x1 convolution of the condition that is added to the same output rows.
    """

    def __init__(self, conv: ConvWeights, dilation: int = 1, mixin: ConvWeights | None = None) -> None:
        super().__init__()
        self._dilation = dilation
        self.lookback = (conv.weight.shape[-1] - 1) * dilation
        self.register_buffer("bias", conv.bias)
        self.register_buffer("weight", conv.weight)
        self.register_buffer("mixin_weight", None if mixin is None else mixin.weight)
        self._rows = _input_rows(conv)
        self._mixin_rows = [] if mixin is None else _input_rows(mixin)

    def forward(
        self, x: torch.Tensor, mixin: torch.Tensor | None = None, residual: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Convolve, as far as the input reaches.

        Parameters
        ----------
        x : ``(..., in_channels, frames + lookback)``. mixin : ``(..., condition_size, frames)``, for weights
            that have one. residual : ``(..., out_channels, frames)``.

        Returns
        -------
        ``(..., out_channels, frames)``.
        """
        frames = x.shape[-1] - self.lookback
        chunk = max(1, _CHUNK // len(self.bias))
        return torch.cat(
            [
                self._chunk(
                    x[..., start : start + chunk + self.lookback],
                    None if mixin is None else mixin[..., start : start + chunk],
                    None if residual is None else residual[..., start : start + chunk],
                )
                for start in range(0, frames, chunk)
            ]
            or [x.new_zeros((*x.shape[:-2], len(self.bias), 0))],
            dim=-1,
        )

    def _chunk(
        self, x: torch.Tensor, mixin: torch.Tensor | None, residual: torch.Tensor | None
    ) -> torch.Tensor:
        frames = x.shape[-1] - self.lookback
        total = self.bias.to(torch.float64)[:, None].expand(*x.shape[:-2], -1, frames)
        if mixin is not None:
            columns = self.mixin_weight.to(torch.float64)[..., 0].unbind(dim=1)
            for column, rows in zip(columns, self._mixin_rows, strict=True):
                total = fma(column[:, None], mixin[..., rows, :], total)
        for k, tap in enumerate(self.weight.to(torch.float64).unbind(dim=2)):
            past = x[..., k * self._dilation : k * self._dilation + frames]
            for column, rows in zip(tap.unbind(dim=1), self._rows, strict=True):
                total = fma(column[:, None], past[..., rows, :], total)
        return total if residual is None else add(total, residual)


def _input_rows(conv: ConvWeights) -> list[slice | list[int]]:
    """For each input channel of a group: the row that each output channel reads; one slice if all are one."""
    out, inner, _ = conv.weight.shape
    if conv.groups == 1:
        return [slice(i, i + 1) for i in range(inner)]
    return [[o // (out // conv.groups) * inner + i for o in range(out)] for i in range(inner)]


class Film(torch.nn.Module):  # type: ignore[misc]
    """Feature-wise linear modulation of ``width`` rows by the condition (format 4)."""

    def __init__(
        self, reader: WeightReader, shift: bool, groups: int, condition_size: int, width: int
    ) -> None:
        super().__init__()
        self._width = width
        self.conv = Convolution(
            reader.conv(condition_size, 2 * width if shift else width, 1, groups, bias=True)
        )

    def forward(self, u: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """``(..., width, frames)`` and ``(..., condition_size, frames)`` to ``(..., width, frames)``."""
        made = self.conv(condition)
        scale, shift = made[..., : self._width, :], made[..., self._width :, :]
        return fma(u, scale, shift) if shift.shape[-2] else multiply(u, scale)
