"""``nam-core render``: a recording through a model, to a file."""

from __future__ import annotations

import argparse
import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import CommandError, progress, tell
from .options import add_channel_option, add_engine_options, load_model

if TYPE_CHECKING:
    from .audio_output import AudioOutput

_BLOCK_FRAMES = 16384


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "render",
        help="run a recording through a model",
        description="Run a recording through a model. The output has the length and the sample rate of the "
        "input, in the format that OUT's name ends in, as 32-bit float where that format has it.",
    )
    parser.add_argument("model", metavar="MODEL", help=".nam file")
    parser.add_argument("input", metavar="IN", help="sound file, at the model's sample rate")
    parser.add_argument("output", metavar="OUT", help="sound file to write, such as wet.wav or wet.flac")
    add_engine_options(parser, "float32")
    parser.add_argument(
        "--compat",
        choices=("pytorch", "core"),
        default="pytorch",
        help="what to compute where the PyTorch package and the C++ core differ (default: pytorch)",
    )
    add_channel_option(parser, "; both renders each by itself, to a stereo file")
    parser.add_argument(
        "--subtype", metavar="NAME", help="sample format: FLOAT (the default), PCM_16, PCM_24, ..."
    )
    parser.set_defaults(run=run, dtype="float32")


def run(arguments: argparse.Namespace) -> int:
    """Render, and return the exit status."""
    from .audio_input import open_audio
    from .audio_output import choose_encoding, create_audio

    for name in (arguments.model, arguments.input):
        if _same_file(name, arguments.output):
            raise CommandError(f"{arguments.output}: is also an input, and would be overwritten")
    model = load_model(arguments, arguments.compat)
    with open_audio(arguments.input, model, arguments.channel) as source:
        copies = [model.copy() for _ in source.rows]
        channels = model.output_channels * len(copies)
        encoding = choose_encoding(arguments.output, arguments.subtype, channels, source.frames)
        with (
            create_audio(arguments.output, encoding, source.sample_rate, channels) as sink,
            progress(os.path.basename(arguments.input), source.frames) as advance,
        ):
            for block in source.blocks(_BLOCK_FRAMES):
                wet = [copy.process(block[row]) for copy, row in zip(copies, source.rows, strict=True)]
                sink.write(np.vstack(wet))
                advance(block.shape[1])
    _warn_of_clipping(arguments, sink)
    return 0


def _same_file(first: str, second: str) -> bool:
    return os.path.exists(first) and os.path.exists(second) and os.path.samefile(first, second)


def _warn_of_clipping(arguments: argparse.Namespace, sink: AudioOutput) -> None:
    if sink.clipped:
        tell(
            arguments.command,
            f"warning: {sink.clipped} samples were clipped, by up to {20 * math.log10(sink.peak):.1f} dB; "
            "a float subtype keeps them",
        )
