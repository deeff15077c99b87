"""The code of the tutorial and of the how-to pages runs, and prints what they show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from codebase.sources import ROOT
from docs.page_code import run_page

PAGES = [
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("tutorial", "offline", "datasets", "evaluate", "listening-tests")
    ),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
]
# What needs PyTorch runs in tests/reference.
NEEDS_TORCH = {"check-exactness.md"}


@pytest.fixture(autouse=True)
def _leave_the_interpreter_alone() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in NEEDS_TORCH], ids=lambda page: page.stem
)
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, tmp_path)
