"""Runs a network over a whole signal, in chunks if its receptive field is finite."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

_DTYPES = {"float32": torch.float32, "float64": torch.float64}


def forward_padded(
    module: torch.nn.Module, x: npt.ArrayLike, dtype: str, chunk: int
) -> npt.NDArray[np.floating[Any]]:
    """See ``nam_core.reference.forward_padded``."""
    if dtype not in _DTYPES:
        raise ValueError(f"dtype is {dtype!r}; allowed: {', '.join(sorted(_DTYPES))}")
    signal = torch.tensor(np.asarray(x), dtype=_DTYPES[dtype])
    net = copy.deepcopy(module).to(_DTYPES[dtype]).eval()
    with torch.inference_mode():
        # An exact_float32 module says so itself.
        if any(isinstance(part, torch.nn.LSTM) for part in net.modules()) or not getattr(
            net, "settles", True
        ):
            return _numpy(net(signal, pad_start=True))
        history = int(net.receptive_field) - 1
        padded = torch.nn.functional.pad(signal, (history, 0))
        frames = signal.shape[-1]
        pieces = [
            net(padded[..., start : min(start + chunk, frames) + history], pad_start=False)
            for start in range(0, frames, chunk)
        ]
    return _numpy(torch.cat(pieces, dim=-1)) if pieces else np.asarray(x, dtype=dtype)


def _numpy(y: torch.Tensor) -> npt.NDArray[np.floating[Any]]:
    result: npt.NDArray[np.floating[Any]] = y.numpy()
    return result
