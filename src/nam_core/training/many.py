"""Runs many trainings side by side, and ranks their architectures by error, with their cost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..audio.json_files import write_json
from ..audio.safe_writing import refuse_clashes
from ..offline.side_by_side import Ended, listed, side_by_side
from .captures import SECTION_SECONDS, validation_pairs
from .checkpoint import NamCheckpointError
from .data import read_pair

if TYPE_CHECKING:
    from ..evaluation import Evaluation

CHECKPOINT = ".checkpoint"


@dataclass(frozen=True)
class TrainingJob:
    """One capture to train; the fields are those of ``nam_core.train``. ``output`` : the .nam file to write.

    A job is picklable, so that another process or machine can do it. That machine must see the files under
    the same names.
    """

    dry: str
    wet: str
    output: str
    architecture: str = "a2"
    recipe: str | None = None
    engine: str = "nam_core"
    epochs: int | None = None
    seed: int = 0
    rate: int = 48_000
    force: bool = False

    @property
    def label(self) -> str:
        """The name of the job's architecture in results."""
        return _readable(os.path.splitext(os.path.basename(self.architecture))[0])


@dataclass(frozen=True)
class TrainingResult:
    """The result of a job. ``record`` : the result of ``train_job``, or None if it failed; ``error`` : the
    reason.
    """

    job: TrainingJob
    record: dict[str, Any] | None
    error: Exception | None


def train_many(
    jobs: Iterable[TrainingJob],
    executor: Executor | None = None,
    *,
    on_result: Callable[[TrainingResult], None] | None = None,
    on_progress: Callable[[TrainingJob, int, int], None] | None = None,
) -> list[TrainingResult]:
    """Train captures side by side. A job that fails does not stop the others.

    The checkpoint of each job stays beside its output as OUTPUT.checkpoint. If a job is done again, it
    continues from its checkpoint; if it was complete, it only writes its file.

    Parameters
    ----------
    jobs : the captures to train. Each output must have its own name.
    executor : as for ``nam_core.render_many``: an executor of ``concurrent.futures`` or of Dask. Each job
        then takes one core. Without an executor the jobs share the cores that this process may use.
    on_result : called in this thread after each job, in the order in which they end.
    on_progress : called with a job, the number of its steps that are done, and the number of all its steps.
        It is called in threads of this process, and only without an executor.

    Returns
    -------
    A result for each job, in the order of the jobs.

    Raises
    ------
    FileExistsError : two jobs have the same output, or an output is an input; no job is then started.
    TypeError : ``jobs`` has something that is not a TrainingJob.
    """
    todo = listed(jobs, TrainingJob)
    outputs = [name for job in todo for name in (job.output, job.output + CHECKPOINT)]
    refuse_clashes(outputs, {path for job in todo for path in (job.dry, job.wet)})
    results: dict[TrainingJob, TrainingResult] = {}

    def keep(ended: Ended[TrainingJob]) -> None:
        results[ended.task] = result = TrainingResult(ended.task, ended.record, ended.error)
        if on_result is not None:
            on_result(result)

    side_by_side(train_job, todo, executor, keep, on_progress)
    return [results[job] for job in todo]


def train_job(
    job: TrainingJob, *, threads: int = 1, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """Do a job: train, or continue from its checkpoint, and write its file.

    Returns
    -------
    A dict: ``output``, ``esr`` of each size, ``best_epochs``, ``epochs``, ``ended_by``, ``seconds`` of this
    call.

    Raises as ``nam_core.train``. ``progress`` may raise to end it.
    """
    from . import Progress, train

    def follow(state: Progress) -> None:
        progress(state.epoch * state.steps + state.step, state.epochs * state.steps)

    checkpoint, begun = job.output + CHECKPOINT, time.monotonic()
    options: dict[str, Any] = {
        name: getattr(job, name)
        for name in ("architecture", "recipe", "engine", "epochs", "seed", "rate", "force")
    }
    name = os.path.splitext(os.path.basename(job.output))[0]
    options |= {"threads": threads, "checkpoint": checkpoint, "progress": follow, "metadata": {"name": name}}
    try:
        capture = train(job.dry, job.wet, resume=os.path.exists(checkpoint), **options)
    except NamCheckpointError:
        # The checkpoint is of other recordings or settings: train from the start.
        capture = train(job.dry, job.wet, **options)
    write_json(job.output, capture.file)
    return {
        "output": job.output,
        "esr": capture.esr,
        "best_epochs": capture.best_epochs,
        "epochs": len(capture.history),
        "ended_by": capture.ended_by,
        "seconds": time.monotonic() - begun,
    }


def rank_architectures(
    jobs: Sequence[TrainingJob], *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Evaluation:
    """Rank the architectures of finished jobs by their error, and give their cost.

    Each capture is evaluated on the validation part of its own recording, which was not used for training.
    The error of an architecture is the mean over the recordings. An architecture without a capture of every
    recording is left out.

    Raises
    ------
    OSError, NamError : a file is missing or has changed. ValueError : no architecture is left.
    """
    from ..evaluation.evaluating import evaluate_captures

    by_wet: dict[str, dict[str, TrainingJob]] = {}
    for job in jobs:
        by_wet.setdefault(job.wet, {})[job.label] = job
    complete = [
        label
        for label in dict.fromkeys(job.label for job in jobs)
        if all(label in of_wet for of_wet in by_wet.values())
    ]
    captures = []
    for wet, of_wet in by_wet.items():
        job = next(iter(of_wet.values()))
        pair = read_pair(job.dry, wet, rate=job.rate, force=job.force)
        (judged,) = validation_pairs([pair.validation], float(pair.sample_rate))
        name = _readable(os.path.splitext(os.path.basename(wet))[0])
        models = [(of_wet[label].output, label) for label in complete]
        captures.append((replace(judged, name=name), models))
    return evaluate_captures(captures, section_seconds=SECTION_SECONDS, progress=progress)


def _readable(name: str) -> str:
    """The name for pages and pictures, with "?" in place of bytes that are not UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")


def output_name(wet: str, architecture: str) -> str:
    """The name of the file for a capture of a recording, without its folder."""
    stems = [os.path.splitext(os.path.basename(name))[0] for name in (wet, architecture)]
    return f"{stems[0]}-{stems[1]}.nam"
