"""The protocol that compares recipes (docs/training.md): targets x seeds x recipes. Results are added to a
JSON file.

``python -m bench.training_recipes DRY OUT.json TARGET.wav ... [--recipe NAME=EPOCHS ...] [--noise DB]``

Every target is a recording of DRY, such as a model's render. With ``--noise``, white noise is added to all of
the recording, at that level below the target, as the noise of an amplifier is in all of its recording. The
best epoch is judged with it, as in every training. Each entry has that epoch's ESR and MRSTFT, both figures
against the validation part without noise (``clean``), the ESR of every epoch, and the seconds since this
program started the combination. A combination that the file contains is not run again, and one that was
interrupted continues from its checkpoint, so the program may be stopped at any time. ``--recipe
fast=30,rate=0.012,batch=8`` changes fields of a recipe, to try out others.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

import nam_core
from nam_core.audio.safe_writing import write_file
from nam_core.training.architectures import architecture
from nam_core.training.data import Pair, TrainingData, read_pair, training_data
from nam_core.training.engines import learners
from nam_core.training.recipes import RECIPES, Recipe
from nam_core.training.run import Run

Array = npt.NDArray[np.float32]


def noisy(pair: Pair, decibels: float) -> Pair:
    target = pair.train[1]
    level = float(np.sqrt(np.mean(target.astype(np.float64) ** 2))) * 10.0 ** (decibels / 20.0)
    random = np.random.default_rng(0)
    train, validation = (
        (x, (y + random.standard_normal(y.size) * level).astype(np.float32))
        for x, y in (pair.train, pair.validation)
    )
    return replace(pair, train=train, validation=validation)


def changed_recipe(text: str) -> Recipe:
    """The recipe that NAME=EPOCHS[,FIELD=VALUE...] means."""
    name, _, rest = text.partition("=")
    epochs, *changes = rest.split(",")
    known = RECIPES[name]
    values = dict(change.split("=") for change in changes)
    fields: dict[str, Any] = {field: type(getattr(known, field))(value) for field, value in values.items()}
    return replace(known, epochs=int(epochs), **fields)


def figures(played: Array, target: Array) -> dict[str, float]:
    return {
        "esr": nam_core.metrics.esr(played, target),
        "mrstft": nam_core.metrics.mrstft(played, target),
    }


def one_run(
    data: TrainingData, clean: Array, recipe: Recipe, seed: int, threads: int, checkpoint: Path
) -> dict[str, Any]:
    first = learners("nam_core", architecture("a2"), recipe, seed, None)
    run = Run(first, data, recipe, recipe.epochs, seed, threads, checkpoint)
    if checkpoint.exists():
        run.resume()
    begun, seconds = time.monotonic(), []
    while len(run.history) < recipe.epochs and run.advance(None, begun):
        seconds.append(time.monotonic() - begun)
        print(checkpoint.stem, len(run.history), run.history[-1], f"{seconds[-1]:.0f} s", flush=True)
    (x, y), found = data.validation[0], []
    for learner, best in zip(run.learners, run.best, strict=True):
        model = nam_core.load(learner.file(best.parameters, 1.0))
        field = model.receptive_field
        played = model.process(x)[field - 1 :]
        found.append(
            figures(played, y[field - 1 :])
            | {"epoch": best.epoch, "clean": figures(played, clean[field - 1 :])}
        )
    return {"sizes": found, "history": run.history, "seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dry", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("targets", type=Path, nargs="+")
    parser.add_argument("--recipe", action="append", metavar="NAME=EPOCHS[,FIELD=VALUE...]")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--noise", type=float)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    results: dict[str, Any] = orjson.loads(arguments.out.read_bytes()) if arguments.out.exists() else {}
    for target in arguments.targets:
        pair = read_pair(arguments.dry, target)
        data = training_data([pair if arguments.noise is None else noisy(pair, arguments.noise)])
        clean = pair.validation[1] * np.float32(data.scale)
        for seed in range(arguments.seeds):
            for text in arguments.recipe or ["trainer=100", "fast=60"]:
                key = f"{target.stem} {text.replace('=', ' ', 1)} seed {seed} noise {arguments.noise}"
                if key in results:
                    continue
                checkpoint = arguments.out.with_name(f"{arguments.out.stem} {key}.checkpoint")
                recipe = changed_recipe(text)
                results[key] = one_run(data, clean, recipe, seed, arguments.threads, checkpoint)
                write_file(
                    arguments.out,
                    orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
                )
                checkpoint.unlink()


if __name__ == "__main__":
    main()
