"""Profiles: the parts of each model, their sum, and an output that profiling does not change."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from small_models import Nam, convnet, linear, lstm, noise, wavenet

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.survey.measure import measure
from nam_core.survey.presets import preset
from nam_core.survey.profile import add_profiles, profile
from nam_core.survey.results import Settings
from nam_core.survey.subjects import subjects

BLOCK = 64
FRAMES = 32 * BLOCK
ISAS = nam_core.runtime_info()["isas"]

WAVENET = {
    "rechannel",
    "conv",
    "activation",
    "layer1x1",
    "head_rechannel",
    "head_scale",
    "history",
    "overhead",
}
PARTS: dict[str, tuple[Nam, set[str]]] = {
    "tanh": (wavenet(), WAVENET),
    # Sigmoid is not one of the activations that are computed together with the convolution.
    "sigmoid": (wavenet(activation="Sigmoid"), WAVENET),
    "without 1x1": (wavenet(layer1x1=False), (WAVENET - {"layer1x1"}) | {"sums"}),
    "a2": (preset("a2-full"), WAVENET),
    "gated": (preset("a2-gated"), WAVENET | {"gating", "sums"}),
    "films": (preset("a2-film"), WAVENET | {"film", "input_mixin", "sums"}),
    "lstm": (lstm(), {"lstm", "head", "overhead"}),
    "convnet": (convnet(), {"conv", "activation", "head", "history", "overhead"}),
    "linear": (linear(np.ones(100)), {"conv", "history", "overhead"}),
}


def parts_of(file: Nam, **options: Any) -> dict[str, Any]:
    model = nam_core.load(file, **options)
    found = profile(model, noise(FRAMES, dtype=model.dtype.name), BLOCK)
    return {part.part: part for part in found}


@pytest.mark.parametrize("kind", PARTS)
def test_the_parts_that_a_model_has(kind: str) -> None:
    file, names = PARTS[kind]
    found = parts_of(file)
    assert set(found) == names
    assert sum(part.share for part in found.values()) == pytest.approx(1.0)
    assert all(part.share >= 0.0 for part in found.values())
    assert [part.share for part in found.values()] == sorted((p.share for p in found.values()), reverse=True)
    total = sum(part.ns_per_sample for part in found.values())
    for part in found.values():
        assert part.ns_per_sample == pytest.approx(total * part.share)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_kernel_set(dtype: Literal["float32", "float64"], isa: str) -> None:
    assert set(parts_of(wavenet(), dtype=dtype, isa=isa)) == WAVENET


def test_calls_are_counted() -> None:
    found = parts_of(wavenet(channels=4, dilations=(1, 2, 4)))
    calls = {name: part.calls_per_block for name, part in found.items()}
    assert (calls["conv"], calls["activation"], calls["overhead"]) == (3.0, 3.0, 1.0)
    # The output of the last layer's layer1x1 is not used, so it is not computed.
    assert calls["layer1x1"] == 2.0
    assert calls["rechannel"] == calls["head_rechannel"] == calls["head_scale"] == 1.0


def test_blocks_longer_than_a_tile_are_several_calls() -> None:
    model = nam_core.load(linear([1.0, 2.0]))
    found = {part.part: part for part in profile(model, noise(2048), 512)}
    assert found["conv"].calls_per_block == 4.0


def test_work_goes_where_it_belongs() -> None:
    # A convolution of 64 taps and 16 channels, compared with a 1x1 and a ReLU, which take a sixtieth of its
    # time.
    found = parts_of(wavenet(channels=16, kernel_size=64, dilations=(1, 1, 1), activation="ReLU"))
    assert max(found, key=lambda name: found[name].share) == "conv"
    assert found["conv"].share > 0.5


def test_a_profile_plays_what_it_measures() -> None:
    # The engine's own method, which does not reset the state: three runs of the same 16 blocks, twice.
    audio = noise(FRAMES)
    model, other = nam_core.load(wavenet()), nam_core.load(wavenet())
    model._engine.profile(audio, BLOCK)
    half = FRAMES // 2
    other.process(np.concatenate([*[audio[:half]] * 3, *[audio[half:]] * 3]))
    assert np.array_equal(model.process(audio), other.process(audio))


@pytest.mark.parametrize(
    ("audio", "block", "message"),
    [
        (np.zeros((2, 64), np.float32), 64, r"audio must have the shape \(frames,\)"),
        (np.zeros(64, np.float32), 0, "block must be at least 1 frame; found 0"),
        (np.zeros(63, np.float32), 64, "at least one block of 64 frames; found 63 frames"),
    ],
    ids=["channels", "block 0", "short"],
)
def test_what_cannot_be_profiled(audio: Any, block: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        profile(nam_core.load(wavenet()), audio, block)


def test_surveys_carry_profiles_of_their_results_on_sound() -> None:
    settings = Settings(blocks=(16, 64), dtype="float32", seconds=0.01, signal="guitar", budget=None)
    models = subjects(wavenet(), "amp")
    done: list[int] = []
    survey = add_profiles(measure(models, settings, dry_signal, 2), models, dry_signal, done.append)
    assert [bool(found.profile) for found in survey.results] == [True, False, True, False]
    assert sum(done) == 2
