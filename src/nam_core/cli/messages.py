"""Messages of the commands to standard error. Standard output is for results only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """Input that a command cannot use. The user sees the text."""


def printable(text: str) -> str:
    """Return the text as one line. Control characters, by which a file could control a terminal, become
    blanks.

    A byte of a file name that is not UTF-8 becomes U+FFFD, the replacement character.
    """
    known = "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= c <= "\udfff" else c for c in text)
    return "".join(c if c.isprintable() else " " for c in known)


def tell(command: str, message: str) -> None:
    """Write one line to standard error, with the command's name in front."""
    print(f"nam-core {command}: {printable(message)}", file=sys.stderr)


def system_error(error: OSError) -> str:
    """Return file and reason. An OSError's own text is "[Errno 2] No such file or directory: 'a.nam'"."""
    named = error.filename is not None and error.strerror is not None
    return f"{os.fsdecode(error.filename)}: {error.strerror}" if named else str(error)


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error while the block runs, if that is a terminal.

    Parameters
    ----------
    description : the text before the bar.

    Yields
    ------
    A function to call with the work done so far and the total work.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(printable(description)), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def progress_of_steps(description: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar for this many steps. Yields a function that takes the number of steps just done."""
    with progress(description) as show:
        done = 0

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            show(done, total)

        show(0, total)
        yield advance
