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
# The exit status that a shell reports for a program ended by Ctrl-C.
_INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status.

    Parameters
    ----------
    argv : the arguments without the program's name; None takes those of the process.

    Returns
    -------
    The command's exit status (0 if all went well), or 2 after an error in the input, which is reported as one
    line on standard error. If a signal ends the command, 128 plus the signal's number, as a shell reports it;
    no file is then half-written.

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
        # The command itself has run to its end and has written its files.
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
            # Show every warning about a file, whatever filters the environment sets.
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
    """Return a function that prints each warning as one line, and the same warning only once."""
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
