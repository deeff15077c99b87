"""Refuses to be imported in a subinterpreter, in which NumPy and orjson do not work, or hang."""

from __future__ import annotations

import sys
from importlib import import_module


def _require_main_interpreter() -> None:
    try:
        interpreters = import_module("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters")
    except ImportError:  # a Python that has none
        return
    if interpreters.get_current() != interpreters.get_main():
        raise ImportError(
            "nam_core runs in Python's main interpreter only, as NumPy does: use threads or processes"
        )


_require_main_interpreter()
