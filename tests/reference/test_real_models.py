"""Trained models of other people (../shared/data, not part of the repository): the engine against PyTorch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import nam_core

DATA = Path(__file__).parents[3] / "shared" / "data"
MODELS = sorted((DATA / "models").glob("*.nam"))

pytestmark = pytest.mark.skipif(not MODELS, reason=f"no models in {DATA}")


@pytest.fixture(scope="module")
def guitar() -> npt.NDArray[np.float32]:
    """One second ``(frames,)``, from where the recording is loud."""
    samples, rate = soundfile.read(
        DATA / "audio" / "guitar_di.wav", dtype="float32", start=4 * 48000, frames=48000
    )
    assert rate == 48000
    return np.asarray(samples, dtype=np.float32)


@pytest.mark.parametrize("quality", [1.0, 0.0])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_float64_engine_has_the_package_s_bits(
    path: Path, quality: float, guitar: npt.NDArray[np.float32]
) -> None:
    if quality < 1.0 and len(nam_core.load(path).sizes) == 1:
        pytest.skip("has one size only")
    report = nam_core.compare(path, guitar, quality=quality)
    assert report.differing_samples == 0, str(report)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_float32_engine_nulls(path: Path, guitar: npt.NDArray[np.float32]) -> None:
    report = nam_core.compare(path, guitar, dtype="float32")
    assert report.null_depth_db < -100.0, str(report)
