"""``nam-core combine``: writes pedal, amplifier and cabinet as one .nam file."""

from __future__ import annotations

import argparse
from typing import Any

from .messages import CommandError
from .options import add_response_options


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "combine",
        help="connect models and write them as one .nam file",
        description="Connect models in the order given, such as pedal, amplifier and cabinet, and write them "
        "as one .nam file (a Sequential, which NeuralAmpModelerCore 0.6.0 and later reads).",
    )
    parser.add_argument(
        "models", metavar="MODEL", nargs="+", help=".nam file, or sound file with an impulse response"
    )
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help=".nam file to write")
    parser.add_argument(
        "--gain",
        dest="gains",
        type=float,
        action="append",
        default=[],
        metavar="DB",
        help="gain between two models; give one for each pair, in order (default: no gains)",
    )
    add_response_options(parser)
    parser.add_argument("--name", help="name for the file's metadata")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and return the exit status."""
    from ..audio.safe_writing import check_outputs
    from ..chaining import chain, save
    from ..errors import NamError

    check_outputs([arguments.output], arguments.models)
    try:
        rig = chain(
            arguments.models,
            arguments.gains,
            sample_rate=arguments.sample_rate,
            normalize=arguments.normalize_response,
            linear_taps=arguments.linear_taps,
        )
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    save(rig, arguments.output, metadata=None if arguments.name is None else {"name": arguments.name})
    return 0
