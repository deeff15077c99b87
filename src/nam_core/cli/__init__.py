"""The command ``nam-core``: one module per subcommand, each a thin layer over the library."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence

from ..errors import NamError
from . import (
    bench,
    combine,
    compare,
    convert,
    cost,
    dataset,
    evaluate,
    export_c,
    info,
    listen,
    modelset,
    play,
    render,
    search,
    selftest,
    suite,
    train,
    train_many,
    web,
)
from .messages import CommandError, system_error, tell
from .signals import EndedBySignal, ended_by_signals
from .terminal import is_closed_pipe, outlets

# In the order of --help.
_COMMANDS = (
    info,
    render,
    play,
    dataset,
    evaluate,
    listen,
    suite,
    compare,
    bench,
    modelset,
    cost,
    search,
    selftest,
    export_c,
    convert,
    combine,
    train,
    train_many,
    web,
)

_BAD_INPUT = 2
# As a shell reports a program that was ended by Ctrl-C, or by writing to a pipe that nobody reads.
_INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status.

    Parameters
    ----------
    argv : the arguments without the program's name; None takes those of the process.

    Returns
    -------
    0, or what the command says, or 2 after one line on standard error that says what is wrong with the input.
    A command that a signal ends gives 128 and the signal's number, as a shell would say. Files are then as
    they were.

    Raises
    ------
    SystemExit
        As argparse does: after ``--help``, and with status 2 for arguments that do not parse.
    """
    with outlets() as out:
        try:
            status = _run(argv)
        except SystemExit as stop:
            out.flush()
            if out.error is None:
                raise
            status = stop.code if isinstance(stop.code, int) else 0
        out.flush()
        if out.error is None:
            return status
        # The command has gone on: what it was to write to files is there.
        if is_closed_pipe(out.error):
            return status or _CLOSED_PIPE
        print(f"nam-core: standard output: {out.error.strerror}", file=sys.stderr)
        return _BAD_INPUT


def _run(argv: Sequence[str] | None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.version:
        from ..engine.runtime import runtime_info

        print(f"nam-core {runtime_info()['version']}")
        return 0
    if arguments.command is None:
        parser.error("name a command; nam-core --help lists them")
    try:
        with ended_by_signals(), warnings.catch_warnings():
            # Of what is said about files nothing is left out, whatever filters the environment sets.
            warnings.filterwarnings("always", category=UserWarning)
            warnings.showwarning = _each_once(arguments.command)
            status: int = arguments.run(arguments)
        return status
    except KeyboardInterrupt:
        tell(arguments.command, "interrupted")
        return _INTERRUPTED
    except EndedBySignal as signal:
        tell(arguments.command, f"ended by {signal}")
        return signal.status
    except OSError as error:
        tell(arguments.command, system_error(error))
    except (NamError, CommandError, ImportError) as error:
        tell(arguments.command, str(error))
    return _BAD_INPUT


def _each_once(command: str) -> Callable[..., None]:
    """Prints a warning as a line: once, also where a command loads the same file several times."""
    told: set[str] = set()

    def show(message: Warning | str, *_: object) -> None:
        if str(message) not in told:
            told.add(str(message))
            tell(command, f"warning: {message}")

    return show


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nam-core", description="Exact inference of Neural Amp Modeler (.nam) models."
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser
