"""``Model.stream``: block after block, without reading ahead."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from codebase.sources import ROOT
from small_models import Array, noise, wavenet

import nam_core


def test_the_bits_of_process_for_any_lengths() -> None:
    x = noise(1000)
    model = nam_core.load(wavenet())
    whole = model.copy().process(x)
    cuts = [0, 1, 1, 64, 999]
    blocks = np.split(x, cuts)
    wet = list(model.stream(blocks))
    assert [len(block) for block in wet] == [len(block) for block in blocks]
    assert np.array_equal(np.concatenate(wet), whole)
    # In the state after the last block, and each output an array of its own.
    assert not np.array_equal(next(model.stream([x])), whole)
    assert not any(np.shares_memory(one, other) for one, other in pairwise(wet))


def test_a_block_is_asked_for_when_its_output_is() -> None:
    asked: list[int] = []

    def blocks() -> Iterator[Array]:
        for index in range(3):
            asked.append(index)
            yield noise(64)

    stream = nam_core.load(wavenet()).stream(blocks())
    assert asked == []
    next(stream)
    assert asked == [0]
    assert len(list(stream)) == 2


def test_several_channels() -> None:
    model = nam_core.load(wavenet(in_channels=2, out_channels=2))
    x = noise(300, 2)
    whole = model.copy().process(x)
    blocks = np.array_split(x, 7, axis=-1)
    assert np.array_equal(np.concatenate(list(model.stream(blocks)), axis=-1), whole)


def test_a_bad_block_changes_nothing_and_the_next_goes_on() -> None:
    x = noise(200)
    model = nam_core.load(wavenet())
    whole = model.copy().process(x)
    stream = model.stream([x[:100], np.full(10, np.nan), np.zeros((10, 2)), x[100:]])
    first = next(stream)
    with pytest.raises(ValueError, match="finite; found nan at frame 0"):
        next(stream)
    with pytest.raises(ValueError, match=r"one channel, shape \(frames,\); found shape \(10, 2\)"):
        next(stream)
    assert np.array_equal(np.concatenate([first, next(stream)]), whole)


@pytest.mark.parametrize("blocks", [noise(64), noise(64, 2), b"", "dry.wav"])
def test_one_array_is_no_iterable_of_blocks(blocks: object) -> None:
    model = nam_core.load(wavenet())
    with pytest.raises(TypeError, match=r"iterable of arrays; found one .*process, or cut it"):
        model.stream(blocks)  # type: ignore[arg-type]


def test_soundfile_blocks(tmp_path: Path) -> None:
    """One line plays a recording as soundfile reads it, in bounded memory."""
    recording = str(ROOT / "examples" / "guitar_dry.wav")
    model = nam_core.load(ROOT / "examples" / "overdrive_nano.nam")
    dry, _ = soundfile.read(recording, dtype="float32")
    wet = list(model.stream(soundfile.blocks(recording, 8192, dtype="float32")))
    assert np.array_equal(np.concatenate(wet), nam_core.render(model, dry))
