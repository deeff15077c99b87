"""Reads single keys from a terminal, and rewrites one line on it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Keys:
    """Reads keys as they are pressed; reads none if standard input is not a terminal."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._shown = sys.stderr.isatty()

    def read(self, seconds: float) -> str:
        """Return the next key, or "" if none is pressed within this time."""
        if self._descriptor is None:
            time.sleep(seconds)
            return ""
        import select

        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        return os.read(self._descriptor, 1).decode("ascii", "ignore") if ready else ""

    def show(self, line: str) -> None:
        """Replace the present line on standard error, if that is a terminal."""
        if self._shown:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Go to a new line."""
        if self._shown:
            print(file=sys.stderr)


@contextmanager
def keyboard() -> Iterator[Keys]:
    """Yield ``Keys``. Until the block ends, keys need no Return and are not echoed."""
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
