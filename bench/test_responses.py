"""The time of an impulse response by length, that of the direct sum, and that of a chain: the average and the
worst block.

A block's time is the least of all rounds at its place in the stream, because machines are shared and a block
does the same work in every round. The file of ``--benchmark-json`` also has ``ns_per_sample``, ``core_share``
(of one core at 48 kHz), ``median_block_us``, ``worst_block_us``, ``worst_share`` (of the time that a block
lasts), ``worst_over_median`` and ``first_block_us``, which includes the reset.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise
from nam_core.format.building import file

Form = Literal["as Linear", "direct sum"]

TAPS = (64, 256, 384, 512, 1024, 2048, 8192, 24_000, 96_000, 480_000, 1_208_121)
BLOCKS = (32, 64)
ROUNDS = 20
# Frames to play. In a direct sum, all blocks do the same work. Transforms need three of the largest blocks,
# so that every transform is included.
FRAMES: dict[Form, int] = {"as Linear": 3 * 65_536, "direct sum": 2048}

RENDERED_SECONDS, RESPONSE_SECONDS = 30, 2


@cache
def response(taps: int) -> npt.NDArray[np.float32]:
    """Decaying noise, ``(taps,)``, whose energy is 1."""
    h = np.random.default_rng(0).standard_normal(taps) * np.exp(-4.0 * np.arange(taps) / taps)
    return np.asarray(h / np.sqrt(np.sum(h * h)), np.float32)


def _as_linear(taps: int) -> dict[str, Any]:
    config = {"receptive_field": taps, "bias": False}
    return {**file("Linear", config), "weights": response(taps).tolist()}


def _direct_sum(taps: int) -> dict[str, Any]:
    """A WaveNet of one layer that does nothing but convolve."""
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": 1,
        "bottleneck": 1,
        "kernel_sizes": [taps],
        "dilations": [1],
        "activation": {"type": "LeakyReLU", "negative_slope": 1.0},
        "layer1x1": {"active": False, "groups": 1},
        "head": {"out_channels": 1, "kernel_size": 1, "bias": False},
    }
    # rechannel, taps from the oldest on, bias, mixin, head_rechannel, head_scale
    weights = [1.0, *response(taps)[::-1].tolist(), 0.0, 0.0, 1.0, 1.0]
    config = {"layers": [array], "head": None, "head_scale": 1.0}
    return {**file("WaveNet", config), "weights": weights}


@pytest.mark.parametrize("taps", TAPS)
@pytest.mark.parametrize("form", FRAMES)
@pytest.mark.parametrize("block", BLOCKS)
def test_length(benchmark: BenchmarkFixture, block: int, form: Form, taps: int) -> None:
    benchmark.group = f"impulse responses: {form}, block {block}"
    model = nam_core.load(_as_linear(taps) if form == "as Linear" else _direct_sum(taps))
    _measure(benchmark, model, noise(FRAMES[form]).astype(np.float32), block)


@pytest.mark.parametrize("taps", (8192, 96_000))
@pytest.mark.parametrize("block", BLOCKS)
def test_chain(benchmark: BenchmarkFixture, block: int, taps: int) -> None:
    """A pedal, an amplifier and a response, as ``nam_core.chain`` connects them."""
    benchmark.group = f"chain: a1-nano, a2-full and a response, block {block}"
    model = nam_core.chain([model_file("a1-nano"), model_file("a2-full"), _as_linear(taps)])
    _measure(benchmark, model, noise(65_536).astype(np.float32), block)


def _measure(
    benchmark: BenchmarkFixture, model: nam_core.Model, audio: npt.NDArray[np.float32], block: int
) -> None:
    rounds: list[npt.NDArray[np.float64]] = []

    def play() -> None:
        model.reset()
        rounds.append(model.time_blocks(audio, block))

    benchmark.pedantic(play, rounds=ROUNDS)
    if benchmark.stats is not None:
        least = np.min(rounds, axis=0)
        ns_per_sample = float(least.mean()) * 1e9 / block
        # The first block also settles the model.
        median, worst = float(np.median(least)), float(least[1:].max())
        benchmark.extra_info.update(
            ns_per_sample=ns_per_sample,
            core_share=ns_per_sample * 1e-9 * SAMPLE_RATE,
            median_block_us=median * 1e6,
            worst_block_us=worst * 1e6,
            worst_share=worst * SAMPLE_RATE / block,
            worst_over_median=worst / median,
            first_block_us=float(least[0]) * 1e6,
        )


def test_rendering(benchmark: BenchmarkFixture) -> None:
    """``nam_core.render`` of half a minute through two seconds of reverberation."""
    benchmark.group = f"impulse responses: render {RENDERED_SECONDS} s through {RESPONSE_SECONDS} s"
    model = nam_core.load(_as_linear(RESPONSE_SECONDS * SAMPLE_RATE))
    audio = noise(RENDERED_SECONDS * SAMPLE_RATE).astype(np.float32)
    benchmark.pedantic(nam_core.render, (model, audio), rounds=ROUNDS)
    if benchmark.stats is not None:
        benchmark.extra_info["times_real_time"] = RENDERED_SECONDS / benchmark.stats.stats.min
