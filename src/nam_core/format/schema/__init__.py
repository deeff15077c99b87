"""The grammar of .nam files: JSON values in, the dataclasses of ``config`` out (spec sections 1-3, 7-9)."""

from __future__ import annotations

from .cursor import Cursor
from .model import read_model

__all__ = ["Cursor", "read_model"]
