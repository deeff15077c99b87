"""The engine gives the PyTorch package's outputs for every golden model (tests/golden/README.md)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
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

PATHS = sorted((Path(__file__).parents[1] / "golden").glob("*.nam"))
SETTLING = [path for path in PATHS if nam_core.info(path).settles]
RECURRENT = [path for path in PATHS if path not in SETTLING]

FRAMES = 2000
FLOAT64_TOLERANCE = 1e-12
FLOAT32_TOLERANCE = 5e-6
# See rounding_ties.
TIE_TOLERANCE = 1e-13
# In all models together. None is found today; a kernel that sums in another order may get one by chance.
MAX_TIES = 2

each_model = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def engine(path: Path, dtype: Dtype, isa: str) -> nam_core.Model:
    """A model that the tests share; each test resets it first."""
    return nam_core.load(path, dtype=dtype, isa=isa)


def play(model: nam_core.Model, x: Array, lengths: Sequence[int]) -> Array:
    """Stream ``x`` from the start state in blocks of these lengths."""
    model.reset()
    ends = np.cumsum(lengths)
    assert ends[-1] == x.size
    return np.concatenate([model.process(x[end - n : end]) for n, end in zip(lengths, ends, strict=True)])


def assert_package_bits(ours: Array, package: Array) -> int:
    """Check the output, and return the number of rounding ties."""
    assert np.abs(ours - package).max() < FLOAT64_TOLERANCE
    return rounding_ties(ours, package, TIE_TOLERANCE)


def test_every_golden_model_is_here() -> None:
    assert len(PATHS) == 99
    assert 0 < len(RECURRENT) < 10


@each_isa
@each_model
def test_float64_has_the_package_s_bits(path: Path, isa: str) -> None:
    data = golden(path)
    y = play(engine(path, "float64", isa), data["x"].astype(np.float64), [FRAMES])
    assert_package_bits(y, data["y64"])


@each_isa
def test_rounding_ties_are_rare(isa: str) -> None:
    ties = 0
    for path in PATHS:
        data = golden(path)
        y = play(engine(path, "float64", isa), data["x"].astype(np.float64), [FRAMES])
        ties += assert_package_bits(y, data["y64"])
    assert ties <= MAX_TIES


@each_isa
@each_model
def test_float32_is_close(path: Path, isa: str) -> None:
    data = golden(path)
    y = play(engine(path, "float32", isa), data["x"], [FRAMES])
    assert y.dtype == np.float32
    assert np.abs(y - data["y64"]).max() < FLOAT32_TOLERANCE


@pytest.mark.parametrize("path", [p for p in PATHS if "slim_values" in golden(p)], ids=lambda path: path.stem)
def test_every_size(path: Path) -> None:
    data = golden(path)
    for value, expected in zip(data["slim_values"], data["y64_slim"], strict=True):
        # The containers' values include one above 1, which means the full size there and is no quality.
        quality = min(value, 1.0)
        model = nam_core.load(path, dtype="float64", quality=quality)
        assert_package_bits(model.process(data["x"].astype(np.float64)), expected)
        single = nam_core.load(path, quality=quality).process(data["x"])
        assert np.abs(single - expected).max() < FLOAT32_TOLERANCE


@each_isa
@each_dtype
@each_model
def test_blocks_do_not_matter(path: Path, dtype: Dtype, isa: str) -> None:
    model = engine(path, dtype, isa)
    x = golden(path)["x"].astype(dtype)
    whole = play(model, x, [FRAMES])
    rng = np.random.default_rng(zlib.crc32(path.stem.encode()))
    cuts = np.sort(rng.integers(0, FRAMES, 40))
    partitions = {
        "1": [1] * FRAMES,
        "7": [7] * (FRAMES // 7) + [FRAMES % 7],
        "64": [64] * (FRAMES // 64) + [FRAMES % 64],
        "random": np.diff(cuts, prepend=0, append=FRAMES).tolist(),
    }
    for name, lengths in partitions.items():
        assert np.array_equal(play(model, x, lengths), whole), f"blocks of {name}"


@pytest.mark.parametrize("isa", EXACT_ISAS[1:])
@each_dtype
@each_model
def test_instruction_sets_with_fma_have_the_same_bits(path: Path, dtype: Dtype, isa: str) -> None:
    x = golden(path)["x"].astype(dtype)
    best = play(engine(path, dtype, EXACT_ISAS[0]), x, [FRAMES])
    assert np.array_equal(play(engine(path, dtype, isa), x, [FRAMES]), best)


@each_isa
@pytest.mark.parametrize("path", SETTLING, ids=lambda path: path.stem)
def test_one_frame_matters_inside_the_receptive_field_only(path: Path, isa: str) -> None:
    model = engine(path, "float64", isa)
    field = model.receptive_field
    assert field == nam_core.info(path).receptive_field
    # The transforms of a long response round what is older than the field, in its last bits
    # (docs/numerics.md).
    start, frames = 300, 300 + max(field, model.bit_memory) + 200
    x = np.resize(golden(path)["x"], frames).astype(np.float64)
    before = play(model, x, [frames])
    reached, rounded = np.zeros(frames, bool), np.zeros(frames, bool)
    # A change may not show where an activation is flat, so there are several.
    for change in (0.05, 0.3, -0.4, 0.9, -1.1):
        changed = x.copy()
        changed[start] += change
        difference = play(model, changed, [frames]) - before
        rounded |= difference != 0.0
        reached |= np.abs(difference) > (1e-14 if model.bit_memory > field else 0.0)
    assert not rounded[start + model.bit_memory :].any()
    assert not reached[:start].any()
    assert not reached[start + field :].any()
    assert reached[start]
    # The format's formula adds up parts that are not all in series (a condition_dsp and the first layer, the
    # head of an array and the next array): nothing reaches that far in some models, but nearly.
    assert reached[start + int(0.75 * field) : start + field].any()


@each_isa
@pytest.mark.parametrize("path", RECURRENT, ids=lambda path: path.stem)
def test_one_frame_matters_for_long_in_a_recurrent_model(path: Path, isa: str) -> None:
    model = engine(path, "float64", isa)
    x = golden(path)["x"].astype(np.float64)
    changed = x.copy()
    changed[300] += 0.3
    reached = play(model, changed, [FRAMES]) != play(model, x, [FRAMES])
    assert not model.settles
    assert not reached[:300].any()
    assert reached[300:320].all()
