"""Training of captures on the processor, without PyTorch (docs/training.md)."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..audio.safe_writing import check_outputs
from .architectures import NAMES as ARCHITECTURES
from .architectures import architecture as find_architecture
from .captures import TrainedCapture, trained_capture
from .data import PathLike, read_pair, training_data
from .engines import ENGINES, learners
from .export import USER_METADATA
from .many import TrainingJob, TrainingResult, train_many
from .pair_checks import NamTrainingError
from .recipes import RECIPES, Recipe, find_recipe
from .run import Progress, Run

__all__ = [
    "ARCHITECTURES",
    "ENGINES",
    "RECIPES",
    "NamTrainingError",
    "Progress",
    "Recipe",
    "TrainedCapture",
    "TrainingJob",
    "TrainingResult",
    "train",
    "train_many",
]

Json = dict[str, Any]
Paths = PathLike | Sequence[PathLike]
# Steps that are timed to measure the speed of this machine, if the user gives minutes.
_TRIAL_STEPS = 6


def train(
    dry: Paths,
    wet: Paths,
    *,
    architecture: PathLike | Json = "a2",
    recipe: str | Recipe | None = None,
    engine: str = "nam_core",
    epochs: int | None = None,
    minutes: float | None = None,
    until_esr: float | None = None,
    validation: tuple[PathLike, PathLike] | None = None,
    delay: int | None = None,
    rate: int = 48_000,
    seed: int = 0,
    threads: int | None = None,
    isa: str | None = None,
    force: bool = False,
    metadata: Json | None = None,
    checkpoint: PathLike | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> TrainedCapture:
    """Train a capture of the device that turned ``dry`` into ``wet``.

    With engine "nam_core", the same arguments without ``minutes`` give the same bits in every weight, for any
    number of threads and on every instruction set with fused multiply-add. Ctrl-C ends the training and keeps
    the best epoch so far.

    Parameters
    ----------
    dry, wet : two mono sound files of the same rate and length; or two lists of as many files, which are
        trained on together.
    architecture : one of ``ARCHITECTURES``; or a .nam file or a model file of the trainer's ``nam-full``, by
        its path or as its object. "a2" trains two sizes.
    recipe : one of ``RECIPES``, or your own ``Recipe``. None takes "fast" for the engine "nam_core" and
        "trainer" for "pytorch".
    engine : "nam_core"; or "pytorch" (extra ``reference``), which trains every architecture of the package,
        also gating, FiLM, LSTM and ConvNet, by the trainer's recipe only. The bits of its weights depend on
        the machine and the threads.
    epochs : number of epochs; None takes the recipe's. ``minutes`` : train as many epochs as fit into this
        time.
    until_esr : end as soon as the sum of the ESRs of all sizes is this low; the trainer sums them, too.
    validation : a dry and a wet file for validation. None keeps the last 9 s of each pair for validation, or,
        if the dry file is one of the trainer's input files, the part that the trainer keeps.
    delay : delay of the recording in frames; None finds it.
    rate : sample rate of the files, Hz. seed : decides the first weights and the order of the items.
    threads : None takes all processors. isa : instruction set of the engine "nam_core"; None takes the best.
    force : train even if the checks of the recordings advise against it.
    metadata : values for the metadata of the .nam file: ``name``, ``modeled_by``, ``gear_type``,
        ``gear_make``, ``gear_model``, ``tone_type``, ``input_level_dbu``, ``output_level_dbu``.
    checkpoint : file that is written after every epoch. If it cannot be written, a UserWarning says so, and
        the training continues. ``resume`` : continue from the checkpoint; the result has the bits of a run
        that was not interrupted. With ``minutes`` the run keeps the number of epochs of its start.
    progress : called several times a second, and after every epoch.

    Raises
    ------
    NamTrainingError : the recordings cannot be trained on, or no epoch was completed; the message says why.
    NamConfigError : the engine cannot train the architecture. ImportError : ``engine`` is "pytorch", and
        PyTorch or the package is missing.
    NamAudioError, NamFileError, OSError : a file cannot be used. ValueError : an argument is out of range.
    """
    chosen = find_recipe(recipe, engine)
    _check_arguments(epochs, minutes, until_esr, rate, seed, threads, resume, checkpoint, metadata)
    pairs = _pairs(dry, wet)
    if checkpoint is not None:
        read_files = [path for pair in (*pairs, validation or ()) for path in pair]
        check_outputs([checkpoint], read_files + ([] if isinstance(architecture, dict) else [architecture]))
    judges = []
    if validation:
        judges = [read_pair(*validation, delay=delay, rate=rate, force=force, validates=False)]
    read = [read_pair(*pair, delay=delay, rate=rate, force=force, validates=not judges) for pair in pairs]
    run = Run(
        learners(engine, find_architecture(architecture), chosen, seed, isa),
        training_data(read, judges),
        chosen,
        epochs or chosen.epochs,
        seed,
        threads or _processors(),
        checkpoint,
    )
    started = time.monotonic()
    if resume:
        run.resume(any_length=minutes is not None)
    elif minutes is not None:
        run.epochs = _epochs_in(run, minutes, started)
    ended_by = _train(run, until_esr, progress, started)
    if not run.history:
        what = "interrupted" if ended_by == "interruption" else "a loss became infinite"
        raise NamTrainingError(f"there is no capture yet: {what} in the first epoch")
    return trained_capture(run, ended_by, force, metadata or {})


def _train(
    run: Run, until_esr: float | None, progress: Callable[[Progress], None] | None, started: float
) -> str:
    try:
        while len(run.history) < run.epochs:
            if until_esr is not None and run.history and sum(best.esr for best in run.best) <= until_esr:
                return "esr"
            goes_on = run.advance(progress, started)
            if run.unwritten is not None:
                reason = f"{run.unwritten.filename}: {run.unwritten.strerror}"
                warnings.warn(f"{reason}; the training goes on without a checkpoint", stacklevel=3)
            if not goes_on:
                return "divergence"
    except KeyboardInterrupt:
        return "interruption"
    return "epochs"


def _epochs_in(run: Run, minutes: float, started: float) -> int:
    """Number of epochs that fit into the time, computed from the time of a few steps. A run of that many
    epochs is reproducible.
    """
    trial = replace(run, checkpoint=None, history=[])
    trial.steps = min(_TRIAL_STEPS, run.steps)
    begun = time.monotonic()
    trial.advance(None, begun)
    epoch = (time.monotonic() - begun) * run.steps / trial.steps
    return max(1, int((60.0 * minutes - (time.monotonic() - started)) / epoch))


def _pairs(dry: Paths, wet: Paths) -> list[tuple[PathLike, PathLike]]:
    dries, wets = _listed("dry", dry), _listed("wet", wet)
    if len(dries) != len(wets) or not dries:
        raise ValueError(f"every dry file needs its wet file; found {len(dries)} dry and {len(wets)} wet")
    return list(zip(dries, wets, strict=True))


def _listed(name: str, paths: Paths) -> list[PathLike]:
    listed = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    if not isinstance(listed, Iterable) or isinstance(listed, (bytes, Mapping)):
        raise TypeError(f"{name} must be a path, or a list of paths; found {type(paths).__name__}")
    found = list(listed)
    for path in found:
        # An int would be used as the number of an open file.
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"each path of {name} must be a str or a Path; found {type(path).__name__}")
    return found


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_arguments(
    epochs: int | None,
    minutes: float | None,
    until_esr: float | None,
    rate: int,
    seed: int,
    threads: int | None,
    resume: bool,
    checkpoint: PathLike | None,
    metadata: Json | None,
) -> None:
    for name, value in {
        "epochs": epochs,
        "minutes": minutes,
        "until_esr": until_esr,
        "rate": rate,
        "threads": threads,
    }.items():
        if value is not None and not value > 0:
            raise ValueError(f"{name} must be above 0; found {value}")
    if seed < 0:
        raise ValueError(f"seed must be 0 or above; found {seed}")
    if epochs is not None and minutes is not None:
        raise ValueError("give epochs or minutes, not both")
    if resume and checkpoint is None:
        raise ValueError("resume needs checkpoint, the file to continue from")
    if unknown := set(metadata or {}) - set(USER_METADATA):
        raise ValueError(f"unknown metadata {sorted(unknown)[0]}; known are {', '.join(USER_METADATA)}")
