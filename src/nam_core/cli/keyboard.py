"""Single keys from a terminal, and a line that is written over."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Keys:
    """The keys that are pressed; none where standard input is no terminal."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._shown = sys.stderr.isatty()

    def read(self, seconds: float) -> str:
        """The next key, or "" when none is pressed for so long."""
        if self._descriptor is None:
            time.sleep(seconds)
            return ""
        import select

        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        return os.read(self._descriptor, 1).decode("ascii", "ignore") if ready else ""

    def show(self, line: str) -> None:
        """Write the line over the one before, on standard error, if that is a terminal."""
        if self._shown:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(file=sys.stderr)


@contextmanager
def keyboard() -> Iterator[Keys]:
    """Give keys as they are pressed, without return and without an echo, until the block ends."""
    if not sys.stdin or not sys.stdin.isatty() or os.name != "posix":
        yield Keys(None)
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    keys = Keys(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield keys
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        keys.end()
