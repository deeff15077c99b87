"""Every instruction set with FMA gives the bits of hashes.json, however the signal is cut into blocks.

Other processors and compilers run this same file: `nox -s clang wheels aarch64`.
"""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from conformance.hashes import models, recorded, signal, sizes

import nam_core
from nam_core.selftest.stimulus import FRAMES, digest, stimulus

ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
MODELS = models()
RECORDED = recorded()
BLOCKS = (FRAMES, 700, 64, 16, 3, 1)


def partitions(name: str) -> dict[str, list[int]]:
    """Block lengths that add up to the signal's: equal ones, and random ones that differ for every model."""
    equal = {f"{n}": [n] * (FRAMES // n) + [FRAMES % n] for n in BLOCKS}
    cuts = np.sort(np.random.default_rng(zlib.crc32(name.encode())).integers(0, FRAMES, 40))
    return {**equal, "random": np.diff(cuts, prepend=0, append=FRAMES).tolist()}


def play(model: nam_core.Model, lengths: list[int]) -> str:
    """The hash of the model's output, streamed from the start state in blocks of these lengths."""
    x, start = signal(model), 0
    channels = model.output_channels
    out = np.empty((FRAMES,) if channels == 1 else (channels, FRAMES), np.float32)
    model.reset()
    for length in lengths:
        here = np.s_[..., start : start + length]
        model.process(x[here], out=out[here])
        start += length
    assert start == FRAMES
    return digest(out)


def test_the_signal_is_the_same_here() -> None:
    assert digest(stimulus()) == RECORDED["signal"]


def test_every_model_of_the_repository_is_recorded() -> None:
    assert RECORDED["models"].keys() == MODELS.keys()
    assert len(MODELS) == 125


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", sorted(MODELS))
def test_bits(name: str, isa: str) -> None:
    variants = sizes(MODELS[name], isa)
    assert len(variants) == len(RECORDED["models"][name])
    for model, expected in zip(variants, RECORDED["models"][name], strict=True):
        assert model.isa == isa
        results = {blocks: play(model, lengths) for blocks, lengths in partitions(name).items()}
        assert results == dict.fromkeys(results, expected)
