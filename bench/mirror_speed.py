"""Prints the time of the float32 mirror per weight and frame: ``python -m bench.mirror_speed`` (needs
PyTorch).

The least of three runs of each model in ``examples/``, on one thread. The start of the model is not included.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch

import nam_core

FRAMES = 20_000
_EXAMPLES = Path(__file__).parents[1] / "examples"


def main() -> None:
    """Print nanoseconds per weight and frame, one line for each model."""
    torch.set_num_threads(1)
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, FRAMES).astype(np.float32)
    for path in sorted(_EXAMPLES.glob("*.nam")):
        network = nam_core.reference.exact_float32(path)
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            nam_core.reference.forward_padded(network, audio)
            seconds.append(time.perf_counter() - start)
        weights = nam_core.load(path).num_parameters
        print(f"{path.stem:<16} {weights:6} weights  {min(seconds) / FRAMES / weights * 1e9:5.1f} ns")


if __name__ == "__main__":
    main()
