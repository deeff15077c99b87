"""The function by which an architecture reads models nested in its config."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..config import NamModel
from .cursor import Cursor

ReadNested: TypeAlias = Callable[[Cursor], NamModel]
