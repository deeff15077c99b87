"""``nam-core convert``: converts a model of another program to a .nam file."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "convert",
        help="convert an AIDA-X or Proteus model to a .nam file",
        description="Convert the LSTM of an AIDA-X, RTNeural or Proteus (GuitarML) file to a .nam file with "
        "the same output. Sample rate and gains are kept.",
    )
    parser.add_argument("input", metavar="IN", help="JSON or .aidax file")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help=".nam file to write")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the .nam file, and return the exit status."""
    from ..audio.json_files import write_json
    from ..audio.safe_writing import check_outputs
    from ..format.conversion import convert

    check_outputs([arguments.output], [arguments.input])
    write_json(arguments.output, convert(arguments.input))
    return 0
