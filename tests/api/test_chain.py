"""Chains of models (format 15.1): ``chain``, ``save`` and ``nam-core combine``."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, Nam, container, convnet, linear, lstm, noise, wavenet

import nam_core
from nam_core.cli import main

FRAMES = 900


def cabinet(rate: int = 48000, channels: int = 1) -> bytes:
    taps = np.random.default_rng(3).uniform(-1, 1, (200, channels)) * np.exp(-np.arange(200) / 30)[:, None]
    file = io.BytesIO()
    soundfile.write(file, (0.3 * taps).astype(np.float32), rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


def after_silence(models: list[Any], x: Array, silence: int) -> Array:
    """The expected output: each model from its start state, after the given silence before the first one."""
    y = np.concatenate([np.zeros(silence), x])
    for source in models:
        y = nam_core.load(source, dtype="float64").process(y)
    return y[..., silence:]


@pytest.mark.parametrize(
    "models",
    [
        [wavenet(), cabinet()],
        [linear([0.5, 0.25]), wavenet(channels=2), cabinet()],
        [convnet()],
        [cabinet()] * 3,
    ],
    ids=["amp, cab", "pedal, amp, cab", "one", "three cabs"],
)
def test_it_is_the_parts_one_after_another(models: list[Any], tmp_path: Path) -> None:
    x = noise(FRAMES, dtype="float64")
    expected = after_silence(models, x, 2000)
    rig = nam_core.chain(models, dtype="float64")
    assert rig.architecture == "Sequential"
    assert rig.receptive_field == 1 + sum(nam_core.load(model).receptive_field - 1 for model in models)
    assert np.allclose(rig.process(x), expected, rtol=0, atol=1e-14)

    path = tmp_path / "rig.nam"
    nam_core.save(
        nam_core.chain([nam_core.load(model) for model in models]), path, metadata={"loudness": -9.0}
    )
    assert nam_core.info(path).metadata.loudness == -9.0
    assert np.array_equal(
        nam_core.load(path, dtype="float64").process(x), nam_core.chain(models, dtype="float64").process(x)
    )


def test_gains_are_models_with_one_tap() -> None:
    models: list[Any] = [wavenet(), cabinet(channels=2)]
    x = noise(FRAMES, dtype="float64")
    plain = nam_core.chain(models, dtype="float64").process(x)
    rig = nam_core.chain(models, gains=[-6.0], dtype="float64")
    factor = float(np.float32(10 ** (-6 / 20)))
    assert np.allclose(rig.process(x), factor * plain, rtol=1e-12, atol=1e-15)
    assert rig.num_parameters == nam_core.chain(models, gains=[0.0]).num_parameters + 1
    for gains in ([1.0, 2.0], [float("nan")], [1e9]):
        with pytest.raises(ValueError, match="gains must be"):
            nam_core.chain(models, gains=gains)
    with pytest.raises(ValueError, match="at least one model"):
        nam_core.chain([])


def test_quality_selects_in_every_model() -> None:
    small, full, other = wavenet(channels=2), wavenet(channels=4), linear([1.0, 0.5])
    sized = container(small, full)
    thirds = container(other, linear([0.25]), linear([2.0]))
    rig = nam_core.chain([sized, thirds], dtype="float64")
    assert [size.low for size in rig.sizes] == [0.0, 1 / 3, 0.5, 2 / 3]
    assert [size.channels for size in rig.sizes] == [(2,), (2,), (4,), (4,)]
    x = noise(FRAMES, dtype="float64")
    for quality, parts in (
        (0.2, [small, other]),
        (0.4, [small, linear([0.25])]),
        (1.0, [full, linear([2.0])]),
    ):
        rig = nam_core.chain([sized, thirds], quality=quality, dtype="float64")
        assert np.array_equal(rig.process(x), nam_core.chain(parts, dtype="float64").process(x))


def test_a_switch_ends_in_the_bits_of_a_fresh_chain() -> None:
    rig = nam_core.chain([container(wavenet(channels=2), wavenet(channels=4)), cabinet()])
    fresh = nam_core.chain([container(wavenet(channels=2), wavenet(channels=4)), cabinet()], quality=0.0)
    x = noise(6000)
    rig.process(x[:2000])
    fresh.process(x[:2000])
    rig.set_quality(0.0, crossfade=0.001)
    switched, expected = rig.process(x[2000:]), fresh.process(x[2000:])
    assert not np.array_equal(switched[:40], expected[:40])
    assert np.array_equal(switched[-3000:], expected[-3000:])


@pytest.mark.parametrize("isa", nam_core.runtime_info()["exact_isas"])
def test_blocks_do_not_change_a_bit_of_a_switch(isa: str) -> None:
    parts = [container(wavenet(channels=2), wavenet(channels=4)), linear(np.linspace(0.1, 0, 600)), wavenet()]
    x = noise(3000)

    def played(block: int, isa: str | None = None) -> Array:
        rig = nam_core.chain(parts, isa=isa)
        before = rig.process(x[:1000])
        rig.set_quality(0.0)
        after = [rig.process(x[start : start + block]) for start in range(1000, len(x), block)]
        result: Array = np.concatenate([before, *after])
        return result

    expected = played(2000)
    for block in (1, 3, 16, 64, 700):
        assert np.array_equal(played(block, isa), expected)


def test_an_lstm_hears_the_silence_in_front() -> None:
    """An LSTM starts from its stored state, as early as the models after it need (format 15.1)."""
    rig = nam_core.chain([wavenet(), lstm(), linear(np.linspace(1, 0, 50))], dtype="float64")
    x = noise(FRAMES, dtype="float64")
    constant = nam_core.load(wavenet(), dtype="float64").process(np.zeros(1))[0]
    amp, recurrent = nam_core.load(wavenet(), dtype="float64"), nam_core.load(lstm(), dtype="float64")
    heard = np.concatenate([np.full(49, constant), amp.process(x)])
    expected = np.convolve(recurrent.process(heard), np.linspace(1, 0, 50).astype(np.float32))[
        49 : 49 + FRAMES
    ]
    assert np.allclose(rig.process(x), expected, rtol=0, atol=1e-12)
    rig.reset()
    assert np.allclose(rig.process(x), expected, rtol=0, atol=1e-12)


def test_a_chain_can_be_a_submodel_and_a_condition_dsp() -> None:
    rig = json.loads(json.dumps({**linear([1.0]), "architecture": "Sequential", "weights": []}))
    rig["config"] = {"models": [linear([0.5, 0.25]), linear([0.0, 1.0])]}
    x = noise(FRAMES, dtype="float64")
    inside = nam_core.load(container(rig, linear([1.0])), quality=0.0, dtype="float64")
    assert np.array_equal(inside.process(x), nam_core.load(rig, dtype="float64").process(x))
    conditioned, folded = wavenet(channels=4), wavenet(channels=4)
    conditioned["config"]["condition_dsp"] = rig
    folded["config"]["condition_dsp"] = linear([0.0, 0.5, 0.25])
    first, second = (nam_core.load(nam, dtype="float64").process(x) for nam in (conditioned, folded))
    assert np.allclose(first, second, rtol=0, atol=1e-14)


def test_rates_that_differ_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "cab.wav"
    path.write_bytes(cabinet(44100))
    with pytest.raises(nam_core.NamConfigError, match=r"load\(\.\.\., sample_rate=48000\).*--sample-rate"):
        nam_core.chain([wavenet(), path])
    rig = nam_core.chain([wavenet(), nam_core.load(path, sample_rate=48000)])
    assert rig.sample_rate == 48000.0


def test_channels_that_differ_are_refused() -> None:
    with pytest.raises(nam_core.NamConfigError, match="has 1 input channels; must have 2"):
        nam_core.chain([cabinet(channels=2), wavenet()])


def test_older_taps_are_saved_in_the_new_order(tmp_path: Path) -> None:
    path, x = tmp_path / "out.nam", noise(50)
    for nam in (linear([0.25, 1.0]), container(linear([0.25, 1.0]), linear([0.5, 2.0]))):
        model = nam_core.load(nam, linear_taps="oldest_first")
        nam_core.save(model, path)
        assert np.array_equal(nam_core.load(path).process(x), model.process(x))


def test_a_recording_in_the_chain_keeps_its_order(tmp_path: Path) -> None:
    """linear_taps is about .nam files."""
    x, nam = noise(300), linear([0.25, 1.0])
    rig = nam_core.chain([nam, cabinet()], gains=[1.0], linear_taps="oldest_first")
    parts = [nam_core.load(nam, linear_taps="oldest_first"), nam_core.load(cabinet())]
    assert np.array_equal(rig.process(x), nam_core.chain(parts, gains=[1.0]).process(x))


def test_the_chain_s_options_are_for_its_impulse_responses() -> None:
    x = noise(FRAMES)
    rig = nam_core.chain([wavenet(), cabinet(44100)], sample_rate=48000, normalize=True)
    response = nam_core.load(cabinet(44100), sample_rate=48000, normalize=True)
    assert np.array_equal(rig.process(x), nam_core.chain([wavenet(), response]).process(x))
    with pytest.raises(nam_core.NamConfigError, match="WaveNet runs at 48000 Hz; only impulse responses"):
        nam_core.chain([wavenet(), cabinet(44100)], sample_rate=44100)


def test_one_model_is_no_list_of_models() -> None:
    for one in ("amp.nam", Path("amp.nam"), b"{}", linear([1.0]), nam_core.load(linear([1.0]))):
        with pytest.raises(TypeError, match="a list of models"):
            nam_core.chain(one)  # type: ignore[arg-type]


def saved_loudness(model: nam_core.Model, path: Path) -> float | None:
    nam_core.save(model, path)
    return nam_core.info(path).metadata.loudness


def test_loudness_is_the_trainer_s_or_it_is_said_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal = tmp_path / "loudness_input.wav"
    soundfile.write(signal, noise(4800, dtype="float64"), 48000, subtype="PCM_16")
    monkeypatch.setattr("nam_core.levels.model_loudness._installed_input", lambda: signal)
    path = tmp_path / "rig.nam"
    sized = container(linear([0.5]), linear([2.0]))
    full = nam_core.levels.loudness(nam_core.load(linear([2.0]))).measured
    # Of the full size, at whatever size it is saved.
    assert saved_loudness(nam_core.chain([sized, linear([1.0])], quality=0.0), path) == pytest.approx(full)
    two = {
        **linear([1.0]),
        "config": {"receptive_field": 1, "bias": False, "in_channels": 2, "out_channels": 2},
    }
    for models, why in (([two], "has 2"), ([linear([0.0])], "is silent")):
        with pytest.warns(UserWarning, match=f"loudness is left out: .*{why}"):
            assert saved_loudness(nam_core.chain(models), path) is None
    monkeypatch.setattr("nam_core.levels.model_loudness._installed_input", lambda: None)
    with pytest.warns(UserWarning, match=r"loudness is left out: .*pip install nam_core\[reference\]"):
        assert saved_loudness(nam_core.chain([linear([1.0])]), path) is None
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        nam_core.save(nam_core.load(linear([1.0])), path, metadata={"gain": float("nan")})
    assert path.read_bytes() == before


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_combine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    amp, cab, out = tmp_path / "amp.nam", tmp_path / "cab.wav", tmp_path / "rig.nam"
    amp.write_text(json.dumps(wavenet()))
    cab.write_bytes(cabinet())
    assert run("combine", amp, cab, "-o", out, "--gain", "3", "--name", "Rig") == 0
    x = noise(FRAMES)
    model = nam_core.load(out)
    assert model.metadata.name == "Rig"
    assert np.array_equal(model.process(x), nam_core.chain([amp, cab], gains=[3.0]).process(x))
    cab.write_bytes(cabinet(44100))
    assert run("combine", amp, cab, "-o", out) == 2
    assert run("combine", amp, cab, "-o", out, "--sample-rate", "48000", "--normalize-response") == 0
    response = nam_core.load(cab, sample_rate=48000, normalize=True)
    assert np.array_equal(nam_core.load(out).process(x), nam_core.chain([amp, response]).process(x))
    before = amp.read_bytes()
    for wrong in (["-o", amp], ["-o", out, "--gain", "1", "--gain", "2"]):
        capsys.readouterr()
        assert run("combine", amp, cab, *wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert amp.read_bytes() == before


def test_info_and_export_c_take_chains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rig = tmp_path / "rig.nam"
    nam_core.save(nam_core.chain([wavenet(), cabinet()]), rig, metadata={"loudness": -1.0})
    assert run("info", rig) == 0
    assert "Sequential" in capsys.readouterr().out
    assert run("cost", rig) == 0
    assert run("export-c", rig, "-o", tmp_path / "rig.hpp") == 0
    assert "SequentialConfig{" in (tmp_path / "rig.hpp").read_text()


def nam_of(models: list[Nam]) -> Nam:
    return {**linear([1.0]), "architecture": "Sequential", "weights": [], "config": {"models": models}}


@pytest.mark.parametrize("name", ["models", "settled", "nested"])
def test_compat_core_prewarms_the_chain_once(name: str) -> None:
    """The prewarm of a chain is the sum of those of its models; an LSTM in it has none of its own (format
    15.1).
    """
    x = noise(FRAMES, dtype="float64")
    chains = {
        "models": [lstm(), linear([1.0, 0.5])],
        "settled": [linear([1.0])],
        "nested": [nam_of([lstm()])],
    }
    nam = nam_of(chains[name])
    by_core = nam_core.load(nam, compat="core", dtype="float64").process(x)
    silence = 0 if name == "settled" else 24000
    assert np.allclose(by_core, after_silence(chains[name], x, silence), rtol=0, atol=1e-13)
