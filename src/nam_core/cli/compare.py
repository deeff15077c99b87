"""``nam-core compare``: compares the engine with the PyTorch package."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from .messages import CommandError
from .options import (
    add_channel_option,
    add_engine_options,
    add_limit_option,
    add_quality_option,
    duration,
    load_model,
)

if TYPE_CHECKING:
    from ..audio.arrays import Audio
    from ..model import Model

_SYNTHESISED_SECONDS = 5.0
# Exit status if bits differ that must be equal: float64 engine and package, or float32 engine and its mirror.
_DIFFERENT = 1
_DTYPES = {"pytorch": "float64", "exact": "float32"}


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "compare",
        help="compare the engine with the PyTorch package",
        description="Compare the engine's output with that of the PyTorch package in float64, or with a "
        "PyTorch program that repeats the engine's float32 operations (--against exact). The exit status is "
        "1 if bits differ that must be equal: those of the float64 engine, rounded to float32, and the "
        "package's; or those of the float32 engine and the program's. Needs nam_core[reference].",
    )
    parser.add_argument("model", metavar="MODEL", help=".nam file")
    parser.add_argument(
        "input", metavar="WAV", nargs="?", help="sound file; without it, a synthesised guitar-like signal"
    )
    parser.add_argument(
        "--against",
        choices=tuple(_DTYPES),
        default="pytorch",
        help="pytorch (default): the package, in float64. exact: the float32 engine's operations, one by one "
        "in PyTorch; slow: 20 ns and more per weight and sample",
    )
    add_quality_option(parser)
    add_engine_options(parser, "float64; with --against exact, float32")
    add_channel_option(parser, "")
    add_limit_option(parser)
    parser.add_argument(
        "--seconds",
        type=duration,
        help=f"seconds to compare (default: all of WAV; without WAV {_SYNTHESISED_SECONDS:g})",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run, dtype=None)


def run(arguments: argparse.Namespace) -> int:
    """Compare, print the report, and return the exit status."""
    from ..evaluation.comparison import compare

    expected = _DTYPES[arguments.against]
    arguments.dtype = arguments.dtype or expected
    if arguments.against == "exact" and arguments.dtype != expected:
        raise CommandError("--against exact always uses float32; leave --dtype out")
    signal = _signal(arguments, load_model(arguments))
    if signal.size == 0:
        raise CommandError("there are no samples to compare")
    report = compare(
        arguments.model,
        signal,
        dtype=arguments.dtype,
        quality=arguments.quality,
        isa=arguments.isa,
        against=arguments.against,
        max_bytes=arguments.max_bytes,
    )
    print(json.dumps(report.to_dict(), indent=2) if arguments.json else report)
    return _DIFFERENT if arguments.dtype == expected and report.differing_samples else 0


def _signal(arguments: argparse.Namespace, model: Model) -> Audio:
    """Return the signal: ``(frames,)`` for a mono model, else ``(channels, frames)``."""
    if arguments.input is None:
        from ..audio.dry_signal import dry_signal

        frames = round((arguments.seconds or _SYNTHESISED_SECONDS) * model.sample_rate)
        rows = dry_signal(frames, model.sample_rate, model.input_channels)
        return rows[0] if model.input_channels == 1 else rows
    from ..audio.reader import open_audio
    from ..offline.recording import check_rate, choose_rows, of_file

    with open_audio(arguments.input) as source:
        recording = of_file(source, model.dtype.name)
        check_rate(recording, model, "resample the recording first")
        indices = choose_rows(recording, model.input_channels, arguments.channel)
        if len(indices) > 1:
            raise CommandError("compare takes one channel; choose with --channel left or right")
        frames = None if arguments.seconds is None else round(arguments.seconds * source.sample_rate)
        (index,) = indices
        signal: Audio = source.read_rest(model.dtype.name, frames)[index]
        return signal
