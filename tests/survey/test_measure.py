"""Measuring: the audio that is played, the number of repetitions, and the summary of the times."""

from __future__ import annotations

import numpy as np
import pytest
from small_models import Array, lstm, wavenet

from nam_core.audio.dry_signal import dry_signal
from nam_core.model import Model
from nam_core.survey.measure import audio_for, block_times, measure, silence_ratio, steps
from nam_core.survey.presets import preset
from nam_core.survey.results import Settings
from nam_core.survey.subjects import Subject, subjects

SETTINGS = Settings(blocks=(16, 64), dtype="float32", seconds=0.01, signal="guitar", budget=None)


def small() -> list[Subject]:
    return [*subjects(wavenet(), "wavenet", "amp.nam"), *subjects(lstm(), "lstm")]


def test_percentiles_of_times_that_are_known() -> None:
    # The times are 1 to 1000 microseconds.
    times = block_times(np.random.default_rng(0).permutation(np.arange(1, 1001)) * 1e-6, 64 / 48000)
    assert times.p50 == pytest.approx(500.5)
    assert times.p99 == pytest.approx(990.01)
    assert times.p99_9 == pytest.approx(999.001)
    assert times.max == pytest.approx(1000.0)
    assert times.deadline == pytest.approx(1333.333, rel=1e-5)


def test_every_model_block_and_signal_once() -> None:
    survey = measure(small(), SETTINGS, dry_signal, most_repetitions=3)
    keys = [(found.model, found.block, found.signal) for found in survey.results]
    assert keys == [
        (model, block, signal)
        for model in ("wavenet", "lstm")
        for block in (16, 64)
        for signal in ("sound", "silence")
    ]
    first = survey.results[0]
    assert (first.path, first.architecture, first.channels, first.isa) == (
        "amp.nam",
        "WaveNet",
        (3,),
        survey.machine.isa,
    )
    assert survey.settings == SETTINGS
    for found in survey.results:
        assert 0 < found.ns_per_sample_min <= found.ns_per_sample_low <= found.ns_per_sample
        assert found.ns_per_sample <= found.ns_per_sample_high
        assert found.block_us.p50 <= found.block_us.p99 <= found.block_us.p99_9 <= found.block_us.max
        assert found.repetitions == 3
        assert found.cost["macs_per_frame"] == found.macs_per_frame
        assert found.cost["executed_macs_per_frame"] == found.executed_macs_per_frame


def test_every_size_of_a_slimmable_model() -> None:
    found = subjects(preset("a2-slimmable"), "slim")
    assert [subject.size.channels for subject in found] == [(2,), (3,), (4,), (6,), (8,)]
    for subject in found:
        assert subject.size.low < subject.quality < subject.size.high
        assert subject.model.macs_per_frame == subject.size.macs_per_frame
        assert subject.size.macs_per_frame == subject.cost["macs_per_frame"]


def _slowed(monkeypatch: pytest.MonkeyPatch, seconds: list[float]) -> None:
    """Simulate these run times in turn; the first one is the warm-up."""
    runs: dict[int, int] = {}

    def time_blocks(model: Model, audio: Array, block: int) -> Array:
        run = runs.setdefault(id(model), 0)
        runs[id(model)] += 1
        blocks = audio.shape[-1] // block
        return np.full(blocks, seconds[run % len(seconds)] / blocks)

    monkeypatch.setattr(Model, "time_blocks", time_blocks)


ONE = Settings(blocks=(48,), dtype="float32", seconds=0.01, signal="guitar", budget=None)


def test_the_warm_up_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    # Sound and silence take turns on one model: two runs each.
    _slowed(monkeypatch, [9.0, 9.0, *[4.8e-6] * 6])
    sound, silence = measure(subjects(wavenet(), "a"), ONE, dry_signal, most_repetitions=3).results
    # A run has 480 samples, so 4.8e-6 s are 10 ns per sample.
    assert sound.ns_per_sample == silence.ns_per_sample == pytest.approx(10.0)
    assert sound.ns_per_sample_high == pytest.approx(10.0)


