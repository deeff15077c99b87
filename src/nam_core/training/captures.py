"""The result of a training: the file, the errors, and the recordings for validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..loading import load
from ..model import Model
from .data import Array, TrainingData
from .export import USER_METADATA, capture_file
from .run import Run

if TYPE_CHECKING:
    from ..evaluation import Evaluation
    from ..evaluation.pairs import Pair

Json = dict[str, Any]

# Length of the sections of evaluations. Validation recordings usually have 9 s, so nine sections.
SECTION_SECONDS = 1.0


@dataclass(frozen=True)
class TrainedCapture:
    """A trained capture.

    Attributes
    ----------
    file : the object of the .nam file, with the best epoch of each size.
    esr : ESR of each size, smallest first, on the validation recordings. ``best_epochs`` : the best epoch of
        each size, counted from 1.
    history : ESR of each size after every epoch.
    ended_by : "epochs", "esr", "interruption" or "divergence".
    validation : input and target of each validation recording, aligned, float32 ``(frames,)``, at the
        recording's level.
    """

    file: Json = field(repr=False)
    esr: tuple[float, ...]
    best_epochs: tuple[int, ...]
    history: list[tuple[float, ...]] = field(repr=False)
    ended_by: str
    validation: list[tuple[Array, Array]] = field(repr=False, compare=False)

    def model(self) -> Model:
        """Load the capture, ready to play."""
        return load(self.file)

    def evaluate(self, name: str = "capture") -> Evaluation:
        """Evaluate every size on the validation recordings (docs/evaluate.md); ``nam_core.evaluation.page``
        shows the result. The evaluation counts every frame, with silence before the first; ``esr`` leaves out
        the frames before the first whole receptive field.
        """
        from ..evaluation import evaluate

        rate = float(self.file["sample_rate"])
        pairs = validation_pairs(self.validation, rate)
        return evaluate([(self.file, name)], pairs, section_seconds=SECTION_SECONDS)


def validation_pairs(validation: Sequence[tuple[Array, Array]], sample_rate: float) -> list[Pair]:
    """The validation recordings, dry and wet ``(frames,)`` each, as pairs for an evaluation. ``sample_rate``
    in Hz.
    """
    from ..evaluation.pairs import Pair
    from ..evaluation.takes import ArrayTake

    names = (
        ["validation"] if len(validation) == 1 else [f"validation {n}" for n in range(1, 1 + len(validation))]
    )
    return [
        Pair(name, ArrayTake(x, sample_rate, f"{name}, dry"), ArrayTake(y, sample_rate, f"{name}, wet"))
        for name, (x, y) in zip(names, validation, strict=True)
    ]


def trained_capture(run: Run, ended_by: str, force: bool, metadata: Json) -> TrainedCapture:
    """The result of a run with at least one epoch. ``metadata`` : the metadata that the user gave."""
    scale = 1.0 / run.data.scale
    sizes = [
        learner.file(best.parameters, scale) for learner, best in zip(run.learners, run.best, strict=True)
    ]
    esr = tuple(best.esr for best in run.best)
    training = {"settings": {"ignore_checks": force}, "data": run.data.metadata, "validation_esr": sum(esr)}
    own = {name: metadata.get(name) for name in USER_METADATA}
    file = capture_file(sizes, run.data.sample_rate, {**own, "training": training})
    best_epochs = tuple(best.epoch for best in run.best)
    return TrainedCapture(file, esr, best_epochs, run.history, ended_by, _judged(run.data))


def _judged(data: TrainingData) -> list[tuple[Array, Array]]:
    return [(x, (y / data.scale).astype(np.float32)) for x, y in data.validation]
