"""``nam-core dataset``: makes a data set for machine learning from recordings and models."""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .messages import CommandError, progress
from .options import (
    add_engine_options,
    add_limit_option,
    add_quality_option,
    add_response_options,
)

if TYPE_CHECKING:
    from ..datasets import Dataset, DatasetOptions
    from ..offline.options import LoadOptions

_SPLIT = ("train=0.8", "validation=0.1", "test=0.1")


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "dataset",
        help="make a data set for machine learning",
        description="Cut recordings into segments, play the segments through models, and write both as "
        "Parquet. The same arguments give the same bytes. A run that was interrupted continues when you "
        "repeat the command. Needs the extra dataset.",
    )
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help=".nam file, impulse response, folder of .nam files, or pattern",
    )
    parser.add_argument(
        "--input", nargs="+", required=True, metavar="PATH", help="recordings: files, folders, patterns"
    )
    parser.add_argument(
        "--output", required=True, metavar="DIR", help="folder for the data set, new or empty"
    )
    segments = parser.add_argument_group("segments")
    segments.add_argument(
        "--length", type=int, default=48_000, metavar="FRAMES", help="length of a segment (default: 48000)"
    )
    segments.add_argument(
        "--hop",
        type=int,
        metavar="FRAMES",
        help="distance from one segment's start to the next's (default: the length)",
    )
    segments.add_argument(
        "--silence",
        type=_level,
        default=-60.0,
        metavar="DB",
        help='leave out segments whose RMS is below this level (default: -60); "keep" leaves out none',
    )
    segments.add_argument(
        "--gain-db",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="draw a gain between these for the dry signal of each segment",
    )
    segments.add_argument(
        "--channel", metavar="C", help="channel of recordings with several channels: left, right, 1, 2, ..."
    )
    segments.add_argument("--skip-bad", action="store_true", help="leave out recordings that cannot be used")
    files = parser.add_argument_group("rows and files")
    files.add_argument(
        "--split",
        nargs="+",
        default=_SPLIT,
        metavar="NAME=SHARE",
        help=f"splits and their shares; a recording is never cut (default: {' '.join(_SPLIT)})",
    )
    files.add_argument("--seed", type=int, default=0, help="seed of splits and gains (default: 0)")
    files.add_argument(
        "--layout",
        choices=("pairs", "many"),
        default="pairs",
        help="pairs: one row per segment and model; many: one row per segment with all models",
    )
    files.add_argument(
        "--format",
        choices=("parquet", "flac"),
        default="parquet",
        help="parquet: samples in Parquet; flac: FLAC files, and an index in Parquet",
    )
    files.add_argument(
        "--sample-dtype",
        choices=("float32", "float16", "int16", "int24"),
        help="type of the samples (default: float32; int24 in FLAC)",
    )
    files.add_argument(
        "--shard-mb", type=int, default=256, metavar="MB", help="most MB of samples per file (default: 256)"
    )
    models = parser.add_argument_group("models")
    add_quality_option(models)
    add_engine_options(models, "float32")
    add_limit_option(models)
    add_response_options(models)
    parser.set_defaults(run=run, dtype="float32")


def run(arguments: argparse.Namespace) -> int:
    """Make the data set, print its size, and return the exit status."""
    from ..datasets import make_dataset
    from ..errors import NamError

    try:
        options, load_options = _options(arguments)
        with progress(os.path.basename(os.path.normpath(arguments.output))) as show:
            made = make_dataset(
                arguments.models,
                arguments.input,
                arguments.output,
                options=options,
                load_options=load_options,
                progress=lambda what, done, total: show(done, total),
            )
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    _print(made, options)
    return 0


def _options(arguments: argparse.Namespace) -> tuple[DatasetOptions, LoadOptions]:
    from ..datasets import DatasetOptions
    from ..offline.batch_options import load_options

    options = DatasetOptions(
        length=arguments.length,
        hop=arguments.hop,
        split=dict(map(_share, arguments.split)),
        layout=arguments.layout,
        format=arguments.format,
        sample_dtype=arguments.sample_dtype,
        gain_db=None if arguments.gain_db is None else tuple(arguments.gain_db),
        silence_db=arguments.silence,
        channel=arguments.channel,
        seed=arguments.seed,
        shard_bytes=arguments.shard_mb * 2**20,
        skip_bad=arguments.skip_bad,
    )
    return options, replace(load_options(vars(arguments)), quality=arguments.quality)


def _level(text: str) -> float:
    """Parse a number of dB, or "keep"."""
    return -math.inf if text == "keep" else float(text)


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise CommandError(f"--split {text}: a split is NAME=SHARE, such as train=0.8") from None


def _print(made: Dataset, options: DatasetOptions) -> None:
    for split, segments in made.segments.items():
        hours = segments * options.length / made.sample_rate / 3600
        print(f"{split}: {segments:,} segments ({hours:.3g} h) of {made.recordings[split]:,} recordings")
    print(f"left out because silent: {made.silent:,} segments")
    kept = f", {made.shards - made.made} of them from an earlier run" if made.made < made.shards else ""
    print(f"{made.folder}: {made.shards} Parquet files{kept}")
