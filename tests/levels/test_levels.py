"""Loudness, gains, delay, polarity and blends of models with known responses."""

from __future__ import annotations

import copy
import json
import math
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import linear

import nam_core
from nam_core import levels

GOLDEN = Path(__file__).parents[1] / "golden"


def model(taps: list[float], **metadata: Any) -> nam_core.Model:
    """A Linear whose impulse response is ``taps``."""
    return nam_core.load({**linear(taps), "metadata": metadata}, dtype="float64")


@pytest.fixture
def standard_input(tmp_path: Path) -> Path:
    """A recording for measuring loudness: 16 bits, RMS 0.25."""
    samples = np.tile([8192, -8192], 24000).astype("<i2")
    path = tmp_path / "loudness_input.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.tobytes())
    return path


def test_loudness_is_the_level_of_the_output(standard_input: Path) -> None:
    found = levels.loudness(model([2.0], loudness=-6.0), standard_input)
    assert found.measured == pytest.approx(20 * math.log10(0.5), abs=1e-9)
    assert found.value == found.measured
    assert found.plausible
    assert levels.loudness(model([0.0]), standard_input).measured == -math.inf


def test_a_placeholder_is_implausible(standard_input: Path) -> None:
    found = levels.loudness(model([2.0], loudness=-20.0), standard_input)
    assert not found.plausible
    assert found.value == pytest.approx(-6.02, abs=0.01)


def test_without_the_input_the_file_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nam_core.levels.model_loudness._installed_input", lambda: None)
    assert levels.loudness(model([1.0], loudness=-20.0)) == levels.Loudness(None, -20.0)
    assert levels.loudness(model([1.0])).value is None
    with pytest.raises(FileNotFoundError):
        levels.loudness(model([1.0]), "nowhere.wav")


def test_measuring_leaves_the_stream_alone(standard_input: Path) -> None:
    streaming, undisturbed = model([0.0, 0.0, 1.0]), model([0.0, 0.0, 1.0])
    x = np.arange(1.0, 9.0)
    streaming.process(x)
    undisturbed.process(x)
    levels.loudness(streaming, standard_input)
    levels.delay(streaming)
    assert np.array_equal(streaming.process(x), undisturbed.process(x))


def test_loudness_of_another_size(standard_input: Path) -> None:
    container = nam_core.load(GOLDEN / "container_three.nam")
    found = []
    for size in container.sizes:
        container.quality = size.low
        found.append(levels.loudness(container, standard_input).measured)
    assert len(set(found)) == len(container.sizes)


def test_gains_normalise_by_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nam_core.levels.model_loudness._installed_input", lambda: None)
    found = levels.gains(model([1.0], loudness=-12.5), normalize=-18.0, input_gain_db=3.0)
    assert (found.input_db, found.output_db) == (3.0, -5.5)
    assert found.output_factor == pytest.approx(10 ** (-5.5 / 20))
    with pytest.warns(UserWarning, match="loudness is not known"):
        assert levels.gains(model([1.0]), normalize=-18.0) == levels.Gains(0.0, 0.0)


def test_gains_calibrate() -> None:
    # The plugin: input + (interface - input_level), output + (output_level - interface) (format 11.4).
    captured = model([1.0], input_level_dbu=14.0, output_level_dbu=4.0)
    found = levels.gains(captured, interface_dbu=12.0, input_gain_db=1.0, output_gain_db=-1.0)
    assert (found.input_db, found.output_db) == (-1.0, -9.0)


@pytest.mark.parametrize("level", [None, 600.0])
def test_missing_and_implausible_levels_are_not_guessed(level: float | None) -> None:
    metadata = {} if level is None else {"input_level_dbu": level, "output_level_dbu": level}
    with pytest.warns(UserWarning, match="no gain is set from it") as caught:
        assert levels.gains(model([1.0], **metadata), interface_dbu=12.0) == levels.Gains(0.0, 0.0)
    assert len(caught) == 2


def test_gains_refuses_contradictions_and_levels_out_of_range() -> None:
    with pytest.raises(ValueError, match="choose one of them"):
        levels.gains(model([1.0]), normalize=-18.0, interface_dbu=12.0)
    with pytest.raises(ValueError, match="from -60 to 60 dBu"):
        levels.gains(model([1.0]), interface_dbu=120.0)


@pytest.mark.parametrize(("taps", "frames", "sign"), [([1.0], 0, 1), ([0.0] * 37 + [-0.5, 0.1], 37, -1)])
def test_planted_delay_and_polarity(taps: list[float], frames: int, sign: int) -> None:
    planted = model(taps)
    assert levels.delay(planted).frames == frames
    assert levels.delay(planted).confidence > 0.9
    assert levels.polarity(planted).sign == sign
    assert levels.polarity(planted).confidence > 0.7


