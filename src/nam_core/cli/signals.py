"""Signals that end a command: it removes unfinished files first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class EndedBySignal(BaseException):
    """SIGTERM or SIGHUP has come. ``status`` is how a shell reports a program that one has ended."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(signal.Signals(number).name)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise ``EndedBySignal`` in the block, and SIGINT KeyboardInterrupt, once.

    While the block then puts things away, further signals are ignored: a second Ctrl-C would leave half a
    file. What is ignored already (``nohup``) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    taken = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: handler for number in known if (handler := signal.getsignal(number)) in taken}

    def end(number: int, frame: FrameType | None) -> None:
        for other in before:
            signal.signal(other, signal.SIG_IGN)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise EndedBySignal(number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
