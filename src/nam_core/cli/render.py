"""``nam-core render``: a recording through a model, to a file."""

from __future__ import annotations

import argparse
import os
from typing import Any

from .messages import progress
from .options import (
    add_channel_option,
    add_engine_options,
    add_limit_option,
    add_quality_option,
    add_response_options,
    load_model,
)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "render",
        help="run a recording through a model",
        description="Run a recording through a model. The output has the length and the sample rate of the "
        "input, in the format that OUT's name ends in (.wav, .aiff or .flac), as 32-bit float where that "
        "format has it.",
    )
    parser.add_argument("model", metavar="MODEL", help=".nam file, or sound file with an impulse response")
    parser.add_argument("input", metavar="IN", help="sound file, at the model's sample rate")
    parser.add_argument("output", metavar="OUT", help="sound file to write, such as wet.wav or wet.flac")
    add_quality_option(parser)
    add_engine_options(parser, "float32")
    add_limit_option(parser)
    parser.add_argument(
        "--compat",
        choices=("pytorch", "core"),
        default="pytorch",
        help="what to compute where the PyTorch package and the C++ core differ (default: pytorch)",
    )
    add_response_options(parser)
    add_channel_option(parser, "; both renders each by itself, to a stereo file")
    parser.add_argument(
        "--subtype", metavar="NAME", help="sample format: FLOAT (the default), PCM_16, PCM_24, ..."
    )
    parser.set_defaults(run=run, dtype="float32")


def run(arguments: argparse.Namespace) -> int:
    """Render, and return the exit status."""
    from ..audio.safe_writing import check_outputs
    from ..offline.file_rendering import render_file

    check_outputs([arguments.output], [arguments.model, arguments.input])
    model = load_model(arguments, arguments.compat, arguments.max_bytes)
    with progress(os.path.basename(arguments.input)) as show:
        render_file(
            model,
            arguments.input,
            arguments.output,
            channel=arguments.channel,
            subtype=arguments.subtype,
            progress=show,
        )
    return 0
