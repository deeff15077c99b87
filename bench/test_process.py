"""What a sample costs through ``Model.process``: by model and block size, by instruction set, in float64.

One call is one block of a stream, into an array that is used again, as an audio callback does it. The file of
``--benchmark-json`` also has ``ns_per_sample`` (of the median) and ``times_real_time``.
"""

from __future__ import annotations

from typing import Literal

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import NAMES, SAMPLE_RATE, model_file, noise

BLOCK = 64
ISAS = nam_core.runtime_info()["isas"]


def _measure(
    benchmark: BenchmarkFixture,
    name: str,
    block: int = BLOCK,
    dtype: Literal["float32", "float64"] = "float32",
    isa: str | None = None,
) -> None:
    model = nam_core.load(model_file(name), dtype=dtype, isa=isa)
    audio = noise(block).astype(dtype)
    out = model.process(audio)
    benchmark(model.process, audio, out)
    if benchmark.stats is not None:  # with --benchmark-disable the call is made, not timed
        ns_per_sample = benchmark.stats.stats.median * 1e9 / block
        benchmark.extra_info["isa"] = model.isa
        benchmark.extra_info["ns_per_sample"] = ns_per_sample
        benchmark.extra_info["times_real_time"] = 1e9 / (ns_per_sample * SAMPLE_RATE)


@pytest.mark.parametrize("block", [16, BLOCK, 256, 2048])
@pytest.mark.parametrize("name", NAMES)
def test_block_size(benchmark: BenchmarkFixture, name: str, block: int) -> None:
    benchmark.group = f"process: block {block}"
    _measure(benchmark, name, block)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", NAMES)
def test_isa(benchmark: BenchmarkFixture, name: str, isa: str) -> None:
    benchmark.group = f"process: {name}, block {BLOCK}"
    _measure(benchmark, name, isa=isa)


@pytest.mark.parametrize("name", NAMES)
def test_float64(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = f"process: float64, block {BLOCK}"
    _measure(benchmark, name, dtype="float64")
