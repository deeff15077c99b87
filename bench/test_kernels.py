"""The time of single kernels: models of one part each, in the engine, by instruction set.

``ns_per_sample`` in the file of ``--benchmark-json`` is the median. It includes the time that every model
takes around its one part; the layer "nothing" shows that time alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import SAMPLE_RATE, model_file_of, noise
from nam_core.format.building import head, layer_array, lstm, wavenet
from nam_core.survey.modelset.sounding_weights import with_weights

FRAMES = 4096
BLOCK = 64
ISAS = nam_core.runtime_info()["isas"]

# Channels, kernel size and dilation of one layer, its 1x1 and head included.
CONVOLUTIONS = {
    "nothing": (1, 1, 1),
    "a1-standard layer": (16, 3, 64),
    "a2-full layer": (8, 6, 41),
    "a2-lite layer": (3, 6, 41),
    "a2-full long layer": (8, 15, 13),
}
ACTIVATIONS = (
    "Tanh",
    "Fasttanh",
    "ReLU",
    "LeakyReLU",
    "Sigmoid",
    "SiLU",
    "Hardswish",
    "Hardtanh",
    "LeakyHardtanh",
    "Softsign",
    "Softsigmoid",
)
# Parts that are added to a layer of 8 channels and kernel size 1.
PARTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "gating": {"gating_mode": "gated"},
    "blending": {"gating_mode": "blended"},
    "FiLM": {"films": ["activation_post_film"]},
    "FiLM without shift": {"films": ["activation_post_film"], "film_shift": False},
    "head1x1": {"head1x1": {"active": True, "out_channels": 8, "groups": 1}},
    "head of 16 taps": {"head": head(kernel_size=16)},
}
CELLS = ((1, 16), (1, 32), (2, 8))


def _layer(channels: int, kernel_size: int, dilation: int, activation: str) -> dict[str, Any]:
    """A WaveNet of one layer."""
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": channels,
        "kernel_sizes": [kernel_size],
        "dilations": [dilation],
        "activation": activation,
        "head": {"out_channels": 1, "kernel_size": 1, "bias": False},
    }
    return model_file_of("WaveNet", {"layers": [array], "head": None, "head_scale": 1.0})


def _measure(benchmark: BenchmarkFixture, file: dict[str, Any], isa: str) -> None:
    engine = nam_core.load(file, isa=isa)._engine
    audio: Any = noise(FRAMES).astype(np.float32)
    benchmark(engine.time_blocks, audio, BLOCK)
    if benchmark.stats is not None:  # with --benchmark-disable the call is made, not timed
        ns_per_sample = benchmark.stats.stats.median * 1e9 / FRAMES
        benchmark.extra_info["ns_per_sample"] = ns_per_sample
        benchmark.extra_info["times_real_time"] = 1e9 / (ns_per_sample * SAMPLE_RATE)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_layer(benchmark: BenchmarkFixture, name: str, isa: str) -> None:
    benchmark.group = f"layer: {isa}, block {BLOCK}"
    _measure(benchmark, _layer(*CONVOLUTIONS[name], "ReLU"), isa)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(benchmark: BenchmarkFixture, name: str, isa: str) -> None:
    benchmark.group = f"activation of 16 rows: {isa}, block {BLOCK}"
    _measure(benchmark, _layer(16, 1, 1, name), isa)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", PARTS)
def test_part(benchmark: BenchmarkFixture, name: str, isa: str) -> None:
    benchmark.group = f"parts of a layer of 8 channels: {isa}, block {BLOCK}"
    _measure(benchmark, with_weights(wavenet(layer_array(8, [1], [1], **PARTS[name])), seed=0), isa)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(("layers", "hidden"), CELLS)
def test_lstm(benchmark: BenchmarkFixture, layers: int, hidden: int, isa: str) -> None:
    benchmark.group = f"LSTM: {isa}, block {BLOCK}"
    _measure(benchmark, with_weights(lstm(layers, hidden), seed=0), isa)
