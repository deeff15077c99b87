"""``nam-core render``: runs recordings through models and writes sound files."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from .audio_progress import audio_progress
from .messages import CommandError, system_error, tell
from .options import (
    add_channel_option,
    add_engine_options,
    add_level_options,
    add_limit_option,
    add_response_options,
    add_signal_options,
    tell_if_sound,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..offline.batch_plan import Batch
    from ..offline.job import RenderJob
    from ..offline.many import JobResult
    from ..offline.side_by_side import Record

_SOME_FAILED = 1


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "render",
        help="run recordings through models",
        description="Run a recording through a model; or, with --input and --output, each of many "
        "recordings through each of many models. An output has the length and the sample rate of its input. "
        "The ending of its name is its format (.wav, .aiff or .flac). Samples are 32-bit float if the "
        "format has that.",
        usage="nam-core render MODEL IN OUT [options]\n"
        "       nam-core render MODEL... --input FILE|DIR... --output DIR [options]\n"
        "       nam-core render --jobs FILE [options]",
    )
    parser.add_argument(
        "paths",
        metavar="MODEL",
        nargs="*",
        help=".nam files, folders of them, patterns, or sound files as impulse responses; without "
        "--input and --output, the last two arguments are the recording and the sound file to write",
    )
    batch = parser.add_argument_group("many files")
    batch.add_argument("--input", metavar="FILE|DIR", nargs="+", help="recordings: files, folders, patterns")
    batch.add_argument(
        "--output", metavar="DIR", help="folder for the results, and for manifest.json and manifest.csv"
    )
    batch.add_argument("--jobs", metavar="FILE", help="TOML file with batches, instead of these options")
    batch.add_argument(
        "--name",
        metavar="NAME",
        help='name of a result below DIR (default: "{model}/{input}"; {size} and {ext} work, too)',
    )
    batch.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="use a Dask cluster: tcp://HOST:PORT of its scheduler, or local for one process per core",
    )
    batch.add_argument(
        "--format", metavar="ENDING", help="format of the results: wav (the default), flac or aiff"
    )
    parser.add_argument(
        *("--size", "--quality"),
        dest="size",
        metavar="SIZE",
        help="size of a slimmable model: full (the default), lite, a quality from 0 (smallest) to 1, or, for "
        "many files, all",
    )
    parser.add_argument(
        "--blend",
        metavar="DB,DB...",
        help="play the models together, aligned, each at its gain in dB; i after a gain inverts the "
        "polarity (--blend=0,-3i)",
    )
    add_signal_options(parser)
    add_channel_option(parser, "; all renders each channel separately, to a result with as many channels")
    add_level_options(parser)
    parser.add_argument(
        "--subtype", metavar="NAME", help="sample format: FLOAT (the default), PCM_16, PCM_24, ..."
    )
    engine = parser.add_argument_group("engine and file of the model")
    add_engine_options(engine, "float32")
    add_limit_option(engine)
    engine.add_argument(
        "--compat",
        choices=("pytorch", "core"),
        default="pytorch",
        help="which of the two to follow where the PyTorch package and the C++ core differ (default: "
        "pytorch)",
    )
    add_response_options(engine)
    parser.add_argument("--json", action="store_true", help="print one line of JSON per file")
    parser.set_defaults(run=run, dtype="float32")


def run(arguments: argparse.Namespace) -> int:
    """Render, and return the exit status."""
    try:
        if arguments.jobs is None and arguments.input is None and arguments.output is None:
            if arguments.dask is not None:
                raise CommandError("--dask needs --input and --output, or --jobs")
            return _one(arguments)
        return max(_batch(arguments, batch) for batch in _batches(arguments))
    except ValueError as error:
        raise CommandError(str(error)) from error


def _one(arguments: argparse.Namespace) -> int:
    from ..audio.safe_writing import check_outputs
    from ..offline.job import run_job

    job = _only_job(arguments)
    check_outputs([job.output], job.paths_read)
    with audio_progress(os.path.basename(job.input)) as bar:
        bar.expect([job])
        record = run_job(job, progress=lambda done, total: bar.show(job, done, total))
    for model in job.models:
        tell_if_sound(arguments.command, str(model))
    _report(arguments, record, set())
    return 0


def _only_job(arguments: argparse.Namespace) -> RenderJob:
    from dataclasses import replace

    from ..offline.batch_options import load_options, parse_blend, render_options
    from ..offline.batch_plan import named_quality
    from ..offline.job import BlendSource, RenderJob

    if len(arguments.paths) < 3:
        raise CommandError(
            "give MODEL IN OUT, or models with --input and --output; see nam-core render --help"
        )
    *models, dry, wet = arguments.paths
    model: Any = models[0]
    if arguments.blend is not None:
        mix = parse_blend(arguments.blend)
        if len(mix) != len(models):
            raise CommandError(f"a blend needs a gain for each model: {len(models)}; found {len(mix)}")
        model = tuple(BlendSource(path, *part) for path, part in zip(models, mix, strict=True))
    elif len(models) > 1:
        raise CommandError("several models need --input and --output, or --blend")
    options = vars(arguments)
    load = replace(load_options(options), quality=named_quality(arguments.size or "full"))
    return RenderJob(model, dry, wet, render_options(options), load)


def _batches(arguments: argparse.Namespace) -> list[Batch]:
    from ..offline.batch_options import batch_of, read_jobs

    if arguments.jobs is None:
        return [batch_of({**vars(arguments), "models": arguments.paths})]
    if arguments.paths or arguments.input or arguments.output:
        raise CommandError("--jobs FILE already names the models, inputs and outputs; give no others")
    return read_jobs(arguments.jobs)


def _batch(arguments: argparse.Namespace, batch: Batch) -> int:
    from ..offline.batch import run_batch

    said: set[str] = set()
    with _executor(arguments.dask) as executor, audio_progress("render") as bar:

        def told(result: JobResult) -> None:
            bar.done(result.job)
            if result.record is not None:
                _report(arguments, result.record, said)
            elif arguments.json:
                print(json.dumps({"output": result.job.output, "error": _reason(result.error)}), flush=True)

        report = run_batch(
            _jobs(arguments, batch),
            batch.output,
            inputs=[] if arguments.jobs is None else [arguments.jobs],
            executor=executor,
            on_start=lambda todo, kept: bar.expect(todo),
            on_result=told,
            on_progress=bar.show,
        )
    made = len(report.results) - len(report.failed)
    counts = {"made": made, "kept": len(report.kept), "failed": len(report.failed)}
    if arguments.json:
        print(json.dumps({"folder": batch.output, **counts}))
    else:
        print(f"{batch.output}: {made} made, {len(report.kept)} kept, {len(report.failed)} failed")
    # A recording that cannot be read fails with every model, for one reason.
    for reason, times in Counter(_reason(result.error) for result in report.failed).items():
        tell(arguments.command, f"failed: {reason}" + (f" ({times} outputs)" if times > 1 else ""))
    return _SOME_FAILED if report.failed else 0


def _executor(address: str | None) -> AbstractContextManager[Executor | None]:
    if address is None:
        return nullcontext()
    from ..offline.cluster import cluster

    return cluster(address)


def _jobs(arguments: argparse.Namespace, batch: Batch) -> list[RenderJob]:
    if arguments.dask is None:
        return batch.jobs()
    from ..offline.cluster import for_any_machine

    return [for_any_machine(job) for job in batch.jobs()]


def _report(arguments: argparse.Namespace, record: Record, said: set[str]) -> None:
    """Print the notes about an output. ``said`` holds the notes that have been printed and are not printed
    again: otherwise a note about a model would appear once for every recording.
    """
    notes = [f"warning: {warning}" for warning in record["warnings"]]
    if not record["sample_rate_known"]:
        notes.insert(0, f"{record['model']} does not state its sample rate; 48000 Hz assumed")
    for note in notes:
        if note not in said:
            said.add(note)
            tell(arguments.command, note)
    if arguments.json:
        print(json.dumps(record, allow_nan=False), flush=True)


def _reason(error: Exception | None) -> str:
    return system_error(error) if isinstance(error, OSError) else str(error)
