"""The loudness of a model equals the trainer's figure for its network, to 1e-4 dB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from codebase.sources import ROOT

import nam_core

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

MODELS = sorted((ROOT / "tests" / "golden").glob("*.nam"))[::20]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_as_the_trainer_measures(path: Path) -> None:
    model = nam_core.load(path)
    network: Any = nam_core.reference.to_torch(path)
    if not hasattr(network, "_metadata_loudness"):
        assert (model.input_channels, model.output_channels) != (1, 1)
        return
    measured = nam_core.levels.loudness(model).measured
    assert measured == pytest.approx(network._metadata_loudness(), abs=1e-4)
