"""The grammar of .nam files: JSON values in, the dataclasses of ``config`` out (format 1 to 3, 7 to 9)."""

from __future__ import annotations

from .cursor import Cursor
from .model import LinearTaps, ReadOptions, read_model

__all__ = ["Cursor", "LinearTaps", "ReadOptions", "read_model"]
