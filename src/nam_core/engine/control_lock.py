"""Locks that no fork leaves locked."""

from __future__ import annotations

import os
import threading
import weakref


class ControlLock:
    """A reentrant lock, free in a forked child, whichever thread held it in the parent.

    Only the thread that forks lives on in the child: a lock of another one would stay locked there for ever.
    So a fork waits until each of these locks is free, as it does for those of ``logging``.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        with _registering:
            _all.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_registering = threading.RLock()
_all: weakref.WeakSet[ControlLock] = weakref.WeakSet()
_held: list[ControlLock] = []


def _before_fork() -> None:
    _registering.acquire()
    _held.extend(_all)
    for lock in _held:
        lock.__enter__()


def _after_fork() -> None:
    for lock in _held:
        lock.__exit__()
    _held.clear()
    _registering.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
