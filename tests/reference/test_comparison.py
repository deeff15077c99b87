"""nam_core.compare: what its report counts."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import nam_core
from nam_core.evaluation.comparison import _report

GOLDEN = Path(__file__).parents[1] / "golden"
ABOUT: dict[str, Any] = {
    "model": "amp.nam",
    "architecture": "WaveNet",
    "dtype": "float64",
    "isa": "avx2",
    "quality": 1.0,
}


@pytest.fixture
def x() -> np.ndarray:
    samples: np.ndarray = np.load(GOLDEN / "gated.npz")["x"]
    return samples


@pytest.mark.parametrize("block", [None, 64])
def test_both_engines_against_the_package(x: np.ndarray, block: int | None) -> None:
    exact = nam_core.compare(GOLDEN / "gated.nam", x, block=block)
    assert (exact.differing_samples, exact.first_differing, exact.samples) == (0, None, x.size)
    assert exact.max_abs < 1e-14
    single = nam_core.compare(GOLDEN / "gated.nam", x, dtype="float32", block=block)
    assert single.rounding_ties == 0
    assert single.max_abs < 1e-6
    assert single.null_depth_db < -110.0
    assert single.dtype == "float32"


def test_quality_reaches_both_sides() -> None:
    data = np.load(GOLDEN / "slim_gated.npz")
    sizes = [nam_core.compare(GOLDEN / "slim_gated.nam", data["x"], quality=q) for q in data["slim_values"]]
    assert [report.differing_samples for report in sizes] == [0] * len(sizes)


def test_counts_ties_apart_from_differences() -> None:
    middle = 1.0 + 2.0**-24  # half way between two float32 values
    theirs = np.array([middle - 1e-15, 0.5, 0.5, -0.0])
    ours = np.array([middle + 1e-15, 0.5, 0.5 + 1e-6, 0.0])
    report = _report(ours, theirs, **ABOUT)
    assert (report.differing_samples, report.rounding_ties, report.first_differing) == (1, 1, 2)
    assert report.max_ulps == 17
    assert report.max_abs == pytest.approx(1e-6)
    assert "1 of 4 samples differ in float32 (and 1 rounding ties), first at frame 2" in str(report)


def test_float32_results_have_no_ties() -> None:
    report = _report(np.array([0.5], np.float32), np.array([0.5 + 5e-14 + 2.0**-25]), **ABOUT)
    assert (report.differing_samples, report.rounding_ties) == (1, 0)


def test_several_channels_report_the_frame() -> None:
    theirs = np.zeros((2, 5)) + 0.25
    ours = theirs.copy()
    ours[1, 3] = 0.5
    report = _report(ours, theirs, **ABOUT)
    assert (report.samples, report.differing_samples, report.first_differing) == (10, 1, 3)


def test_identical_signals_are_json_without_infinity() -> None:
    y = np.ones(3)
    report = _report(y, y, **ABOUT)
    assert report.null_depth_db == -math.inf
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))["null_depth_db"] is None


def test_no_samples_is_an_error() -> None:
    with pytest.raises(ValueError, match="no samples"):
        nam_core.compare(GOLDEN / "gated.nam", np.zeros(0))
