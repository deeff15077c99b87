"""``nam-core modelset``: writes models for a survey of CPU use."""

from __future__ import annotations

import argparse
from typing import Any

from .messages import progress_of_steps, tell
from .options import add_overwrite_option, writing_to_folder


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "modelset",
        help="write a set of models for a survey of CPU use",
        description="Write a set of models for a survey of CPU use: presets, and a sweep over the format's "
        "configurations. The weights are random, scaled so that a guitar sounds through them. index.json "
        "describes each model.",
    )
    parser.add_argument("folder", metavar="DIR", help="folder to write to; created if missing")
    parser.add_argument("--seed", type=_seed, default=0, help="seed of the weights (default: 0)")
    add_overwrite_option(parser, "the set")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the set, and return the exit status."""
    from ..survey.modelset.writing import NUMBER_OF_MODELS, write

    with (
        writing_to_folder(arguments.folder, "the set"),
        progress_of_steps("writing models", NUMBER_OF_MODELS) as advance,
    ):
        for _ in write(arguments.folder, arguments.seed, overwrite=arguments.overwrite):
            advance(1)
    tell(arguments.command, f"{NUMBER_OF_MODELS} models and index.json are in {arguments.folder}")
    return 0


def _seed(text: str) -> int:
    seed = int(text)
    if seed < 0:
        raise argparse.ArgumentTypeError(f"{text} is not a seed; a seed is 0, 1, 2, ...")
    return seed
