"""The float32 engine equals its PyTorch mirror, ``reference.exact_float32``, in every bit."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import container, convnet, linear, lstm, noise, wavenet
from strategies import audio, multi_channel_files, nam_files
from strategy_weights import nam_file

pytest.importorskip("torch", reason="torch is not installed (nam_core[reference])")

import torch

import nam_core
from nam_core import reference
from nam_core.format.nam_file import read_nam
from nam_core.format.weight_layout import split_weights, weight_parts

PATHS = sorted((Path(__file__).parents[1] / "golden").glob("*.nam"))
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.nam"))
# All with the same bits; the best one first.
EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
FRAMES = 2000
# An emulated LSTM takes milliseconds per frame.
FRAMES_LSTM = 150

Array = npt.NDArray[Any]

pytestmark = pytest.mark.usefixtures("one_thread")
each_model = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
examples = settings(
    max_examples=int(os.environ.get("NAM_CORE_EXAMPLES", "25")),
    derandomize="NAM_CORE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def mirror(source: Any, x: Array, **options: Any) -> Array:
    with torch.inference_mode():
        y: Array = reference.exact_float32(source, **options)(torch.tensor(x)).numpy()
    return y


def assert_same_bits(ours: Array, theirs: Array) -> None:
    """Compare bits, signs of zeros included."""
    assert ours.dtype == theirs.dtype == np.float32
    assert ours.shape == theirs.shape
    differs = ours.view(np.int32) != theirs.view(np.int32)
    differing = np.flatnonzero(differs.reshape(-1, differs.shape[-1]).any(axis=0))
    assert differing.size == 0, f"{differing.size} frames differ, first {differing[0]}"


def signal(path: Path) -> Array:
    x: Array = np.load(path.with_suffix(".npz"))["x"]
    return x


@each_model
def test_golden_model(path: Path) -> None:
    x = signal(path)
    assert x.size == FRAMES
    assert_same_bits(nam_core.load(path, isa=EXACT_ISAS[0]).process(x), mirror(path, x))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_trained_model(path: Path) -> None:
    x = 0.5 * noise(400)
    assert_same_bits(nam_core.load(path).process(x), mirror(path, x))


@pytest.mark.parametrize("path", [p for p in PATHS if len(nam_core.load(p).sizes) > 1], ids=lambda p: p.stem)
def test_every_size(path: Path) -> None:
    x = signal(path)[:600]
    for size in nam_core.load(path).sizes:
        quality = (size.low + size.high) / 2
        ours = nam_core.load(path, quality=quality).process(x)
        assert_same_bits(ours, mirror(path, x, quality=quality))


@pytest.mark.parametrize(
    "name", ["film_layer1x1_post", "layer1x1_inactive", "act_hardtanhp", "linear_bias", "kitchen_sink_1"]
)
def test_core_compatibility(name: str) -> None:
    path = next(p for p in PATHS if p.stem == name)
    x = signal(path)[:600]
    ours = nam_core.load(path, compat="core").process(x)
    assert_same_bits(ours, mirror(path, x, compat="core"))


@pytest.mark.parametrize(
    ("taps", "channels"),
    [(384, (1, 1)), (385, (1, 1)), (1000, (1, 3)), (5000, (3, 1)), (700, (2, 2)), (16_000, (1, 1))],
)
def test_long_responses(taps: int, channels: tuple[int, int]) -> None:
    file, x = linear(noise(taps) / taps, *channels), noise(3000, channels[0])
    assert_same_bits(nam_core.load(file).process(x), mirror(file, x))


def test_the_largest_transforms() -> None:
    """The end of a signal, which a response of three tiers needs as a whole."""
    taps = 600_000
    file, x = linear(noise(taps) / taps), noise(taps + 500)
    net = reference.exact_float32(file)
    net.core.conv.start = 0  # the first frame given is the first of the stream
    with torch.inference_mode():
        theirs = net(torch.tensor(x), pad_start=False).numpy()
    assert_same_bits(nam_core.load(file).process(x)[-theirs.size :], theirs)


@pytest.mark.parametrize("first", [wavenet(), lstm()], ids=["settled on a constant", "never settled"])
def test_a_long_response_in_a_chain(first: Any) -> None:
    """The network's output for silence is not zero, so the response's past is that constant."""
    models = [linear([0.5] * 100), first, linear(noise(700) / 700), wavenet(dilations=(1, 30, 100))]
    file = nam_file("Sequential", {"models": models}, [], 48000)
    x = noise(200 if first["architecture"] == "LSTM" else 2000)
    assert_same_bits(nam_core.load(file).process(x), mirror(file, x))


def test_a_long_response_as_condition() -> None:
    file, x = wavenet(dilations=(1, 30, 100)), noise(3000)
    file["config"]["condition_dsp"] = linear(noise(700) / 700)
    assert_same_bits(nam_core.load(file).process(x), mirror(file, x))


def test_core_compatibility_prewarms_an_lstm() -> None:
    nam, x = lstm(sample_rate=80), noise(20)
    ours = nam_core.load(nam, compat="core").process(x)
    assert_same_bits(ours, mirror(nam, x, compat="core"))
    assert not np.array_equal(ours, mirror(nam, x))


@pytest.mark.parametrize("quality", [0.0, 1.0])
@pytest.mark.parametrize("nested", [False, True])
def test_core_compatibility_prewarms_a_chain_for_its_full_size(quality: float, nested: bool) -> None:
    """The small size hears 71 frames of silence, too, and not its own 5. A response hears none of its own."""
    slimmable = container(wavenet(channels=2, dilations=(1, 1)), wavenet(channels=4, dilations=(1, 30, 4)))
    models = [slimmable, linear([0.5] * 100)]
    if nested:
        models = [linear([0.5, 0.2]), nam_file("Sequential", {"models": models}, [], 48000)]
    file, x = nam_file("Sequential", {"models": models}, [], 48000), noise(100)
    ours = nam_core.load(file, quality=quality, compat="core").process(x)
    assert_same_bits(ours, mirror(file, x, quality=quality, compat="core"))
    assert not np.array_equal(ours, mirror(file, x, quality=quality))


@pytest.mark.parametrize("name", ["a1_nano", "condition_dsp_nested", "convnet_tanh", "lstm_2x5"])
def test_fast_tanh(name: str) -> None:
    path = next(p for p in PATHS if p.stem == name)
    x = signal(path)[: FRAMES_LSTM if "lstm" in name else 600]
    ours = nam_core.load(path, tanh="fast").process(x)
    assert_same_bits(ours, mirror(path, x, tanh="fast"))
    assert not np.array_equal(ours, mirror(path, x))


def _without_biases(nam: dict[str, Any]) -> dict[str, Any]:
    """The model without biases and stored state: silent for silence, if its activations allow it."""
    nam = copy.deepcopy(nam)
    config = nam["config"]
    for submodel in config.get("submodels", []):
        submodel["model"] = _without_biases(submodel["model"])
    if config.get("condition_dsp"):
        config["condition_dsp"] = _without_biases(config["condition_dsp"])
    model = read_nam(nam)
    weights = model.weights.copy()
    for part, values in split_weights(weight_parts(model.config), weights).items():
        if part.endswith((".bias", "running_mean", "initial_hidden", "initial_cell")):
            values[...] = 0.0
    nam["weights"] = weights.tolist()
    return nam


def test_decay_through_the_subnormal_numbers() -> None:
    """Levels from 1e-30 to 1e-46, through every golden model without biases, on every instruction set."""
    rng = np.random.default_rng(1)
    tiny = flushed = 0
    for path in PATHS:
        is_lstm = "lstm" in path.stem
        frames = FRAMES_LSTM if is_lstm else 500
        x = (10.0 ** np.linspace(-30, -46, frames) * rng.uniform(-1.0, 1.0, frames)).astype(np.float32)
        nam = _without_biases(json.loads(path.read_bytes()))
        theirs = mirror(nam, x)
        for isa in EXACT_ISAS:
            assert_same_bits(nam_core.load(nam, isa=isa).process(x), theirs)
        assert not np.any((theirs != 0) & (np.abs(theirs) < 2.0**-126))
        tiny += int(np.count_nonzero((theirs != 0) & (np.abs(theirs) < 1e-30)))
        flushed += int(np.count_nonzero((theirs == 0) & (x != 0)))
    # Most models do let it through, and are silent at the end.
    assert tiny > 10_000
    assert flushed > 10_000


@pytest.mark.parametrize(
    "path", [p for p in PATHS if p.stem in ("a1_nano", "film_all_gated", "convnet_tanh")]
)
def test_subnormal_input_counts_as_silence(path: Path) -> None:
    x = np.full(200, 1e-39, np.float32)
    assert_same_bits(mirror(path, x), mirror(path, np.zeros_like(x)))
    assert_same_bits(nam_core.load(path).process(x), mirror(path, x))


@examples
@given(nam=nam_files(), quality=st.floats(0.0, 1.0), seed=st.integers(0, 2**16))
def test_any_mono_model(nam: dict[str, Any], quality: float, seed: int) -> None:
    x = audio(seed, 100)
    ours = nam_core.load(nam, quality=quality).process(x)
    assert_same_bits(ours, mirror(nam, x, quality=quality))


@examples
@given(nam=multi_channel_files(), seed=st.integers(0, 2**16))
def test_several_channels(nam: dict[str, Any], seed: int) -> None:
    channels = read_nam(nam).config.in_channels
    x = noise(100, channels, seed)
    assert_same_bits(nam_core.load(nam).process(x), mirror(nam, x))


@pytest.mark.parametrize(
    "nam", [wavenet(), lstm(), convnet(), linear([0.5, -0.25])], ids=lambda nam: nam["architecture"]
)
def test_module_interface(nam: dict[str, Any]) -> None:
    module = reference.exact_float32(nam)
    x = torch.tensor(noise(60))
    y = module(x)
    assert y.dtype == torch.float32
    assert module.receptive_field == nam_core.load(nam).receptive_field
    assert list(module.parameters()) == []
    batch = torch.stack([x, -x])
    assert torch.equal(module(batch)[0], y)
    assert torch.equal(module(batch)[1], module(-x))
    # Without the silence in front, an output for every input that has enough past.
    padded = torch.nn.functional.pad(x, (module.receptive_field - 1, 0))
    assert torch.equal(module(padded, pad_start=False), y)
    assert module(x[:0]).shape == (0,)
    # Another dtype is rounded first, and the buffers may be held in any type that can hold them.
    assert torch.equal(module(x.to(torch.float64)), y)
    for dtype in ("float32", "float64"):
        assert np.array_equal(reference.forward_padded(module, x.numpy(), dtype, chunk=17), y.numpy())


def test_module_with_several_channels() -> None:
    module = reference.exact_float32(wavenet(in_channels=2, out_channels=3))
    x = torch.tensor(noise(60, 2))
    assert module(x).shape == (3, 60)
    assert torch.equal(module(torch.stack([x, x]))[1], module(x))


def test_compare_against_the_mirror() -> None:
    path = next(p for p in PATHS if p.stem == "gated")
    x = signal(path)
    report = nam_core.compare(path, x, dtype="float32", against="exact")
    assert (report.differing_samples, report.max_ulps, report.max_abs) == (0, 0, 0.0)
    assert (report.against, report.to_dict()["against"]) == ("exact", "exact")
    assert "mirror" in str(report)
    if "scalar-nofma" in nam_core.runtime_info()["isas"]:
        unfused = nam_core.compare(path, x, dtype="float32", against="exact", isa="scalar-nofma")
        assert unfused.differing_samples > 0


def test_compare_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match='needs dtype="float32"'):
        nam_core.compare(PATHS[0], np.zeros(5), against="exact")
    with pytest.raises(ValueError, match="against must be"):
        nam_core.compare(PATHS[0], np.zeros(5), against="torch")  # type: ignore[arg-type]
