"""What the commands say besides their results: on standard error, which leaves standard output to those."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """Input that a command cannot use; the text is what the user reads."""


def printable(text: str) -> str:
    """The text on one line, without what a file could do to a terminal with control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def tell(command: str, message: str) -> None:
    """Write one line to standard error, with the command's name in front."""
    print(f"nam-core {command}: {printable(message)}", file=sys.stderr)


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error while the block runs, if that is a terminal.

    Parameters
    ----------
    description : stands before the bar.
    total : number of steps.

    Yields
    ------
    Call it with the number of steps just done.
    """
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(printable(description)), total=total)
        yield lambda steps: bar.advance(task, steps)
