"""``nam-core export-c``: writes a model as C++ constants, for hosts without Python."""

from __future__ import annotations

import argparse
from typing import Any

from .messages import CommandError
from .options import add_quality_option


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "export-c",
        help="write a model as a C++ header",
        description="Write a model as a C++ header of constants. A host without Python compiles it in and "
        "plays it with the C++ library (docs/embedding.md).",
    )
    parser.add_argument("model", metavar="MODEL", help=".nam file")
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="header to write; - is standard output"
    )
    parser.add_argument(
        "--name", help="the header's namespace is nam_core::model_NAME (default: the name of MODEL)"
    )
    add_quality_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the header, and return the exit status."""
    from ..audio.safe_writing import check_outputs, write_file
    from ..engine.c_export import default_name, export_c
    from ..errors import NamError
    from ..format.nam_file import read_nam

    to_standard_output = arguments.output == "-"
    if not to_standard_output:
        check_outputs([arguments.output], [arguments.model])
    model = read_nam(arguments.model)
    name = default_name(model) if arguments.name is None else arguments.name
    try:
        text = export_c(model, name, arguments.quality)
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    if to_standard_output:
        print(text, end="")
    else:
        write_file(arguments.output, text)
    return 0
