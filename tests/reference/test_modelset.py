"""Every model of ``nam-core modelset`` in the PyTorch package: its bits are the engine's."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from model_set import MODEL_NAMES, set_model

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

from nam.models import init_from_nam

import nam_core
from nam_core import reference
from nam_core.audio.dry_signal import dry_signal

pytestmark = pytest.mark.usefixtures("one_thread")

# A note sounds from the start.
GUITAR = dry_signal(1000, 48000, 1)[0]


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_every_size_has_the_package_s_bits(name: str) -> None:
    file = set_model(name).file
    for size in nam_core.load(file).sizes:
        report = nam_core.compare(file, GUITAR, quality=size.low)
        assert report.differing_samples == 0, str(report)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_trainer_s_own_loader(name: str) -> None:
    """The package reads exactly the files that the index lists as readable, and reads them correctly."""
    model = set_model(name)
    expected = nam_core.load(model.file, dtype="float64").process(GUITAR.astype(np.float64))
    try:
        network = init_from_nam(copy.deepcopy(model.file)).eval()
        reads = bool(np.abs(reference.forward_padded(network, GUITAR) - expected).max() < 1e-9)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError):
        reads = False
    assert reads == model.entry["trainer_reads"]
