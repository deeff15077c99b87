"""Measures how ``render`` scales with threads: ``python -m bench.scaling``.

Each round measures, for each model: the engine alone in blocks (with its best block length), ``render`` on
one thread and on several, and as many engines side by side without ``render``, each with its share of the
recording. The engines side by side show what the machine can give, because cores share memory, clock, and on
some machines arithmetic units. Each call begins after a pause. The result is the least time of all rounds.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise
from nam_core.audio.arrays import Audio

NAMES = ("a1-standard", "a2-full", "a2-lite", "a1-nano")
BLOCKS = (512, 4096)
PAUSE = 0.02


def seconds(call: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    time.sleep(PAUSE)
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def side_by_side(models: list[nam_core.Model], shares: list[Audio]) -> float:
    """Seconds until the last of these models has played its share."""
    ready = threading.Barrier(len(models))
    spans = np.zeros((len(models), 2))

    def play(number: int) -> None:
        models[number].reset()
        ready.wait()
        spans[number, 0] = time.perf_counter()
        models[number].process(shares[number])
        spans[number, 1] = time.perf_counter()

    threads = [threading.Thread(target=play, args=(number,)) for number in range(len(models))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return float(spans[:, 1].max() - spans[:, 0].min())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    dry = noise(arguments.seconds * SAMPLE_RATE).astype(np.float32)
    shares = np.array_split(dry, arguments.threads)
    table = Table(
        "model",
        "engine, ns/sample",
        "render on 1",
        "over the engine",
        f"render on {arguments.threads}",
        "render scales",
        "engines alone scale",
    )
    for name in NAMES:
        model = nam_core.load(model_file(name))
        copies = [model.copy() for _ in shares]
        rounds = []
        for _ in range(arguments.rounds):
            own = min(float(model.time_blocks(dry, block).sum()) for block in BLOCKS)
            one = seconds(partial(nam_core.render, model, dry, threads=1))
            several = seconds(partial(nam_core.render, model, dry, threads=arguments.threads))
            rounds.append((own, one, several, side_by_side(copies, shares)))
        own, one, several, alone = np.min(rounds, axis=0)
        ns = 1e9 / dry.size
        table.add_row(
            name,
            f"{own * ns:.1f}",
            f"{one * ns:.1f}",
            f"{one / own:.3f}",
            f"{several * ns:.1f}",
            f"{one / several:.2f}",
            f"{own / alone:.2f}",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
