"""Makes standard output and error safe if they are closed, full, a pipe without a reader, or an ASCII
terminal.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import TextIO


class Outlet(io.TextIOBase):
    """A text stream whose errors never stop the command that writes to it.

    Characters that the stream's encoding does not have become "?". After a system error, stored in ``error``,
    all further text is dropped. It is also dropped if the stream is None, because the process began with it
    closed.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.error: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute in typeshed
        """The encoding of the stream."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write the text; drop it if it cannot be written."""
        if self._stream is not None and self.error is None:
            try:
                text.encode(self.encoding)
                shown = text
            except UnicodeEncodeError:
                shown = text.encode(self.encoding, "replace").decode(self.encoding)
            try:
                self._stream.write(shown)
            except OSError as error:
                self.error = error
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        if self._stream is not None and self.error is None:
            try:
                self._stream.flush()
            except OSError as error:
                self.error = error

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def forget(self) -> None:
        """Keep Python from reporting, at its end, text that this stream could not take."""
        if self.error is not None and self._stream in (sys.__stdout__, sys.__stderr__):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)


@contextmanager
def outlets() -> Iterator[Outlet]:
    """Make ``sys.stdout`` and ``sys.stderr`` outlets for the block. Yields that of standard output."""
    _fill_standard_descriptors()
    out, error = Outlet(sys.stdout), Outlet(sys.stderr)
    with redirect_stdout(out), redirect_stderr(error):
        try:
            yield out
        finally:
            for outlet in (out, error):
                outlet.flush()
                outlet.forget()


def is_closed_pipe(error: OSError) -> bool:
    """Return whether the reader of a pipe has gone; ``head`` goes when it has enough lines."""
    return error.errno in (errno.EPIPE, errno.ESHUTDOWN)


def _fill_standard_descriptors() -> None:
    """Open the null device for 0, 1 or 2 if closed; otherwise the next opened file would become standard
    error.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The system gives the lowest free descriptor.
            os.open(os.devnull, os.O_RDWR)
