"""Signals that end a command. Before it ends, the command removes unfinished files."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class EndedBySignal(BaseException):
    """SIGTERM or SIGHUP has arrived. ``status`` is the exit status that a shell would report."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(signal.Signals(number).name)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise ``EndedBySignal`` in the block, and SIGINT KeyboardInterrupt, once.

    While the block then cleans up, further signals are ignored: a second Ctrl-C would leave an unfinished
    file. Signals that are ignored already (``nohup``) stay ignored.
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
