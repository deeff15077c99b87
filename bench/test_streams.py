"""Several models at once: as many streams as threads should take the time of one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import model_file, noise

FRAMES = 48_000
BLOCK = 64


def _play(model: nam_core.Model) -> None:
    model.time_blocks(noise(FRAMES).astype(np.float32), BLOCK)


@pytest.mark.parametrize("streams", [1, 2, 4])
def test_streams(benchmark: BenchmarkFixture, streams: int) -> None:
    benchmark.group = f"streams: a second of a2-full each, block {BLOCK}, a thread each"
    first = nam_core.load(model_file("a2-full"))
    models = [first, *(first.copy() for _ in range(streams - 1))]
    with ThreadPoolExecutor(streams) as pool:
        benchmark(lambda: list(pool.map(_play, models)))
