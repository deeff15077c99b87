"""Loudness as the trainer computes it, on its own standard input."""

from __future__ import annotations

from pathlib import Path

import pytest

import nam_core
from nam_core import levels, reference

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = ("a1_nano", "a2_channels_3", "gated", "film_all_none", "lstm_2x5", "convnet_tanh", "slim_default")


@pytest.mark.parametrize("name", NAMES)
def test_as_the_trainer_measures(name: str) -> None:
    path = GOLDEN / f"{name}.nam"
    expected = reference.to_torch(path)._metadata_loudness()
    assert levels.loudness(nam_core.load(path)).measured == pytest.approx(expected, abs=1e-4)
