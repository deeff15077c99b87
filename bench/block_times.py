"""Shows the spread of block times, with and without changes of size: ``python -m bench.block_times [MODEL]``.

Three runs take turns: the smallest size, the full size, and both sizes, which another thread changes as often
as it can. A block of the third run may take as long as both sizes together, and a quarter more while a new
size catches up. The last line says how many blocks took longer. The stream runs as fast as it can, which is
harder than real time: while a new size is warmed up, far more frames arrive than from a sound card.
"""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import noise
from nam_core.survey.machine import processor

EXAMPLE = Path(__file__).parents[1] / "examples" / "overdrive_a2.nam"
ROUNDS = 20
SECONDS_PER_ROUND = 10
PERCENTILES = (50, 99, 99.9, 100)

Times = npt.NDArray[np.float64]


def measure(path: Path, block: int, crossfade: float) -> tuple[dict[str, Times], int]:
    """Seconds per block of each run, and the number of changes of size."""
    sizes = {"smallest": nam_core.load(path, quality=0.0), "full": nam_core.load(path)}
    changing = nam_core.load(path)
    audio = noise(SECONDS_PER_ROUND * 48000).astype(np.float32)
    times: dict[str, list[Times]] = {"smallest": [], "full": [], "changing": []}
    changes = 0
    for _ in range(ROUNDS):
        for name, model in sizes.items():
            times[name].append(model.time_blocks(audio, block))
        ended = threading.Event()

        def change(ended: threading.Event = ended) -> None:
            nonlocal changes
            while not ended.is_set():
                changing.set_quality(1.0 - changing.quality, crossfade)
                changes += 1
                while changing.switching and not ended.wait(0.001):
                    pass

        changer = threading.Thread(target=change)
        changer.start()
        times["changing"].append(changing.time_blocks(audio, block))
        ended.set()
        changer.join()
    return {name: cast(Times, np.concatenate(rounds)) for name, rounds in times.items()}, changes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--block", type=int, default=64, metavar="FRAMES")
    parser.add_argument("--crossfade", type=float, default=0.01, metavar="SECONDS")
    arguments = parser.parse_args()
    times, changes = measure(arguments.model, arguments.block, arguments.crossfade)

    console = Console(width=100)
    isa = nam_core.load(arguments.model).isa
    console.print(f"{processor()}, {isa}, block {arguments.block}, microseconds")
    table = Table("run", "blocks", *(f"p{p:g}" if p < 100 else "max" for p in PERCENTILES))
    for name, seconds in times.items():
        values = np.percentile(seconds, PERCENTILES) * 1e6
        table.add_row(name, str(len(seconds)), *(f"{value:.1f}" for value in values))
    console.print(table)
    # Medians, which are the times of the sizes without disturbance by other programs.
    limit = 1.25 * (np.median(times["smallest"]) + np.median(times["full"]))
    over = [float(np.mean(times[name] > limit)) for name in ("full", "changing")]
    console.print(f"{changes} changes. Both sizes together and a quarter: {limit * 1e6:.1f} microseconds.")
    console.print(f"Blocks above that: {over[1]:.2%} while changing, {over[0]:.2%} of the full size alone.")


if __name__ == "__main__":
    main()
