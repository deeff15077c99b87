"""Many trainings side by side, and what they give: the error and the cost of every architecture."""

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

    It is picklable, so that another process or machine may do it, which must see its files under the same
    names.
    """

    dry: str
    wet: str
    output: str
    architecture: str = "a2"
    recipe: str = "trainer"
    engine: str = "nam_core"
    epochs: int | None = None
    seed: int = 0
    rate: int = 48_000
    force: bool = False

    @property
    def label(self) -> str:
        """What results call its architecture."""
        return _readable(os.path.splitext(os.path.basename(self.architecture))[0])


@dataclass(frozen=True)
class TrainingResult:
    """What became of a job. ``record`` : as ``train_job`` returns it, None if it failed; ``error`` : why."""

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
    """Train captures side by side. One that fails stops no other.

    Beside each output its checkpoint stays, OUTPUT.checkpoint. Done again, a job goes on from there: one that
    was complete only writes its file.

    Parameters
    ----------
    jobs : what to train; each output has a name of its own.
    executor : as for ``nam_core.render_many``: any of ``concurrent.futures``, or of Dask. Each job then takes
        one core. Without it the jobs share the cores that this process may use.
    on_result : called in this thread after each job, in the order in which they end.
    on_progress : called in threads of this process, without executor only, with a job, its steps that are
        done, and all it has.

    Returns
    -------
    A result for each job, in the order of the jobs.

    Raises
    ------
    FileExistsError : two jobs have one output, or an output is an input. Nothing has then been done.
    TypeError : ``jobs`` are something else.
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
    """Do a job: train, or go on from its checkpoint, and write its file.

    Returns
    -------
    ``output``, ``esr`` of each size, ``best_epochs``, ``epochs``, ``ended_by``, ``seconds`` of this call.

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
        # Of other recordings or settings, which are no longer wanted.
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
    """Rank the architectures of jobs that are done by their error, and state their cost.

    Each capture is judged on the end of its own recording, which its training has not seen. The error of an
    architecture is the mean over the recordings. One that lacks a capture of some recording is left out.

    Raises
    ------
    OSError, NamError : a file is not there any more, or not what it was. ValueError : nothing is left.
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
    """The name for pages and pictures: "?" for what is not UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")


def output_name(wet: str, architecture: str) -> str:
    """What a capture of a recording is called, without its folder."""
    stems = [os.path.splitext(os.path.basename(name))[0] for name in (wet, architecture)]
    return f"{stems[0]}-{stems[1]}.nam"
