"""Random models of every kind: the engine against the PyTorch package.

60 examples per test, always the same ones. ``NAM_CORE_EXAMPLES=5000`` draws that many new ones instead.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import audio, multi_channel_files, nam_files, sequentials, stereo_chains

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import nam_core

FRAMES = 500
examples = settings(
    max_examples=int(os.environ.get("NAM_CORE_EXAMPLES", "60")),
    derandomize="NAM_CORE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
qualities = st.floats(0.0, 1.0)
seeds = st.integers(0, 2**16)
blocks = st.sampled_from((None, 1, 7, 64, FRAMES))


def signal(nam: dict[str, Any], seed: int) -> npt.NDArray[np.float32]:
    channels = nam_core.read_nam(nam).config.in_channels
    rows = [audio(seed + row, FRAMES) for row in range(channels)]
    return rows[0] if channels == 1 else np.stack(rows)


@examples
@given(nam=nam_files(), quality=qualities, seed=seeds, block=blocks)
def test_float64_engine_has_the_package_s_bits(
    nam: dict[str, Any], quality: float, seed: int, block: int | None
) -> None:
    report = nam_core.compare(nam, signal(nam, seed), quality=quality, block=block)
    assert report.differing_samples == 0, str(report)


@examples
@given(nam=multi_channel_files(), seed=seeds, block=blocks)
def test_several_channels(nam: dict[str, Any], seed: int, block: int | None) -> None:
    report = nam_core.compare(nam, signal(nam, seed), block=block)
    assert report.differing_samples == 0, str(report)


@examples
@given(nam=sequentials(depth=2), quality=qualities, seed=seeds, block=blocks)
def test_chains(nam: dict[str, Any], quality: float, seed: int, block: int | None) -> None:
    """A chain of everything against a network of the package's networks, at any size."""
    report = nam_core.compare(nam, signal(nam, seed), quality=quality, block=block)
    assert report.differing_samples == 0, str(report)


@examples
@given(nam=stereo_chains(), seed=seeds, block=blocks)
def test_chains_of_several_channels(nam: dict[str, Any], seed: int, block: int | None) -> None:
    report = nam_core.compare(nam, signal(nam, seed), block=block)
    assert report.differing_samples == 0, str(report)


@examples
@given(nam=nam_files(), quality=qualities, seed=seeds)
def test_float32_engine_nulls(nam: dict[str, Any], quality: float, seed: int) -> None:
    report = nam_core.compare(nam, signal(nam, seed), dtype="float32", quality=quality)
    assert report.null_depth_db < -90.0, str(report)
