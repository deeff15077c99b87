"""Changing the size of a playing model: the new size's bits, no click, for any block lengths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from realtime.switching_models import (
    from_the_start,
    in_blocks,
    qualities,
    signal,
    slimmable_files,
    two_linear_sizes,
    two_wavenets,
)
from small_models import container, linear, lstm, noise, wavenet

import nam_core

FILES = slimmable_files()


def test_there_are_models() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_hard_switch_is_exact_from_the_first_sample(path: Path, dtype: str) -> None:
    rng = np.random.default_rng(len(path.stem))
    model = nam_core.load(path, dtype=dtype)  # type: ignore[arg-type]
    levels = qualities(model)
    x = signal(model)
    expected = {q: from_the_start(path, q, x, dtype=dtype) for q in levels}
    for before, after in [(a, b) for a in levels for b in levels if a != b]:
        model = nam_core.load(path, dtype=dtype, quality=before)  # type: ignore[arg-type]
        place = int(rng.integers(1, len(x) - 1))
        blocks = [int(n) for n in rng.integers(1, 300, 5)]
        first = in_blocks(model, x[:place], blocks)
        model.set_quality(after, crossfade=0)
        assert model.switching
        second = in_blocks(model, x[place:], blocks)
        assert not model.switching
        assert np.array_equal(first, expected[before][:place])
        assert np.array_equal(second, expected[after][place:]), (before, after, place)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_exact_after_the_crossfade(path: Path) -> None:
    rng = np.random.default_rng(1)
    levels = qualities(nam_core.load(path))
    x = noise(6000)
    fade = 480
    for before, after in [(levels[0], levels[-1]), (levels[-1], levels[0])]:
        model = nam_core.load(path, quality=before)
        place = int(rng.integers(1000, 4000))
        y = [in_blocks(model, x[:place], [64])]
        model.quality = after
        y.append(in_blocks(model, x[place:], [int(n) for n in rng.integers(1, 200, 7)]))
        out = np.concatenate(y)
        old, new = from_the_start(path, before, x), from_the_start(path, after, x)
        rate_fade = round(0.01 * model.sample_rate)
        assert rate_fade in (fade, 441)
        end = place + rate_fade
        assert np.array_equal(out[:place], old[:place])
        assert np.array_equal(out[end:], new[end:])
        low, high = np.minimum(old, new)[place:end], np.maximum(old, new)[place:end]
        assert np.all(out[place:end] >= low - 1e-6)
        assert np.all(out[place:end] <= high + 1e-6)


def test_crossfade_is_a_straight_line_across_blocks() -> None:
    ones = np.ones(64, np.float32)
    expected = 0.5 + np.arange(1, 97) / 97 * (0.25 - 0.5)
    for blocks in ([64], [1], [7, 30], [200]):
        model = nam_core.load(two_linear_sizes())
        assert np.all(model.process(ones) == 0.5)
        model.set_quality(0, crossfade=96 / 48000)
        y = in_blocks(model, np.ones(256, np.float32), blocks)
        assert y[:96] == pytest.approx(expected, abs=1e-7)
        assert np.all(y[96:] == 0.25)
        assert not model.switching


def test_no_click() -> None:
    path = FILES[-1]
    levels = qualities(nam_core.load(path))
    x = (0.3 * np.sin(2 * np.pi * 220 / 48000 * np.arange(20_000))).astype(np.float32)
    for path in FILES:
        levels = qualities(nam_core.load(path))
        for before, after in [(levels[0], levels[-1]), (levels[-1], levels[0])]:
            model = nam_core.load(path, quality=before)
            y = [model.process(x[:12_345])]
            model.quality = after
            y.append(model.process(x[12_345:]))
            steps = np.abs(np.diff(np.concatenate(y)))
            steady = [np.abs(np.diff(from_the_start(path, q, x)[8000:])).max() for q in (before, after)]
            fade = steps[12_344 : 12_345 + round(0.01 * model.sample_rate) + 1]
            assert fade.max() < 1.1 * max(steady), path.stem


def test_a_switch_during_a_fade_takes_its_turn() -> None:
    model = nam_core.load(container(linear([0.25]), linear([0.375]), linear([0.5])))
    small, middle, full = qualities(model)
    ones = np.ones(32, np.float32)
    model.set_quality(small, crossfade=64 / 48000)
    first = model.process(ones)
    model.set_quality(full, crossfade=64 / 48000)
    model.set_quality(middle, crossfade=64 / 48000)  # replaces the one before, which nobody has heard
    parts = [first]
    while model.switching:
        parts.append(model.process(ones))
    y = np.concatenate([*parts, model.process(ones)])
    assert np.all(np.abs(np.diff(y)) < 0.005)
    assert y[64] == pytest.approx(0.25, abs=0.005)
    assert np.all(y[-32:] == 0.375)


def test_a_size_that_waited_for_a_fade_catches_up_by_an_eighth() -> None:
    """No block takes much longer than others, and the switch still ends."""
    model = nam_core.load(two_wavenets())
    small, full = qualities(model)
    x = noise(10_000)
    model.set_quality(small, crossfade=640 / 48000)
    model.process(x[:64])
    model.set_quality(full, crossfade=64 / 48000)
    parts, start = [], 64
    while model.switching and start < len(x):
        parts.append(model.process(x[start : start + 64]))
        start += 64
    # It waits for 576 frames of the fade, which take eight times as long to make good, and fades in itself.
    assert 8 * 576 < start < 10 * 640
    expected = from_the_start(two_wavenets(), full, x)
    assert np.array_equal(model.process(x[start:]), expected[start:])


def test_every_channel_fades() -> None:
    stereo: Any = {"in_channels": 2, "out_channels": 2}
    nam = container(wavenet(channels=4, **stereo), wavenet(channels=4, dilations=(1, 2, 4), **stereo))
    small, full = qualities(nam_core.load(nam))
    x = noise(600).reshape(2, 300)
    before, after = (nam_core.load(nam, quality=quality).process(x) for quality in (small, full))
    model = nam_core.load(nam, quality=small)
    model.set_quality(full, crossfade=100 / 48000)
    share = np.minimum(np.arange(1, 301) / 101, 1)
    assert np.allclose(model.process(x), before + share * (after - before), rtol=0, atol=1e-5)


def test_a_hard_switch_ends_a_fade() -> None:
    model = nam_core.load(two_wavenets())
    small, full = qualities(model)
    x = noise(3000)
    model.process(x[:1000])
    model.set_quality(small, crossfade=1.0)
    model.process(x[1000:1100])
    model.set_quality(full, crossfade=0)
    assert np.array_equal(model.process(x[1100:]), from_the_start(two_wavenets(), full, x)[1100:])


def test_the_present_size_is_kept() -> None:
    model = nam_core.load(two_linear_sizes())
    model.quality = 0.75  # 1.0 and 0.75 select the same size
    assert model.quality == 0.75
    assert not model.switching
    alone = nam_core.load(wavenet())
    alone.quality = 0.0
    assert (alone.quality, alone.switching) == (0.0, False)


def test_reset_completes_a_switch() -> None:
    x = noise(2000)
    for crossfade in (0.0, 0.01):
        for heard in (0, 500):
            model = nam_core.load(two_wavenets())
            model.process(x[:heard])
            model.set_quality(0, crossfade)
            model.process(x[:100])
            model.reset()
            assert not model.switching
            assert np.array_equal(model.process(x), from_the_start(two_wavenets(), 0, x))


def test_a_switch_after_a_reset_knows_of_nothing_before() -> None:
    x = noise(2000)
    model = nam_core.load(two_wavenets())
    model.process(noise(1000, seed=5))
    model.reset()
    model.process(x[:20])
    model.set_quality(0, crossfade=0)
    assert np.array_equal(model.process(x[20:]), from_the_start(two_wavenets(), 0, x)[20:])


@pytest.mark.parametrize("seed", range(6))
def test_the_history_is_right_after_any_frames_and_resets(seed: int) -> None:
    """Any number of frames, also beyond the end of the ring, and resets: a hard switch is exact at once."""
    rng = np.random.default_rng(seed)
    nam = two_wavenets()
    model = nam_core.load(nam)
    x, place, start = noise(40_000, seed=seed), 0, 0
    for _ in range(40):
        if rng.uniform() < 0.4:
            model.reset()
            start = place
        frames = int(rng.choice([0, 1, 2, 15, 62, 63, 64, 127, 128, 129, 500, 1023, 1024, 1025, 2000]))
        model.process(x[place : place + frames])
        place += frames
        if rng.uniform() < 0.2:
            model = model.copy()
        quality = 1.0 - model.quality
        model.set_quality(quality, crossfade=0)
        heard = x[place : place + 70]
        expected = from_the_start(nam, quality, x[start : place + 70])[place - start :]
        assert np.array_equal(model.process(heard), expected), (start, place)
        place += 70
        if place > 36_000:
            break


def test_a_change_that_is_asked_for_after_a_reset_fades_in() -> None:
    ones = np.ones(64, np.float32)
    model = nam_core.load(two_linear_sizes())
    model.process(ones)
    model.reset()
    assert not model.switching
    model.set_quality(0, crossfade=96 / 48000)
    assert model.switching
    y = np.concatenate([model.process(ones), model.process(ones)])
    assert y[:96] == pytest.approx(0.5 + np.arange(1, 97) / 97 * (0.25 - 0.5), abs=1e-7)
    assert np.all(y[96:] == 0.25)
    hard = nam_core.load(two_wavenets())
    hard.process(noise(300))
    hard.reset()
    hard.set_quality(0, crossfade=0)
    assert np.array_equal(hard.process(noise(300)), from_the_start(two_wavenets(), 0, noise(300)))


def test_a_copy_continues_the_switch() -> None:
    x = noise(3000)
    model = nam_core.load(two_wavenets())
    model.process(x[:500])
    model.quality = 0
    waiting = model.copy()
    model.process(x[500:600])
    fading = model.copy()
    rest = model.process(x[600:])
    assert np.array_equal(fading.process(x[600:]), rest)
    waiting.process(x[500:600])
    assert np.array_equal(waiting.process(x[600:]), rest)
    fading.quality = 1.0
    assert model.quality == 0
    assert not model.switching


def test_recurrent_sizes_are_warmed_on_the_same_history() -> None:
    nam = container(lstm(), wavenet())
    x = 0.5 * noise(60_000)
    model = nam_core.load(nam)
    model.process(x[:40_000])
    model.set_quality(0, crossfade=0)
    y, expected = model.process(x[40_000:]), from_the_start(nam, 0, x)[40_000:]
    # Half a second is all that it heard: near, but nothing promises the bits.
    assert np.abs(y - expected).max() < 1e-5


def test_sizes_can_have_different_receptive_fields() -> None:
    x = noise(4000)
    nam = two_wavenets()
    model = nam_core.load(nam, quality=0)
    assert model.receptive_field == 15
    model.process(x[:3000])
    model.set_quality(1, crossfade=0)
    assert model.receptive_field == 63
    assert np.array_equal(model.process(x[3000:]), from_the_start(nam, 1, x)[3000:])


def test_wrong_arguments_change_nothing() -> None:
    model = nam_core.load(two_linear_sizes())
    for quality in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="quality must be"):
            model.quality = quality
    for crossfade in (-1.0, float("nan"), float("inf"), 3601, 1e300):
        with pytest.raises(ValueError, match="crossfade must be"):
            model.set_quality(0, crossfade)
    assert (model.quality, model.switching) == (1.0, False)


def test_a_size_that_cannot_be_made_is_refused() -> None:
    nam = wavenet(channels=4)
    array = nam["config"]["layers"][0]
    array["slimmable"] = {"method": "slice_channels_uniform", "kwargs": {}}
    array["layer1x1"]["groups"] = 2
    weights = np.asarray(nam["weights"])
    for _ in range(3):  # each of three layers has half of its 16 weights less
        weights = weights[:-8]
    model = nam_core.load({**nam, "weights": weights.tolist()})
    with pytest.raises(nam_core.NamConfigError, match=r"config.layers\[0\]"):
        model.quality = 0.25
    assert model.quality == 1.0


def test_loudness_is_matched_where_it_is_known() -> None:
    nam = two_linear_sizes(small=0.125, full=0.5)
    for submodel, loudness in zip(nam["config"]["submodels"], (-30.0, -18.0), strict=True):
        submodel["model"]["metadata"] = {"loudness": loudness}
    ones = np.ones(100, np.float32)
    gain = 10 ** (12 / 20)
    model = nam_core.load(nam, match_loudness=True)
    assert np.all(model.process(ones) == 0.5)
    model.set_quality(0, crossfade=0)
    assert model.process(ones) == pytest.approx(0.125 * gain, rel=1e-6)
    small = nam_core.load(nam, quality=0, match_loudness=True)
    assert small.process(ones) == pytest.approx(0.125 * gain, rel=1e-6)
    assert np.all(nam_core.load(nam, quality=0).process(ones) == 0.125)
    del nam["config"]["submodels"][0]["model"]["metadata"]
    assert np.all(nam_core.load(nam, quality=0, match_loudness=True).process(ones) == 0.125)
