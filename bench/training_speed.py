"""Seconds of a training step of A2 (docs/training.md): ``python -m bench.training_speed [--torch]``.

Each size is measured with the recipe's loss and with MSE alone, because the multiply-adds are counted of the
networks and not of the STFT loss. With ``--torch``, the package's step (forward, backward and optimiser) is
measured as well, on as many threads, in the same run. The last line projects the minutes of the trainer's
recipe, 100 epochs of a three-minute recording, to other numbers of cores. It assumes that a thread takes
whole items, and that the time that two threads do not halve is spent on one thread.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from importlib.resources import files
from typing import Any

import numpy as np

from nam_core import _core
from nam_core.training.architectures import architecture
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers
from nam_core.training.recipes import TRAINER

THREADS = (1, 2)
CORES = (1, 2, 4, 6, 8, 16)
STEPS = 100 * 60
"""Steps of the recipe: its epochs times the steps of an epoch."""


def macs(network: Network, frames: int) -> float:
    """Multiply-adds of the forward pass of one item; the backward pass has twice as many."""
    (array,) = network.config.layers
    channels, left, total = array.channels, 0, 0
    for layer in reversed(array.layers):
        ahead = frames + array.head.lookback + left
        total += ahead * (channels * channels * (layer.kernel_size + (left > 0)) + channels)
        left += layer.lookback
    return total + frames * channels * array.head.kernel_size


def projected_minutes(one: float, two: float, cores: int) -> float:
    """Minutes of the recipe on ``cores`` cores, from the seconds of a step on one core and on two."""
    alone = max(0.0, 2.0 * two - one)
    rounds = -(-TRAINER.batch // cores)
    return STEPS / 60.0 * (alone + (one - alone) * rounds / TRAINER.batch)


def package_step() -> Any:
    """The package's packed A2, and a function that does one training step."""
    import torch
    from nam.train.lightning_module import PackedLightningModule

    text = files("nam.train._resources").joinpath("config_model_packed.json").read_text()
    module = PackedLightningModule.init_from_config(json.loads(text))
    optimiser = module.configure_optimizers()["optimizer"]

    def step(x: Any, y: Any, threads: int) -> None:
        torch.set_num_threads(threads)
        optimiser.zero_grad()
        module.training_step((torch.tensor(x), torch.tensor(y)), 0).backward()
        optimiser.step()
        module.net.apply_mask()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", action="store_true")
    parser.add_argument("--rounds", type=int, default=8)
    arguments = parser.parse_args()
    networks = [Network.of(file) for file in architecture("a2")]
    frames, items = TRAINER.frames, TRAINER.batch
    described = [network.describe() for network in networks]
    trainer = _core.Trainer(described, frames, TRAINER.loss, "")
    states = [network.first_parameters(RandomNumbers(0, index)) for index, network in enumerate(networks)]
    field = trainer.receptive_field(0)
    rng = np.random.default_rng(0)
    inputs = (0.3 * rng.standard_normal(field + items * frames)).astype(np.float32)
    targets = (0.1 * rng.standard_normal(inputs.size)).astype(np.float32)
    positions = field - 1 + frames * np.arange(items, dtype=np.int64)
    best: dict[tuple[str, int], float] = {}

    def note(name: str, threads: int, begun: float) -> None:
        seconds = time.perf_counter() - begun
        best[name, threads] = min(seconds, best.get((name, threads), seconds))

    step = package_step() if arguments.torch else None
    x = np.stack([inputs[p - field + 1 : p + frames] for p in positions])
    y = np.stack([targets[p : p + frames] for p in positions])

    def time_sizes(trainer: _core.Trainer, threads: int, suffix: str) -> None:
        for index, (network, state) in enumerate(zip(networks, states, strict=True)):
            begun = time.perf_counter()
            trainer.step(index, state, inputs, targets, positions, np.zeros_like(state), threads, False)
            note(f"{network.config.layers[0].channels} channels{suffix}", threads, begun)

    for _ in range(arguments.rounds):
        for threads in THREADS:
            time_sizes(trainer, threads, "")
            if step is not None:
                begun = time.perf_counter()
                step(x, y, threads)
                note("package", threads, begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    memory = trainer.memory_bytes / 1e6
    del trainer
    alone = _core.Trainer(described, frames, {"mse": 1.0}, "")
    for _ in range(arguments.rounds):
        for threads in THREADS:
            time_sizes(alone, threads, ", MSE alone")
    both = dict.fromkeys(THREADS, 0.0)
    for threads in THREADS:
        for network in networks:
            name = f"{network.config.layers[0].channels} channels"
            both[threads] += best[name, threads]
            for part in (name, f"{name}, MSE alone"):
                seconds = best[part, threads]
                rate = 3.0 * items * macs(network, frames) / seconds / threads / 1e9
                print(f"{threads} threads, {part}: {seconds:.4f} s, {rate:.1f} GMAC/s per thread")
        package = best.get(("package", threads))
        ratio = 0.0 if package is None else package / both[threads]
        beside = "" if package is None else f"; package {package:.3f} s, {ratio:.1f} times as long"
        print(f"{threads} threads, both sizes: {both[threads]:.4f} s{beside}")
    print(f"{alone.isa}, engine {memory:.0f} MB, process at most {peak:.0f} MB")
    projected = (f"{projected_minutes(both[1], both[2], cores):.1f} on {cores}" for cores in CORES)
    print(f"minutes of the recipe, projected by cores: {', '.join(projected)}")


if __name__ == "__main__":
    main()
