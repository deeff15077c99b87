"""Several threads: as many streams as cores should take the time of one stream, and a recording on several
threads a share of its time on one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise

FRAMES = 48_000
BLOCK = 64
RECORDING_SECONDS = 5


def _play(model: nam_core.Model) -> None:
    model.time_blocks(noise(FRAMES).astype(np.float32), BLOCK)


@pytest.mark.parametrize("streams", [1, 2, 4])
def test_streams(benchmark: BenchmarkFixture, streams: int) -> None:
    benchmark.group = f"streams: a second of a2-full each, block {BLOCK}, a thread each"
    first = nam_core.load(model_file("a2-full"))
    models = [first, *(first.copy() for _ in range(streams - 1))]
    with ThreadPoolExecutor(streams) as pool:
        benchmark(lambda: list(pool.map(_play, models)))


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("name", ["a1-standard", "a2-full", "a2-lite", "lstm-1x16"])
def test_render(benchmark: BenchmarkFixture, name: str, threads: int) -> None:
    """An LSTM has no finite receptive field, so its recording cannot be cut: more threads do not reduce its
    time.
    """
    benchmark.group = f"render: {RECORDING_SECONDS} s of {name}, by threads"
    model = nam_core.load(model_file(name))
    recording = noise(RECORDING_SECONDS * SAMPLE_RATE).astype(np.float32)
    benchmark(nam_core.render, model, recording, threads=threads)
    if benchmark.stats is not None:  # with --benchmark-disable the call is made, not timed
        benchmark.extra_info["times_real_time"] = RECORDING_SECONDS / benchmark.stats.stats.median
