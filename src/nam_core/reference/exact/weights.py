"""Reads a model's flat weights part by part, in the order of the engine (cpp/base/weight_reader.hpp)."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from .arithmetic import from_float32, rounded


class ConvWeights(NamedTuple):
    """A convolution's numbers: ``weight`` (out, in / groups, kernel_size), ``bias`` (out); float64."""

    weight: torch.Tensor
    bias: torch.Tensor
    groups: int


def fold(first: ConvWeights, conv: ConvWeights) -> ConvWeights:
    """Weights of x -> conv(first(x)), one convolution; ``first`` is a 1x1 without bias (cpp/layers)."""
    out, rows, taps = conv.weight.shape
    start = torch.arange(out) // (out // conv.groups) * rows  # of each output row's group
    weight = torch.zeros(out, first.weight.shape[1], taps, dtype=torch.float64)
    for i in range(rows):
        weight = weight + conv.weight[:, i, None, :] * first.weight[start + i]
    return ConvWeights(rounded(weight), conv.bias, groups=1)


class WeightReader:
    """Reads float32 ``(count,)`` from the front. Subnormal weights count as zero."""

    def __init__(self, weights: npt.NDArray[np.float32]) -> None:
        self._weights = from_float32(torch.tensor(weights))
        self._used = 0

    def take(self, *shape: int) -> torch.Tensor:
        """The next values, float64 of this shape, row by row."""
        start, self._used = self._used, self._used + prod(shape)
        return self._weights[start : self._used].reshape(shape)

    def conv(
        self, in_channels: int, out_channels: int, kernel_size: int, groups: int, bias: bool
    ) -> ConvWeights:
        """A convolution: weight, then bias, which is zeros if there is none (format 5.1)."""
        weight = self.take(out_channels, in_channels // groups, kernel_size)
        return ConvWeights(
            weight, self.take(out_channels) if bias else torch.zeros_like(weight[:, 0, 0]), groups
        )

    def finish(self) -> None:
        """Raise unless all weights were taken: the lowered configuration has been checked against them."""
        if self._used != self._weights.numel():
            raise RuntimeError(
                f"the engine takes {self._used} weights, the model has {self._weights.numel()}"
            )