@pytest.mark.parametrize("name", ["a1_nano", "lstm_2x5", "convnet_tanh", "container_two"])
@pytest.mark.parametrize(("frames", "gain"), [(0, -1.0), (1, 0.5), (137, -0.25), (4800, 1.0)])
def test_what_is_planted_before_or_behind_a_capture_is_found(name: str, frames: int, gain: float) -> None:
    amp = nam_core.load(GOLDEN / f"{name}.nam", dtype="float64")
    delay, polarity = levels.delay(amp), levels.polarity(amp)
    planted = linear([0.0] * frames + [gain])
    behind = nam_core.chain([GOLDEN / f"{name}.nam", planted], dtype="float64")
    assert levels.delay(behind).frames == delay.frames + frames
    assert levels.delay(behind).confidence == pytest.approx(delay.confidence, abs=1e-6)
    assert levels.polarity(behind).sign == polarity.sign * math.copysign(1, gain)
    assert levels.polarity(behind).confidence == pytest.approx(polarity.confidence, abs=1e-6)
    # Before it, a gain reaches what is not linear: the delay is as exact, and the polarity turns as well.
    before = nam_core.chain([linear([0.0] * frames + [math.copysign(1, gain)]), GOLDEN / f"{name}.nam"])
    assert levels.delay(before).frames == delay.frames + frames
    assert levels.polarity(before).sign == polarity.sign * math.copysign(1, gain)


def test_a_negative_head_scale_turns_the_polarity() -> None:
    file = json.loads((GOLDEN / "a1_nano.nam").read_text())
    turned = copy.deepcopy(file)
    turned["config"]["head_scale"] *= -1
    turned["weights"][-1] *= -1
    amp, other = nam_core.load(file), nam_core.load(turned)
    assert levels.delay(other) == levels.delay(amp)
    assert levels.polarity(other).sign == -levels.polarity(amp).sign
    assert levels.polarity(other).confidence == levels.polarity(amp).confidence
    # Aligned and turned, they are twice the one; turned the other way, nothing is left.
    x = np.float32(0.1 * np.random.default_rng(0).standard_normal(2000))
    both = nam_core.blend([(amp, 0.0, 1), (other, 0.0, -1)])
    np.testing.assert_array_equal(nam_core.render(both, x), 2.0 * np.float64(nam_core.render(amp, x)))
    assert not nam_core.render(nam_core.blend([(amp, 0.0, 1), (other, 0.0, 1)]), x).any()


def test_a_symmetric_answer_has_no_polarity() -> None:
    assert levels.polarity(model([1.0, -1.0])).confidence == pytest.approx(0.0, abs=1e-12)


def test_blend_is_the_aligned_sum() -> None:
    x = np.random.default_rng(0).standard_normal(500)
    late, early = model([0.0] * 10 + [0.8]), model([-0.5])
    blended = nam_core.blend([(late, 0.0, 1), (early, 20 * math.log10(2.0), -1)])
    assert blended.delay == 10
    expected = np.concatenate([np.zeros(10), (0.8 + 1.0) * x[:-10]])
    np.testing.assert_allclose(nam_core.render(blended, x), expected, atol=1e-12)


def test_blend_refuses_no_models_wrong_polarity_and_several_rates() -> None:
    other = nam_core.load({**linear([1.0]), "sample_rate": 44100.0})
    with pytest.raises(ValueError, match="one model at least"):
        nam_core.blend([])
    with pytest.raises(ValueError, match="polarity must be 1 or -1; found 0"):
        nam_core.blend([(model([1.0]), 0.0, 0)])
    with pytest.raises(ValueError, match="models of one rate; found 48000 and 44100 Hz"):
        nam_core.blend([(model([1.0]), 0.0, 1), (other, 0.0, 1)])


def test_measure() -> None:
    time = np.arange(96000) / 48000
    found = levels.measure(np.stack([np.sin(2 * np.pi * 1000 * time)] * 2) * 0.1, 48000)
    assert found.peak_db == pytest.approx(-20.0, abs=0.01)
    assert found.true_peak_db == pytest.approx(-20.0, abs=0.05)
    assert found.rms_db == pytest.approx(-23.01, abs=0.01)
    assert found.lufs == pytest.approx(-20.0, abs=0.1)
    silence = levels.measure(np.zeros(100), 48000)
    assert silence == levels.Measurement(-math.inf, -math.inf, -math.inf, None)


def test_several_inputs_are_refused() -> None:
    stereo = nam_core.load(linear(np.ones((1, 2, 3)), in_channels=2))
    for call in (levels.delay, levels.polarity, levels.loudness):
        with pytest.raises(ValueError, match="one input; this one has 2"):
            call(stereo)
