"""How an architecture reads the complete models that its config may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..config import NamModel
from .cursor import Cursor

ReadNested: TypeAlias = Callable[[Cursor], NamModel]
