"""Compares our ESR by epoch with the package's, on the same data, first weights and order of items
(docs/training.md).

``python -m bench.training_beside_package DRY WET OUT.json [--architecture a2] [--epochs 10] [--threads 2]``

There are three runs: our engine; PyTorch with the package's network and losses and PyTorch's Adam; and the
same PyTorch from first weights that differ by a thousandth. The first two runs should differ no more than the
last two. A run that was interrupted continues from its checkpoint. It needs ``nam_core[reference]``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import orjson

from nam_core import reference
from nam_core.audio.safe_writing import write_file
from nam_core.training.architectures import architecture
from nam_core.training.data import TrainingData, read_pair, training_data
from nam_core.training.engines import learners
from nam_core.training.networks import Network
from nam_core.training.optimisers import Learner
from nam_core.training.random_numbers import WEIGHTS, RandomNumbers
from nam_core.training.recipes import TRAINER
from nam_core.training.run import Run

SEED, CHANGE = 0, 1e-3
RUNS = ("ours", "package", "package, other first weights")


def first(name: str, source: str) -> list[Learner]:
    """The networks of a run, with the first weights that our engine draws."""
    files = architecture(source)
    found = learners("nam_core" if name == "ours" else "pytorch", files, TRAINER, SEED, None)()
    if name == "ours":
        return found
    rng = np.random.default_rng(SEED)
    for index, (file, learner) in enumerate(zip(files, found, strict=True)):
        network = Network.of(file)
        weights = network.first_parameters(RandomNumbers(SEED, WEIGHTS, index))
        if name != "package":
            weights = (weights * (1.0 + CHANGE * rng.standard_normal(weights.size))).astype(np.float32)
        module = reference.to_torch(network.with_parameters(weights))
        drawn = [parameter.detach().numpy().reshape(-1) for parameter in module.parameters()]
        learner.arrays["parameters"][:] = np.concatenate(drawn)
    return found


def history(
    name: str, source: str, data: TrainingData, epochs: int, threads: int, out: Path
) -> list[tuple[float, ...]]:
    """Train, and return the ESR of each size for each epoch."""
    checkpoint = out.with_name(f"{out.stem} {name}.checkpoint")
    run = Run(lambda: first(name, source), data, TRAINER, epochs, SEED, threads, checkpoint)
    if checkpoint.exists():
        run.resume()
    while len(run.history) < epochs and run.advance(None, 0.0):
        print(f"{name}, epoch {len(run.history)}: {run.history[-1]}", flush=True)
    return run.history


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dry", type=Path)
    parser.add_argument("wet", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--architecture", default="a2")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    data = training_data([read_pair(arguments.dry, arguments.wet)])
    options = (arguments.architecture, data, arguments.epochs, arguments.threads, arguments.out)
    found = {name: history(name, *options) for name in RUNS}
    write_file(arguments.out, orjson.dumps(found, option=orjson.OPT_INDENT_2))
    ours, package, other = (np.array(found[name]) for name in RUNS)
    for epoch in range(len(ours)):
        apart, by_weights = np.abs(ours - package)[epoch], np.abs(other - package)[epoch]
        print(f"epoch {epoch + 1}: ours and the package {apart}, two of the package's {by_weights}")


if __name__ == "__main__":
    main()
