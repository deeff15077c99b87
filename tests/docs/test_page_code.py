"""The code of the tutorial and of the how-to pages runs, and prints what they show."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from codebase.sources import ROOT
from docs.page_code import run_page

from nam_core.audio.dry_signal import dry_signal

RATE = 48_000

PAGES = [
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("tutorial", "offline", "datasets", "evaluate", "listening-tests")
    ),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
]
# What needs PyTorch runs in tests/reference.
NEEDS_TORCH = {"check-exactness.md"}
TRAINING = (ROOT / "docs" / "training.md").read_text("utf-8")


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


def test_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python code of the page about training; its commands would take minutes."""
    monkeypatch.chdir(tmp_path)
    dry = dry_signal(18 * RATE, RATE, 1).reshape(-1)
    sf.write("dry.wav", dry, RATE, subtype="FLOAT")
    sf.write("wet.wav", 0.5 * np.tanh(4.0 * dry), RATE, subtype="FLOAT")
    (block,) = re.findall(r"^```python\n(.*?)^```$", TRAINING, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, "training.md", "exec"), names)
    assert all(0.0 < error < 1.0 for error in names["capture"].esr)
    assert names["model"].sample_rate == RATE
    assert names["evaluation"]
