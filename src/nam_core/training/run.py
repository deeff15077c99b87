"""One training run: epochs, validation, the best epoch so far, checkpoints."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..audio.json_files import finite_or_none, json_text
from .checkpoint import NamCheckpointError, read_checkpoint, write_checkpoint
from .data import TrainingData
from .optimisers import Learner, Parameters
from .pair_checks import NamTrainingError
from .random_numbers import ORDER, RandomNumbers
from .recipes import Recipe

# Least number of seconds between two calls of ``progress`` within an epoch.
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Progress:
    """The progress of a run. ``esr`` : ESR of each size after the last epoch, smallest size first. ``best`` :
    lowest ESR of each size so far.

    ``epoch`` counts completed epochs. ``step`` of the ``steps`` of the current epoch are done. ``seconds``
    have passed since the start.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    esr: tuple[float, ...]
    best: tuple[float, ...]
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """The seconds that remain, estimated from the speed so far; None before the first step."""
        done = self.epoch * self.steps + self.step
        return self.seconds * (self.epochs * self.steps - done) / done if done else None


@dataclass
class Best:
    """The best epoch of a size."""

    esr: float
    epoch: int
    parameters: Parameters


@dataclass
class Run:
    """A run in progress.

    Attributes
    ----------
    first : makes the networks with their first weights, smallest size first.
    history : for each epoch, the ESR of each size, smallest size first.
    unwritten : the error that prevented the last checkpoint from being written; None if it was written.
    """

    first: Callable[[], list[Learner]]
    data: TrainingData
    recipe: Recipe
    epochs: int
    seed: int
    threads: int
    checkpoint: str | os.PathLike[str] | None = None
    history: list[tuple[float, ...]] = field(default_factory=list)
    unwritten: OSError | None = None

    def __post_init__(self) -> None:
        self.learners = self.first()
        widest = max(learner.receptive_field for learner in self.learners)
        self._positions = self.data.positions(widest, self.recipe.frames)
        self.steps = len(self._positions) // self.recipe.batch
        if self.steps == 0:
            seconds = self.recipe.batch * self.recipe.frames / self.data.sample_rate
            raise NamTrainingError(f"the recordings are too short: a step needs {seconds:.0f} s of them")
        self.best = [Best(float("inf"), 0, np.zeros(0, np.float32)) for _ in self.learners]

    def resume(self, *, any_length: bool = False) -> None:
        """Continue from the checkpoint.

        With ``any_length`` the run takes the number of epochs of the run that was interrupted.

        Raises NamCheckpointError if the checkpoint belongs to another run, and OSError.
        """
        assert self.checkpoint is not None
        about, arrays = read_checkpoint(self.checkpoint)
        if any_length:
            self.epochs = about["epochs"]
        if about["run"] != self._identity():
            path = os.fsdecode(self.checkpoint)
            raise NamCheckpointError(f"{path}: belongs to a run with other recordings or other settings")
        self.history = [tuple(epoch) for epoch in about["history"]]
        for index, learner in enumerate(self.learners):
            for name, array in learner.arrays.items():
                array[...] = arrays[f"{name}_{index}"]
            found = about["best"][index]
            esr = float("inf") if found["esr"] is None else found["esr"]
            self.best[index] = Best(esr, found["epoch"], arrays[f"best_{index}"])

    def advance(self, progress: Callable[[Progress], None] | None, started: float) -> bool:
        """Train one epoch and validate. If a loss is not finite, return False with the state from before the
        epoch.
        """
        epoch = len(self.history)
        before = [{name: a.copy() for name, a in learner.arrays.items()} for learner in self.learners]
        order = RandomNumbers(self.seed, ORDER, epoch).permutation(len(self._positions))
        recordings, shown = (self.data.inputs, self.data.targets), time.monotonic()
        for step in range(self.steps):
            number = epoch * self.steps + step + 1
            batch = self._positions[order[step * self.recipe.batch : (step + 1) * self.recipe.batch]]
            rate = self.recipe.rate_at(number, self.steps, self.epochs)
            for learner in self.learners:
                if not np.isfinite(learner.step(number, rate, recordings, batch, self.threads)):
                    for other, arrays in zip(self.learners, before, strict=True):
                        for name, array in arrays.items():
                            other.arrays[name][...] = array
                    return False
            if progress and time.monotonic() - shown > _PAUSE_SECONDS:
                shown = time.monotonic()
                progress(self._progress(epoch, step + 1, started))
        self._validate()
        if self.checkpoint is not None:
            self._write()
        if progress:
            progress(self._progress(epoch + 1, 0, started))
        return True

    def _validate(self) -> None:
        found = []
        for index, learner in enumerate(self.learners):
            error = energy = 0.0
            for inputs, targets in self.data.validation:
                predicted = learner.predict(inputs, self.threads)
                wanted = targets[targets.size - predicted.size :].astype(np.float64)
                error += float(np.sum((predicted - wanted) ** 2))
                energy += float(np.sum(wanted**2))
            found.append(error / energy)
            if found[-1] < self.best[index].esr:
                self.best[index] = Best(found[-1], len(self.history) + 1, learner.judged.copy())
        self.history.append(tuple(found))

    def _progress(self, epoch: int, step: int, started: float) -> Progress:
        last = self.history[-1] if self.history else ()
        best = tuple(one.esr for one in self.best) if self.history else ()
        seconds = time.monotonic() - started
        return Progress(epoch, self.epochs, step, self.steps, last, best, seconds)

    def _identity(self) -> str:
        """A hash of everything that decides the bits of the result."""
        settings = [
            [learner.identity for learner in self.learners],
            asdict(self.recipe),
            self.epochs,
            self.seed,
        ]
        digest = hashlib.sha256(json_text(settings))
        for array in (
            self.data.inputs,
            self.data.targets,
            *(part for pair in self.data.validation for part in pair),
        ):
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _write(self) -> None:
        assert self.checkpoint is not None
        best = [{"esr": finite_or_none(one.esr), "epoch": one.epoch} for one in self.best]
        arrays: dict[str, npt.NDArray[Any]] = {}
        for index, learner in enumerate(self.learners):
            arrays |= {f"{name}_{index}": array for name, array in learner.arrays.items()}
            arrays[f"best_{index}"] = self.best[index].parameters
        about = {"run": self._identity(), "epochs": self.epochs, "history": self.history, "best": best}
        try:
            write_checkpoint(self.checkpoint, about, arrays)
        except OSError as error:
            # The training continues, because it is worth more than its checkpoint. The last checkpoint stays.
            self.unwritten = error
            return
        self.unwritten = None
