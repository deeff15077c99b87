"""Files of the core 0.6.0: Linear, Sequential, impulse responses (tests/golden060/README.md)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from conformance.golden_models import (
    EXACT_ISAS,
    Array,
    Dtype,
    each_dtype,
    each_isa,
    golden,
    rounding_ties,
)

import nam_core

FOLDER = Path(__file__).parents[1] / "golden060"
PATHS = sorted([*FOLDER.glob("*.nam"), *FOLDER.glob("*.wav")])

FLOAT64_TOLERANCE = 1e-11
FLOAT32_TOLERANCE = 2e-5
# See rounding_ties.
TIE_TOLERANCE = 1e-12
# In all models together.
MAX_TIES = 2
CALLS = (1, 3, 16, 64, 700)

each_model = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def whole(path: Path, dtype: Dtype, isa: str) -> Array:
    """The output of a single call."""
    output = nam_core.load(path, dtype=dtype, isa=isa).process(golden(path)["x"].astype(dtype))
    output.flags.writeable = False
    return output


def ties(ours: Array, package: Array) -> int:
    """Check that nothing but rounding ties differs, and return their number."""
    assert np.abs(ours - package).max() < FLOAT64_TOLERANCE
    return rounding_ties(ours, package, TIE_TOLERANCE)


@each_isa
def test_float64_has_the_bits_of_the_rules(isa: str) -> None:
    assert sum(ties(whole(path, "float64", isa), golden(path)["y64"]) for path in PATHS) <= MAX_TIES


@each_isa
@each_model
def test_float32_is_close(path: Path, isa: str) -> None:
    y = whole(path, "float32", isa)
    assert y.dtype == np.float32
    assert np.abs(y - golden(path)["y64"]).max() < FLOAT32_TOLERANCE


@pytest.mark.parametrize("isa", EXACT_ISAS[1:])
@each_dtype
@each_model
def test_instruction_sets_with_fma_have_the_same_bits(path: Path, dtype: Dtype, isa: str) -> None:
    assert np.array_equal(whole(path, dtype, isa), whole(path, dtype, EXACT_ISAS[0]))


@pytest.mark.parametrize("frames", CALLS)
@each_dtype
@each_model
def test_calls_do_not_matter(path: Path, dtype: Dtype, frames: int) -> None:
    model, x = nam_core.load(path, dtype=dtype), golden(path)["x"].astype(dtype)
    for _ in range(2):
        blocks = [x[..., start : start + frames] for start in range(0, x.shape[-1], frames)]
        y = np.concatenate([model.process(block) for block in blocks], axis=-1)
        assert np.array_equal(y, whole(path, dtype, model.isa))
        model.reset()


@each_model
def test_rendering_in_parallel_has_the_same_bits(path: Path) -> None:
    model = nam_core.load(path)
    x = np.tile(golden(path)["x"], 8)
    assert np.array_equal(nam_core.render(model, x, threads=4), model.process(x))


@pytest.mark.parametrize("path", [p for p in PATHS if "slim_values" in golden(p)], ids=lambda path: path.stem)
def test_every_size(path: Path) -> None:
    data = golden(path)
    for quality, expected in zip(data["slim_values"], data["y64_slim"], strict=True):
        model = nam_core.load(path, dtype="float64", quality=quality)
        assert ties(model.process(data["x"].astype(np.float64)), expected) == 0
        single = nam_core.load(path, quality=quality).process(data["x"])
        assert np.abs(single - expected).max() < FLOAT32_TOLERANCE
