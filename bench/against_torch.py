"""Compares ``render`` with PyTorch, both on two threads, in one run: ``python -m bench.against_torch``.

In each round, ``render`` and PyTorch play the same recording through each model, one after the other. The
result is the median of the rounds' ratios.

``render`` gets its threads by ``threads=``, PyTorch's operators by ``torch.set_num_threads``, in this process
and before the first operator. ``OMP_NUM_THREADS`` has no effect. The threads between operators
(``torch.set_num_interop_threads``) are not changed, because a network in eager mode runs one operator at a
time. PyTorch plays the whole recording in one call, in float32, without gradients.

PyTorch's worker threads spin for some milliseconds after a call, on the core that ``render`` needs for its
second thread. Each call therefore begins after a pause, when both cores are idle.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise

NAMES = ("a1-standard", "a2-full", "a2-lite", "a1-nano")
PAUSE = 0.1
"""Seconds of pause before each call; libgomp's threads spin for a shorter time."""


def seconds(call: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    time.sleep(PAUSE)
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    dry = noise(arguments.seconds * SAMPLE_RATE).astype(np.float32)
    table = Table("model", "render, ns/sample", "PyTorch, ns/sample", "times as fast")
    for name in NAMES:
        model = nam_core.load(model_file(name))
        network = nam_core.reference.to_torch(model_file(name)).float().eval()
        signal = torch.from_numpy(dry)[None]

        def ours(model: nam_core.Model = model) -> object:
            return nam_core.render(model, dry, threads=arguments.threads)

        def theirs(network: torch.nn.Module = network, signal: torch.Tensor = signal) -> object:
            with torch.no_grad():
                return network(signal, pad_start=True)

        ours(), theirs()
        times = np.array([(seconds(ours), seconds(theirs)) for _ in range(arguments.rounds)])
        ns = np.median(times, axis=0) * 1e9 / dry.size
        table.add_row(name, f"{ns[0]:.0f}", f"{ns[1]:.0f}", f"{np.median(times[:, 1] / times[:, 0]):.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
