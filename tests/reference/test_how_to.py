"""The how-to page about exactness runs where PyTorch is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from codebase.sources import ROOT
from docs.page_code import run_page

pytest.importorskip("nam", reason="needs nam_core[reference]")


def test_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(ROOT / "docs" / "how-to" / "check-exactness.md", tmp_path)
