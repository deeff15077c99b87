"""``nam-core train-many``: trains captures of many recordings or by many architectures, and ranks them."""

from __future__ import annotations

import argparse
import os
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .messages import CommandError, progress, system_error, tell
from .options import add_training_options

if TYPE_CHECKING:
    from ..evaluation import Evaluation
    from ..training import TrainingJob, TrainingResult

_SOME_FAILED = 1


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train-many",
        help="train captures of many recordings or by many architectures, and rank them",
        description="Train a capture of each recording of DRY by each architecture, several at a time, and "
        "rank the architectures by error and time. Repeat an interrupted command to continue it.",
    )
    parser.add_argument("dry", metavar="DRY", help="sound file that was played into the gear")
    parser.add_argument(
        "wet",
        metavar="WET",
        nargs="+",
        help="sound files that were recorded from the gear, or folders of them",
    )
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help="folder for WET-NAME.nam")
    parser.add_argument(
        "--architecture",
        nargs="+",
        default=["a2"],
        metavar="NAME",
        help="architectures as in nam-core train, one or more; nam-core search --train-config writes files "
        "for them",
    )
    add_training_options(parser)
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="number of epochs (default: the recipe's, fast 60, trainer 100)",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="use a Dask cluster: tcp://HOST:PORT of its scheduler, or local for one process per core",
    )
    parser.add_argument(
        "--html",
        metavar="FILE",
        help="write the ranking as a page, with the architectures that no other beats in both error and time",
    )
    parser.add_argument("--json", metavar="FILE", help="write the ranking for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, rank, write, and return the exit status."""
    from ..audio.safe_writing import check_outputs, make_folder
    from ..training import train_many

    jobs = _jobs(arguments)
    make_folder(arguments.output)
    pages = [path for path in (arguments.html, arguments.json) if path]
    check_outputs(
        [*(job.output for job in jobs), *pages],
        {path for job in jobs for path in (job.dry, job.wet)} | set(arguments.architecture),
    )
    if arguments.html:
        from ..pages import require_pages

        require_pages()
    steps = dict.fromkeys(jobs, (0, 1))
    with _executor(arguments.dask) as executor, progress("training") as show:

        def follow(job: TrainingJob, done: int, total: int) -> None:
            steps[job] = (done, total)
            show(round(1000 * sum(part / whole for part, whole in steps.values())), 1000 * len(steps))

        def told(result: TrainingResult) -> None:
            follow(result.job, 1, 1)
            _tell(result)

        results = train_many(jobs, executor, on_result=told, on_progress=follow)
    done = [result.job for result in results if result.record is not None]
    if done:
        _rank(arguments, done)
    return 0 if len(done) == len(jobs) else _SOME_FAILED


def _jobs(arguments: argparse.Namespace) -> list[TrainingJob]:
    from ..offline.finding_files import RECORDINGS, find_files
    from ..training import ARCHITECTURES, TrainingJob
    from ..training.architectures import architecture as find_architecture
    from ..training.engines import learners
    from ..training.many import output_name
    from ..training.recipes import find_recipe

    try:
        wets = find_files(arguments.wet, RECORDINGS, "recording")
        for source in arguments.architecture:
            # Report an architecture that cannot be trained before any training begins.
            recipe = find_recipe(arguments.recipe, arguments.engine)
            learners(arguments.engine, find_architecture(source), recipe, 0, None)
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise CommandError(str(error)) from None
    return [
        TrainingJob(
            os.path.abspath(arguments.dry),
            os.path.abspath(wet),
            os.path.join(os.path.abspath(arguments.output), output_name(wet, source)),
            source if source in ARCHITECTURES else os.path.abspath(source),
            arguments.recipe,
            arguments.engine,
            arguments.epochs,
            arguments.seed,
            arguments.rate,
            arguments.force,
        )
        for wet in wets.values()
        for source in arguments.architecture
    ]


def _executor(address: str | None) -> AbstractContextManager[Executor | None]:
    if address is None:
        return nullcontext()
    from ..offline.cluster import cluster

    return cluster(address)


def _tell(result: TrainingResult) -> None:
    name = os.path.basename(result.job.output)
    if result.record is None:
        error = result.error
        tell("train-many", f"{name}: {system_error(error) if isinstance(error, OSError) else error}")
        return
    esr = " ".join(f"{value:.5f}" for value in result.record["esr"])
    tell("train-many", f"{name}: ESR {esr}, {result.record['epochs']} epochs")


def _rank(arguments: argparse.Namespace, done: list[TrainingJob]) -> None:
    from ..evaluation import tables
    from ..evaluation.verdict import verdict
    from ..training.many import rank_architectures
    from .tables import print_table

    with progress("evaluating") as show:
        try:
            evaluation = rank_architectures(done, progress=show)
        except ValueError as error:
            if type(error) is not ValueError:
                raise
            raise CommandError(str(error)) from None
    _write(arguments, evaluation)
    print_table(tables.ranking(evaluation))
    for sentence in verdict(evaluation):
        print(sentence)


def _write(arguments: argparse.Namespace, evaluation: Evaluation) -> None:
    from ..audio.safe_writing import write_file
    from ..evaluation import page, write_json

    if arguments.json:
        write_json(evaluation, Path(arguments.json))
    if arguments.html:
        write_file(arguments.html, page(evaluation))
