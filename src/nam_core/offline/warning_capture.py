"""Captures the warnings of one thread while other threads work."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Filters and the function that shows warnings belong to the process: the first thread that captures sets
# them, and the last one restores them.
_lock = threading.Lock()
_count = 0
_before: Any = None
_texts = threading.local()


@contextmanager
def captured_warnings() -> Iterator[list[str]]:
    """Yield a list that collects the text of every UserWarning of this thread; they are not shown."""
    if getattr(sys.flags, "context_aware_warnings", False):  # a free-threaded Python: they belong to threads
        texts: list[str] = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", category=UserWarning)
            try:
                yield texts
            finally:
                texts += [str(one.message) for one in caught]
        return
    global _count, _before
    outer: list[str] | None = getattr(_texts, "found", None)
    found: list[str] = []
    _texts.found = found
    with _lock:
        if _count == 0:
            _before = warnings.catch_warnings()
            _before.__enter__()
            warnings.filterwarnings("always", category=UserWarning)
            shown = warnings.showwarning

            def keep(message: Warning | str, category: type[Warning], *where: Any) -> None:
                texts: list[str] | None = getattr(_texts, "found", None)
                if texts is not None and issubclass(category, UserWarning):
                    texts.append(str(message))
                else:
                    shown(message, category, *where)

            warnings.showwarning = keep  # type: ignore[assignment]  # what it does not use is in where
        _count += 1
    try:
        yield found
    finally:
        _texts.found = outer
        with _lock:
            _count -= 1
            if _count == 0:
                _before.__exit__(None, None, None)
