"""The command ``nam-core``: one module per subcommand, each a thin layer over the library."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Sequence

from ..errors import NamError
from . import bench, compare, cost, export_c, info, modelset, render, selftest
from .messages import CommandError, tell

# In the order of --help.
_COMMANDS = (info, render, compare, bench, modelset, cost, selftest, export_c)

_BAD_INPUT = 2
# As a shell reports a program that was ended by Ctrl-C.
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status.

    Parameters
    ----------
    argv : the arguments without the program's name; None takes those of the process.

    Returns
    -------
    0, or what the command says, or 2 after one line on standard error that says what is wrong with the input.

    Raises
    ------
    SystemExit
        As argparse does: after ``--help``, and with status 2 for arguments that do not parse.
    """
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.version:
        from ..engine.runtime import runtime_info

        print(f"nam-core {runtime_info()['version']}")
        return 0
    if arguments.command is None:
        parser.error("name a command; nam-core --help lists them")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: tell(arguments.command, f"warning: {message}")
            status: int = arguments.run(arguments)
        return status
    except KeyboardInterrupt:
        tell(arguments.command, "interrupted")
        return _INTERRUPTED
    except OSError as error:
        # Its own text is "[Errno 2] No such file or directory: 'a.nam'".
        named = error.filename is not None and error.strerror is not None
        tell(arguments.command, f"{error.filename}: {error.strerror}" if named else str(error))
    except (NamError, CommandError, ImportError) as error:
        tell(arguments.command, str(error))
    return _BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nam-core", description="Exact inference of Neural Amp Modeler (.nam) models."
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser
