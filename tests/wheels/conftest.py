"""The native module of a wheel, for tests with a parameter `wheel`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest


@pytest.fixture
def module(wheel: Path, tmp_path: Path) -> Path:
    """The native module, unpacked."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith((".so", ".pyd"))]
        return Path(archive.extract(name, tmp_path))
