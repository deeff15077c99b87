"""Whether time depends on what is played: ``python -m bench.signals``.

Each model is run on sound, on silence, and on a tail that fades through the denormal numbers and stays there,
in turn; the least time of all rounds counts. Biases are left out of the tail's model where it has any: they
would keep the signal inside from fading with the one at the input.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import NAMES, model_file, noise
from nam_core.benchmarking.machine import processor
from nam_core.weight_layout import split_weights, weight_parts

FRAMES = 4096
BLOCK = 64


def signals() -> dict[str, npt.NDArray[np.float32]]:
    """The three inputs, float32 ``(FRAMES,)``."""
    sound = noise(FRAMES).astype(np.float32)
    tail = (sound * np.geomspace(1e-30, 1e-45, FRAMES)).astype(np.float32)
    return {"sound": sound, "silence": np.zeros(FRAMES, np.float32), "tail": tail}


def without_biases(name: str) -> dict[str, Any]:
    """The model with all biases, and an LSTM's start state, at zero."""
    file = model_file(name)
    config = nam_core.read_nam(file).config
    parts = split_weights(weight_parts(config), np.array(file["weights"], np.float32))
    values = [part.ravel() * (part.ndim > 1 or name_ == "head_scale") for name_, part in parts.items()]
    return {**file, "weights": np.concatenate(values).tolist()}


def measure(name: str, rounds: int) -> dict[str, float]:
    """Nanoseconds per sample for each signal."""
    inputs = signals()
    models = {signal: nam_core.load(model_file(name)) for signal in inputs}
    models["tail"] = nam_core.load(without_biases(name))
    least = dict.fromkeys(inputs, float("inf"))
    for _ in range(rounds):
        for signal, audio in inputs.items():
            models[signal].reset()
            seconds = models[signal].time_blocks(audio, BLOCK).sum()
            least[signal] = min(least[signal], float(seconds) * 1e9 / FRAMES)
    return least


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME")
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args()
    console = Console(width=100)
    console.print(f"{processor()}, block {BLOCK}")
    table = Table("model", "sound, ns/sample", "silence / sound", "fading tail / sound")
    for name in arguments.models:
        times = measure(name, arguments.rounds)
        ratios = (f"{times[signal] / times['sound']:.3f}" for signal in ("silence", "tail"))
        table.add_row(name, f"{times['sound']:.1f}", *ratios)
    console.print(table)


if __name__ == "__main__":
    main()
