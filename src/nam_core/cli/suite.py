"""``nam-core suite``: writes dry recordings for judging captures."""

from __future__ import annotations

import argparse
from typing import Any

from .messages import CommandError, progress_of_steps, tell
from .options import add_overwrite_option, writing_to_folder


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "suite",
        help="write dry recordings for judging captures",
        description="Write dry recordings for judging captures: picked notes, chords, palm mutes, a bass, "
        "volume swells, a sweep, two tones at a time, steps of level. All of them are computed and free to "
        "use (CC0). suite.json states the purpose of each. The same seed and rate give the same bytes.",
    )
    parser.add_argument("folder", metavar="DIR", help="folder to write to; created if missing")
    parser.add_argument("--sample-rate", type=int, default=48000, metavar="HZ", help="default: 48000")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random choices (default: 0)")
    parser.add_argument(
        "--recordings", metavar="FOLDER", help="add the sound files of this folder, unchanged, to the suite"
    )
    add_overwrite_option(parser, "the suite")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the suite, and return the exit status."""
    from ..errors import NamError
    from ..suite.pieces import PIECES
    from ..suite.writing import MANIFEST, write_suite

    written = 0
    try:
        with (
            writing_to_folder(arguments.folder, "the suite"),
            progress_of_steps("writing the suite", len(PIECES)) as advance,
        ):
            for _ in write_suite(
                arguments.folder,
                sample_rate=arguments.sample_rate,
                seed=arguments.seed,
                recordings=arguments.recordings,
                overwrite=arguments.overwrite,
            ):
                written += 1
                advance(1)
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    tell(arguments.command, f"{written} sound files and {MANIFEST} are in {arguments.folder}")
    return 0
