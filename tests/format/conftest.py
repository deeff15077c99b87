"""Fixtures shared by the tests of reading and slimming .nam files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def golden_path() -> Path:
    """The folder of golden files."""
    return GOLDEN


@pytest.fixture
def golden_json() -> Callable[[str], dict[str, Any]]:
    """Give a fresh, parsed copy of a golden file."""

    def load(name: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((GOLDEN / f"{name}.nam").read_bytes())
        return data

    return load
