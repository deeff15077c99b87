"""Copies a file's weights into torch tensors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch


def fill(tensors: Iterable[torch.Tensor], weights: npt.NDArray[np.float32]) -> None:
    """Copy consecutive weights into the tensors, in their order, row-major; every weight must be used."""
    source = torch.tensor(weights)
    taken = 0
    with torch.no_grad():
        for tensor in tensors:
            tensor.copy_(source[taken : taken + tensor.numel()].reshape(tensor.shape))
            taken += tensor.numel()
    check_all_used(taken, weights)


def check_all_used(used: int, weights: npt.NDArray[np.float32]) -> None:
    """Raise unless a network took exactly the weights that the (already validated) file has."""
    if used != weights.size:
        raise RuntimeError(f"the PyTorch network takes {used} weights, the file has {weights.size}")


def conv_tensors(conv: torch.nn.Conv1d) -> list[torch.Tensor]:
    """A convolution's tensors in the order of the file: weight, then bias if there is one (format 5.1)."""
    return [conv.weight] if conv.bias is None else [conv.weight, conv.bias]
