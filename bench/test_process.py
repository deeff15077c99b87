"""The time of a sample through ``Model.process``: by model; by family, block, instruction set and dtype.

One call is one block of a stream, written to an array that is used again, as in an audio callback. The file
of ``--benchmark-json`` also has ``ns_per_sample`` (of the median) and ``times_real_time``.
"""

from __future__ import annotations

from typing import Literal

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import NAMES, SAMPLE_RATE, model_file, noise

Dtype = Literal["float32", "float64"]

BLOCK = 64
BLOCKS = (16, BLOCK, 256, 2048)
DTYPES: tuple[Dtype, ...] = ("float32", "float64")
ISAS = nam_core.runtime_info()["isas"]

# One model for each kind of work in the engine.
FAMILIES = (
    "a1-standard",
    "a1-nano",
    "a2-full",
    "a2-lite",
    "a2-gated",
    "a2-film",
    "a2-slimmable",
    "condition-wavenet",
    "lstm-1x16",
    "convnet",
    "linear-2048",
)


def _measure(
    benchmark: BenchmarkFixture,
    name: str,
    block: int = BLOCK,
    dtype: Dtype = "float32",
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


@pytest.mark.parametrize("name", NAMES)
def test_model(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = f"process: block {BLOCK}"
    _measure(benchmark, name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_family(benchmark: BenchmarkFixture, family: str, block: int, isa: str, dtype: Dtype) -> None:
    benchmark.group = f"process: {family}, block {block}"
    _measure(benchmark, family, block, dtype, isa)
