"""The same bits from every instruction set with FMA, in blocks of every size (docs/numerics.md).

Across compilers, operating systems and processors: tests/conformance.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from small_models import noise, wavenet

import nam_core

PATHS = sorted((Path(__file__).parents[1] / "golden").glob("*.nam"))
ISAS: list[str] = nam_core.runtime_info()["isas"]
EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
UNFUSED = [isa for isa in ISAS if isa not in EXACT_ISAS]
UNFUSED_TOLERANCE = 5e-6

each_model = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def signal(path: Path) -> npt.NDArray[np.float32]:
    """The input of a golden model, ``(frames,)``."""
    x: npt.NDArray[np.float32] = np.load(path.with_suffix(".npz"))["x"]
    return x


def partitions(path: Path, frames: int) -> list[list[int]]:
    """Block lengths that add up to ``frames``: equal ones for each size, and two random mixtures."""
    rng = np.random.default_rng(zlib.crc32(path.stem.encode()))
    sizes = [[size] * (frames // size) + [frames % size] for size in (1, 7, 16, 64, 1000, frames)]
    cuts = [np.sort(rng.integers(0, frames + 1, count)) for count in (15, 150)]
    return [*sizes, *(np.diff(cut, prepend=0, append=frames).tolist() for cut in cuts)]


def play(model: nam_core.Model, x: npt.NDArray[Any], lengths: list[int]) -> npt.NDArray[Any]:
    model.reset()
    blocks = np.split(x, np.cumsum(lengths[:-1]))
    return np.concatenate([model.process(block) for block in blocks])


@pytest.mark.parametrize("activation", ["Tanh", "Sigmoid"])
def test_sums_that_overflow(activation: str) -> None:
    # Infinities, and NaNs of their differences, reach the activations, which clamp them to finite numbers.
    file = wavenet(activation=activation)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights = np.array(file["weights"])
        # Not head_scale, the last one.
        weights[rng.choice(weights.size - 1, 10, replace=False)] = rng.choice([-3e38, 3e38], 10)
        models = [nam_core.load({**file, "weights": weights.tolist()}, isa=isa) for isa in EXACT_ISAS]
        first, *others = [model.process(noise(256, seed=seed)) for model in models]
        assert all(np.array_equal(first, other, equal_nan=True) for other in others), seed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_model
def test_one_digest_per_model(path: Path, dtype: Literal["float32", "float64"]) -> None:
    x = signal(path).astype(dtype)
    digests = {}
    for isa in EXACT_ISAS:
        model = nam_core.load(path, dtype=dtype, isa=isa)
        for lengths in partitions(path, x.size):
            y = play(model, x, lengths)
            digests[isa, str(lengths[:3])] = hashlib.sha256(y.tobytes()).hexdigest()
    assert len(set(digests.values())) == 1, digests


@pytest.mark.parametrize("isa", UNFUSED)
@each_model
def test_without_fma_it_is_close(path: Path, isa: str) -> None:
    data = np.load(path.with_suffix(".npz"))
    model = nam_core.load(path, isa=isa)
    y = model.process(data["x"])
    assert np.abs(y - data["y64"]).max() < UNFUSED_TOLERANCE
    # Its bits are its own, but no more do they depend on the blocks.
    for lengths in partitions(path, y.size)[2:]:
        assert np.array_equal(play(model, data["x"], lengths), y)


def test_which_sets_are_exact() -> None:
    assert set(EXACT_ISAS) <= set(ISAS)
    assert UNFUSED in ([], ["scalar-nofma"])
