"""fit_quality and the Governor: the size that they choose for given times."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from realtime.switching_models import GOLDEN, two_linear_sizes
from small_models import container, linear, noise, wavenet

import nam_core

SLIM = GOLDEN / "slim_default.nam"


def pretend(monkeypatch: pytest.MonkeyPatch, seconds_per_mac: float) -> None:
    """Simulate block times in proportion to the multiply-adds of each size."""

    def time_blocks(self: nam_core.Model, audio: Any, block: int) -> Any:
        return np.full(audio.shape[-1] // block, self.macs_per_frame * block * seconds_per_mac)

    monkeypatch.setattr(nam_core.Model, "time_blocks", time_blocks)


def test_the_largest_size_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nam_core.load(SLIM)
    sizes = model.sizes
    middle = len(sizes) // 2
    # The middle size takes just a quarter of the time.
    pretend(monkeypatch, 0.25 / model.sample_rate / sizes[middle].macs_per_frame)
    fit = nam_core.fit_quality(model, budget=0.25 * 1.0001)
    assert fit.fits
    assert fit.quality == model.quality == sizes[middle].low
    assert [timing.size for timing in fit.timings] == list(sizes)
    assert fit.timings[middle].load == pytest.approx(0.25)
    assert fit.timings[middle].p99 == pytest.approx(0.25 * 64 / model.sample_rate)
    # With more to spend it goes up again.
    assert nam_core.fit_quality(model, budget=1.0).quality == sizes[-1].low


def test_nothing_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nam_core.load(SLIM)
    pretend(monkeypatch, 1.0)
    fit = nam_core.fit_quality(model)
    assert (fit.fits, fit.quality) == (False, 0.0)


def test_a_choice_that_was_made_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nam_core.load(SLIM)
    pretend(monkeypatch, 0.0)
    assert nam_core.fit_quality(model).quality == 1.0
    alone = nam_core.load(wavenet())
    assert nam_core.fit_quality(alone).fits
    assert alone.quality == 1.0


def test_real_times_are_measured() -> None:
    model = nam_core.load(SLIM)
    fit = nam_core.fit_quality(model, budget=1.0, block=32, seconds=0.05)
    for timing in fit.timings:
        assert 0 < timing.median <= timing.p99 <= timing.maximum
        assert timing.load == pytest.approx(timing.p99 * model.sample_rate / 32)


def test_wrong_budgets_are_refused() -> None:
    model = nam_core.load(two_linear_sizes())
    for arguments in ({"budget": 0.0}, {"budget": 1.5}, {"block": 0}, {"seconds": 0.0}):
        with pytest.raises(ValueError, match=next(iter(arguments))):
            nam_core.fit_quality(model, **arguments)


def governed(**options: float) -> tuple[nam_core.Model, nam_core.Governor]:
    model = nam_core.load(container(linear([0.1] * 10), linear([0.1] * 11), linear([0.1] * 100)), quality=0.5)
    return model, nam_core.Governor(model, high=0.7, low=0.4, patience=1.0, **options)


def note(governor: nam_core.Governor, load: float) -> None:
    for _ in range(20):
        governor.note(load)


def test_governor_steps_down_at_once() -> None:
    model, governor = governed()
    note(governor, 0.8)
    governor.step(0.0)
    assert model.quality == model.sizes[0].low
    note(governor, 0.8)
    governor.step(0.1)  # there is nothing below
    assert model.quality == model.sizes[0].low


def test_governor_ignores_single_blocks() -> None:
    model, governor = governed()
    note(governor, 0.5)
    governor.note(3.0)
    governor.step(0.0)
    assert model.quality == 0.5


def test_governor_steps_up_with_patience_and_foresight() -> None:
    model, governor = governed()
    model.set_quality(0.0)
    for now in (0.0, 0.5, 0.9):
        note(governor, 0.3)
        governor.step(now)
        assert model.quality == 0.0
    note(governor, 0.3)
    governor.step(1.0)
    assert model.quality == model.sizes[1].low
    for now in (1.1, 2.2, 3.3):  # nine times as much would be too much
        note(governor, 0.3)
        governor.step(now)
    assert model.quality == model.sizes[1].low
    for now in (4.4, 5.5):
        note(governor, 0.05)
        governor.step(now)
    assert model.quality == model.sizes[2].low


def test_governor_waits_between_low_and_high() -> None:
    model, governor = governed()
    for now in (0.0, 5.0, 10.0):
        note(governor, 0.5)
        governor.step(now)
    assert model.quality == 0.5
    governor.step(20.0)  # nothing noted, nothing done
    assert model.quality == 0.5


def test_governor_while_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    model, governor = governed(interval=0.002)
    x = noise(64)
    clock = [0.0]

    def perf_counter() -> float:
        clock[0] += 0.9 * 64 / 48000  # every block seems to take most of its time
        return clock[0]

    monkeypatch.setattr("nam_core.live.governor.time.perf_counter", perf_counter)
    with governor:
        deadline = time.monotonic() + 10
        while model.quality > 0 and time.monotonic() < deadline:
            assert governor.process(x).shape == x.shape
            time.sleep(0.0005)
    assert model.quality == 0.0


def test_governor_refuses_limits_in_the_wrong_order() -> None:
    with pytest.raises(ValueError, match="low must be"):
        nam_core.Governor(nam_core.load(two_linear_sizes()), high=0.3, low=0.5)
