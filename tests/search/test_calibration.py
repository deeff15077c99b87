"""A profile of this machine, from fewer models than the command takes."""

from __future__ import annotations

import pytest

from nam_core.costing import profile_fitting
from nam_core.search import calibration
from nam_core.search.ranking import price
from nam_core.search.space import Architecture, layouts


def test_predicts_other_architectures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "_CHANNELS", (2, 4, 8))
    monkeypatch.setattr(calibration, "_REPETITIONS", 2)
    monkeypatch.setattr(calibration, "_SECONDS", 0.01)
    monkeypatch.setattr(profile_fitting, "FEWEST_MODELS", 12)
    done: list[int] = []
    profile = calibration.calibrate(16, done.append)
    assert sum(done) == calibration.calibration_steps() == 12 * 2 * 3
    assert profile.blocks == (16,)
    narrow, wide = (price(Architecture(c, layouts(4093)[0]), profile, 16) for c in (2, 12))
    assert 0.0 < narrow.ns_per_sample < wide.ns_per_sample
