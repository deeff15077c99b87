"""The protocol that compares recipes (docs/training.md): targets x seeds x recipes. Results are added to a
JSON file.

``python -m bench.training_recipes DRY OUT.json TARGET.wav ... [--recipe NAME=EPOCHS ...] [--noise DB]``

Every target is a recording of DRY, such as a model's render. With ``--noise``, white noise is added to the
training part of the recording, at that level below the target; the validation part has no noise. A
combination that the file contains is not run again, and one that was interrupted continues from its
checkpoint, so the program may be stopped at any time. Each entry has the ESR and the MRSTFT of the best
epoch, the ESR of every epoch, and the seconds since this program started the combination.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

import nam_core
from nam_core.audio.safe_writing import write_file
from nam_core.training.architectures import architecture
from nam_core.training.data import Pair, TrainingData, read_pair, training_data
from nam_core.training.engines import learners
from nam_core.training.recipes import RECIPES
from nam_core.training.run import Run


def noisy(pair: Pair, decibels: float) -> Pair:
    x, y = pair.train
    level = float(np.sqrt(np.mean(y.astype(np.float64) ** 2))) * 10.0 ** (decibels / 20.0)
    noise = np.random.default_rng(0).standard_normal(y.size) * level
    return replace(pair, train=(x, (y + noise).astype(np.float32)))


def one_run(data: TrainingData, recipe: str, epochs: int, seed: int, checkpoint: Path) -> dict[str, Any]:
    first = learners("nam_core", architecture("a2"), RECIPES[recipe], seed, None)
    run = Run(first, data, RECIPES[recipe], epochs, seed, threads=2, checkpoint=checkpoint)
    if checkpoint.exists():
        run.resume()
    begun, seconds = time.monotonic(), []
    while len(run.history) < epochs and run.advance(None, begun):
        seconds.append(time.monotonic() - begun)
        print(recipe, seed, len(run.history), run.history[-1], f"{seconds[-1]:.0f} s", flush=True)
    (x, y), found = data.validation[0], []
    for learner, best in zip(run.learners, run.best, strict=True):
        model = nam_core.load(learner.file(best.parameters, 1.0))
        field = model.receptive_field
        played = model.process(x)[field - 1 :]
        found.append(
            {"esr": best.esr, "epoch": best.epoch, "mrstft": nam_core.metrics.mrstft(played, y[field - 1 :])}
        )
    return {"sizes": found, "history": run.history, "seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dry", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("targets", type=Path, nargs="+")
    parser.add_argument("--recipe", action="append", metavar="NAME=EPOCHS")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--noise", type=float)
    arguments = parser.parse_args()
    results: dict[str, Any] = orjson.loads(arguments.out.read_bytes()) if arguments.out.exists() else {}
    for target in arguments.targets:
        pair = read_pair(arguments.dry, target)
        data = training_data([pair if arguments.noise is None else noisy(pair, arguments.noise)])
        for seed in range(arguments.seeds):
            for entry in arguments.recipe or ["trainer=100", "fast=30"]:
                recipe, _, epochs = entry.partition("=")
                key = f"{target.stem} {recipe} {epochs} seed {seed} noise {arguments.noise}"
                if key in results:
                    continue
                checkpoint = arguments.out.with_name(f"{arguments.out.stem} {key}.checkpoint")
                results[key] = one_run(data, recipe, int(epochs), seed, checkpoint)
                write_file(
                    arguments.out,
                    orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
                )
                checkpoint.unlink()


if __name__ == "__main__":
    main()
