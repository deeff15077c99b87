"""Measures whether the time depends on the signal: ``python -m bench.signals``.

In each round, each size of each model runs on sound, on silence, and on a tail that fades into the denormal
numbers and stays there. Each block gives one ratio per round. The result is the mean over all blocks of each
block's median over all rounds. So a busy machine gives the same ratios, and no part of the fading tail is
left out. The tail, and the sound that it is compared with, play through a model without biases, because
biases would keep the signal inside the model from fading.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import FEATURES, NAMES, model_file, noise
from nam_core.format.weight_layout import split_weights, weight_parts
from nam_core.survey.machine import processor

FRAMES = 4096
BLOCK = 64
_MODELS = (*NAMES, *FEATURES)


def signals() -> dict[str, npt.NDArray[np.float32]]:
    """The three inputs, float32 ``(FRAMES,)``."""
    sound = noise(FRAMES).astype(np.float32)
    tail = (sound * np.geomspace(1e-30, 1e-45, FRAMES)).astype(np.float32)
    return {"sound": sound, "silence": np.zeros(FRAMES, np.float32), "tail": tail}


def without_biases(file: dict[str, Any]) -> dict[str, Any]:
    """The model and its condition_dsp, with all biases and an LSTM's start state set to zero."""
    config = nam_core.read_nam(file).config
    parts = split_weights(weight_parts(config), np.array(file["weights"], np.float32))
    values = [part.ravel() * (part.ndim > 1 or name_ == "head_scale") for name_, part in parts.items()]
    inner = file["config"].get("condition_dsp")
    inner = {"condition_dsp": without_biases(inner)} if inner else {}
    return {**file, "config": {**file["config"], **inner}, "weights": np.concatenate(values).tolist()}


class Subject:
    """One size of a model, with its times: seconds of each block, for each round."""

    def __init__(self, label: str, file: dict[str, Any], quality: float) -> None:
        self.label = label
        model = nam_core.load(file, quality=quality)
        fading = nam_core.load(without_biases(file), quality=quality)
        inputs = signals()
        # Runs that are compared use the same model object, because another one would lie elsewhere in the
        # caches.
        self._runs = {
            "sound": (model, inputs["sound"]),
            "silence": (model, inputs["silence"]),
            "sound without biases": (fading, inputs["sound"]),
            "tail": (fading, inputs["tail"]),
        }
        self._seconds: dict[str, list[npt.NDArray[np.float64]]] = {run: [] for run in self._runs}

    def play(self) -> None:
        """Play all runs once."""
        for run, (model, audio) in self._runs.items():
            model.reset()
            self._seconds[run].append(model.time_blocks(audio, BLOCK))

    def ns_per_sample(self) -> float:
        """The mean over blocks of each block's median time on sound, in ns per sample."""
        return float(np.median(self._seconds["sound"], axis=0).mean()) * 1e9 / BLOCK

    def ratios(self) -> tuple[float, float]:
        """The time on silence divided by that on sound, and the time on the tail divided by that on sound."""
        return self._ratio("silence", "sound"), self._ratio("tail", "sound without biases")

    def _ratio(self, run: str, other: str) -> float:
        ratios = np.array(self._seconds[run]) / np.array(self._seconds[other])
        return float(np.median(ratios, axis=0).mean())


def subjects(name: str) -> list[Subject]:
    """Every size of a model."""
    file = model_file(name)
    sizes = nam_core.load(file).sizes
    labels = (f"{name} ({size.channels[0]} ch)" if len(sizes) > 1 else name for size in sizes)
    return [Subject(label, file, size.low) for label, size in zip(labels, sizes, strict=True)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=_MODELS, default=list(_MODELS), metavar="NAME")
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args()
    measured = [subject for name in arguments.models for subject in subjects(name)]
    for _ in range(arguments.rounds):
        for subject in measured:
            subject.play()
    console = Console(width=100)
    console.print(f"{processor()}, block {BLOCK}")
    table = Table("model", "sound, ns/sample", "silence / sound", "fading tail / sound")
    for subject in measured:
        table.add_row(
            subject.label, f"{subject.ns_per_sample():.1f}", *(f"{r:.3f}" for r in subject.ratios())
        )
    table.add_section()
    ranges = zip(*(subject.ratios() for subject in measured), strict=True)
    table.add_row("all", "", *(f"{min(found):.3f} to {max(found):.3f}" for found in ranges))
    console.print(table)


if __name__ == "__main__":
    main()
