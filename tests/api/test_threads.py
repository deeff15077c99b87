"""Threads: one at a time in a model, any number of models at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from small_models import lstm, noise, wavenet

import nam_core


def test_a_second_thread_is_refused_and_does_no_harm() -> None:
    # The slowest set and many channels: processing x takes far longer than the attempts to get in.
    model = nam_core.load(wavenet(channels=16), isa=nam_core.runtime_info()["isas"][-1])
    x, after = noise(800_000), noise(500, seed=1)
    single = model.copy()
    expected, expected_after = single.process(x), single.process(after)
    refused: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(model.process, x)
        while not first.done() and not refused:
            try:
                # Until the first thread is in, this succeeds and changes nothing.
                model.process(after[:0])
            except RuntimeError as error:
                refused.append(str(error))
                for attempt in (lambda: model.process(after), model.copy):
                    with pytest.raises(RuntimeError, match="another thread"):
                        attempt()
                assert not first.done()
        assert np.array_equal(first.result(), expected)
    assert refused
    assert "another thread is using this model" in refused[0]
    assert np.array_equal(model.process(after), expected_after)


def test_threads_that_race_leave_a_sound_state() -> None:
    model = nam_core.load(wavenet())
    ones = np.ones(64, np.float32)

    def play() -> int:
        calls = 0
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            with suppress(RuntimeError):
                model.process(ones)
                calls += 1
        return calls

    with ThreadPoolExecutor(4) as pool:
        calls = sum(future.result() for future in [pool.submit(play) for _ in range(4)])
    # Whoever was let in played 64 ones: in the end the model has heard nothing else.
    assert calls > 100
    steady = nam_core.load(wavenet())
    steady.process(ones)
    assert np.array_equal(model.process(noise(300)), steady.process(noise(300)))


def test_different_models_run_in_parallel() -> None:
    for nam in (wavenet(channels=8), lstm()):
        model = nam_core.load(nam)
        signals = [noise(60_000, seed=seed) for seed in range(6)]
        expected = [model.copy().process(x) for x in signals]
        with ThreadPoolExecutor(6) as pool:
            results = pool.map(lambda pair: pair[0].process(pair[1]), [(model.copy(), x) for x in signals])
            for result, wanted in zip(results, expected, strict=True):
                assert np.array_equal(result, wanted)


def test_other_threads_run_while_a_model_processes() -> None:
    model = nam_core.load(wavenet(channels=16), isa=nam_core.runtime_info()["isas"][-1])
    x = noise(400_000)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(model.process, x)
        turns = 0
        while not future.done():
            turns += 1
            time.sleep(0)
    # With the GIL held throughout, there would be one turn before the call and none during it.
    assert turns > 20
