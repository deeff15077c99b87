"""Compares the engine with PyTorch and NeuralAmpModelerCore on one processor core: ``python -m bench.peers
--core PROGRAM``.

"The core" is NeuralAmpModelerCore. Times are in ns per sample; PyTorch's are processor time. nam_core and the
core stream blocks of 64. PyTorch computes a whole second in float32 on one thread, which is its fastest way.
The three take turns, round after round; the result is the least time of all rounds.

PROGRAM is a host of the core that you have built, with the options of the core's own release build and for
this processor. ``PROGRAM MODEL.nam PASSES`` plays 4096 frames of noise in blocks of 64, PASSES times, and
prints the least time of a pass in ns per sample. Its exit status is not 0 if the core does not load the
model.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise
from nam_core.survey.machine import processor

NAMES = ("a1-standard", "a1-lite", "a2-full")
BLOCK = 64
FRAMES = 4096
_HERE = Path(__file__).parent


def count_loaded(program: Path) -> str:
    """The number of golden models that the core loads, as text."""
    golden = sorted((_HERE.parent / "tests" / "golden").glob("*.nam"))
    runs = [subprocess.run([str(program), str(path), "1"], capture_output=True) for path in golden]
    return f"{sum(run.returncode == 0 for run in runs)} of {len(golden)}"


def time_ours(model: nam_core.Model) -> float:
    """ns per sample of the engine, the least of twenty passes."""
    audio = noise(FRAMES).astype(np.float32)
    return min(float(model.time_blocks(audio, BLOCK).sum()) for _ in range(20)) / FRAMES * 1e9


def time_core(program: Path, model: Path) -> float:
    """ns per sample of the core, the least of twenty passes."""
    return float(subprocess.check_output([str(program), str(model), "20"], text=True))


def time_torch(network: torch.nn.Module, receptive_field: int) -> float:
    """ns per sample of PyTorch for a second of audio."""
    x = torch.from_numpy(noise(SAMPLE_RATE + receptive_field - 1).astype(np.float32))
    with torch.inference_mode():
        start = time.thread_time()
        network(x[None], pad_start=False)
        return (time.thread_time() - start) / SAMPLE_RATE * 1e9


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--core", type=Path, required=True, help="a host program of NeuralAmpModelerCore")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    program = options.core.resolve()

    with tempfile.TemporaryDirectory() as folder:
        files, models, networks = {}, {}, {}
        for name in NAMES:
            files[name] = Path(folder) / f"{name}.nam"
            files[name].write_text(json.dumps(model_file(name)), "utf-8")
            models[name] = nam_core.load(files[name])
            networks[name] = nam_core.reference.to_torch(files[name]).float().eval()
        least = {name: [float("inf")] * 3 for name in NAMES}
        for _ in range(options.rounds):
            for name, times in least.items():
                torch_ns = time_torch(networks[name], models[name].receptive_field)
                found = (time_ours(models[name]), time_core(program, files[name]), torch_ns)
                least[name] = [min(pair) for pair in zip(times, found, strict=True)]

    table = Table("model", "nam_core, ns", "core, ns", "PyTorch, ns", "core / ours", "PyTorch / ours")
    for name, (ours, core, pytorch) in least.items():
        figures = (
            f"{ours:.0f}",
            f"{core:.0f}",
            f"{pytorch:.0f}",
            f"{core / ours:.1f}",
            f"{pytorch / ours:.1f}",
        )
        table.add_row(name, *figures)
    console = Console(width=100)
    console.print(f"{processor()}, {models[NAMES[0]].isa}, blocks of {BLOCK}, torch {torch.__version__}")
    console.print(table)
    console.print(f"The core loads {count_loaded(program)} golden models.")


if __name__ == "__main__":
    main()
