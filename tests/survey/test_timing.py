"""The engine's timing of audio in blocks: the time of each block, and of the whole run."""

from __future__ import annotations

import numpy as np
import pytest
from small_models import noise, wavenet

import nam_core

BLOCK = 64
FRAMES = 10 * BLOCK + 7


@pytest.fixture
def model() -> nam_core.Model:
    return nam_core.load(wavenet())


def test_every_whole_block_has_a_time(model: nam_core.Model) -> None:
    seconds = model.time_blocks(noise(FRAMES), BLOCK)
    assert seconds.dtype == np.float64
    assert seconds.shape == (FRAMES // BLOCK,)
    assert (seconds > 0).all()


def test_a_run_has_a_time(model: nam_core.Model) -> None:
    assert model._engine.time_run(noise(FRAMES), BLOCK) > 0


@pytest.mark.parametrize("timing", ["time_blocks", "time_run"])
def test_the_model_moves_on_as_if_it_had_processed_the_blocks(model: nam_core.Model, timing: str) -> None:
    audio = noise(FRAMES)
    other = model.copy()
    getattr(model._engine, timing)(audio, BLOCK)
    other.process(audio[: FRAMES // BLOCK * BLOCK])
    assert np.array_equal(model.process(audio[:BLOCK]), other.process(audio[:BLOCK]))


@pytest.mark.parametrize("timing", ["time_blocks", "time_run"])
def test_it_takes_only_what_needs_no_conversion(model: nam_core.Model, timing: str) -> None:
    time = getattr(model._engine, timing)
    with pytest.raises(ValueError, match=r"audio must have the shape \(frames,\), with contiguous frames"):
        time(noise(FRAMES)[::2], BLOCK)
    with pytest.raises(ValueError, match="block must be at least 1 frame; found 0"):
        time(noise(FRAMES), 0)
    with pytest.raises(TypeError):
        time(noise(FRAMES, dtype="float64"), BLOCK)