def test_what_does_not_vary_is_not_repeated_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    _slowed(monkeypatch, [1e-5])
    survey = measure(subjects(wavenet(), "a"), ONE, dry_signal, most_repetitions=30)
    assert [found.repetitions for found in survey.results] == [8, 8]
    assert not [condition for condition in survey.machine.conditions if "vary" in condition]


def test_what_varies_is_repeated_and_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    _slowed(monkeypatch, [1e-5, 1e-5, 3e-5, 3e-5, 2e-5, 2e-5])
    survey = measure(subjects(wavenet(), "a"), ONE, dry_signal, most_repetitions=12)
    assert [found.repetitions for found in survey.results] == [12, 12]
    assert "2 of 2 results vary by more than 10% between their quartiles." in survey.machine.conditions


def test_a_ratio_to_silence_is_the_same_on_a_busy_machine() -> None:
    """Slow and fast rounds with interruptions, of a model that takes 5 % more on silence."""
    rng = np.random.default_rng(0)
    slowness = np.array([1.0, 1.0, 1.8, 1.7, 1.0, 2.5, 1.3])
    sound = [slow * 1e-6 * rng.uniform(0.99, 1.01, 1000) for slow in slowness]
    silence = [slow * 1.05e-6 * rng.uniform(0.99, 1.01, 1000) for slow in slowness]
    # In one round, another program runs between sound and silence.
    silence[1] *= 1.9
    for number, times in enumerate((*sound, *silence)):
        times[: 7 * number] += 1e-3
    assert silence_ratio(sound, silence) == pytest.approx(1.05, rel=0.002)


def test_silence_is_played_right_after_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that gets slower and slower: each round has its own ratio."""
    _slowed(monkeypatch, [*(1e-5 * 2**round for round in range(9) for _ in range(2))])
    sound, silence = measure(subjects(wavenet(), "a"), ONE, dry_signal, most_repetitions=8).results
    assert sound.silence_ratio == silence.silence_ratio == pytest.approx(1.0)


def test_the_least_is_taken_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each repetition is disturbed somewhere, and each block is undisturbed once."""
    runs: list[int] = []

    def time_blocks(model: Model, audio: Array, block: int) -> Array:
        runs.append(len(runs))
        times = np.full(audio.shape[-1] // block, 4.8e-7)
        times[runs[-1] % len(times)] += 1e-3
        return times

    monkeypatch.setattr(Model, "time_blocks", time_blocks)
    found = measure(subjects(wavenet(), "a"), ONE, dry_signal, most_repetitions=8).results
    assert [result.ns_per_sample_min for result in found] == pytest.approx([10.0, 10.0])
    assert found[0].ns_per_sample > 2000.0


def test_progress_ends_where_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    models = small()
    measure(models, SETTINGS, dry_signal, 10, done.append)
    assert sum(done) == steps(models, SETTINGS, 10)


def test_audio_has_the_shape_and_dtype_of_the_model() -> None:
    (stereo,) = subjects(wavenet(in_channels=2), "stereo", dtype="float64")
    audio = audio_for(stereo.model, SETTINGS, dry_signal)
    assert audio.shape == (2, 480)
    assert audio.dtype == np.float64
    (found, _) = measure([stereo], ONE, dry_signal, 2).results
    assert found.dtype == "float64"


def test_too_little_audio() -> None:
    settings = Settings(blocks=(64, 1024), dtype="float32", seconds=0.02, signal="guitar", budget=None)
    with pytest.raises(ValueError, match="less than one block of 1024"):
        measure(small(), settings, dry_signal)


def test_too_few_repetitions() -> None:
    with pytest.raises(ValueError, match="at least 2 repetitions; found 1"):
        measure(small(), SETTINGS, dry_signal, most_repetitions=1)
