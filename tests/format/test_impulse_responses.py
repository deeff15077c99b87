"""Sound files as models (format 15.3, 15.4)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, noise, wavenet

import nam_core


def response(frames: int = 700, channels: int = 1) -> Array:
    rows = np.random.default_rng(4).uniform(-1, 1, (frames, channels))
    return (rows * np.exp(-np.arange(frames) / 100)[:, None]).astype(np.float32)


def sound(samples: Array, rate: int = 48000, **options: Any) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **{"format": "WAV", "subtype": "FLOAT", **options})
    return file.getvalue()


# What is written is cut to a step of the format, and then read as it is.
FORMATS = [
    ("WAV", "FLOAT", 0.0),
    ("WAV", "PCM_16", 2.0**-15),
    ("WAV", "PCM_24", 2.0**-23),
    ("WAV", "PCM_32", 2.0**-25),
    ("AIFF", "PCM_24", 2.0**-23),
    ("FLAC", "PCM_24", 2.0**-23),
    ("RF64", "FLOAT", 0.0),
]


@pytest.mark.parametrize(("kind", "subtype", "step"), FORMATS)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_taps_are_the_samples(
    kind: str, subtype: str, step: float, channels: int, tmp_path: Path
) -> None:
    h = 0.99 * response(channels=channels)
    path = tmp_path / "cab.sound"
    path.write_bytes(sound(h, format=kind, subtype=subtype))
    impulse = np.zeros(800)
    impulse[0] = 1.0
    for source in (path, path.read_bytes()):
        model = nam_core.load(source, dtype="float64")
        assert (model.input_channels, model.output_channels) == (1, channels)
        assert model.receptive_field == 700
        assert model.sample_rate == 48000.0
        y = np.atleast_2d(model.process(impulse))
        # A response of this length is convolved by transforms, which round to 1e-13 of the sum of its taps.
        rounding = 1e-13 * float(np.abs(h).sum())
        assert np.abs(y[:, :700] - h.T).max() <= 1.01 * step + rounding
        assert np.abs(y[:, 700:]).max() <= rounding


def test_info_and_reference_read_them(tmp_path: Path) -> None:
    reference = pytest.importorskip("torch") and nam_core.reference
    path = tmp_path / "cab.wav"
    path.write_bytes(sound(response(channels=2), 44100))
    found = nam_core.info(path)
    assert (found.architecture, found.sample_rate, found.output_channels) == ("Linear", 44100.0, 2)
    x = noise(300)
    y = reference.forward_padded(reference.to_torch(path), x)
    assert np.allclose(nam_core.load(path, dtype="float64").process(x.astype(np.float64)), y, atol=1e-14)


def cabinet(rate: int, seconds: float = 0.2) -> Array:
    """Modes from 80 Hz to 5 kHz with a soft attack, as of a cabinet: the same sound at every rate."""
    rng = np.random.default_rng(0)
    t = np.arange(round(seconds * rate)) / rate
    frequencies = np.exp(rng.uniform(np.log(80), np.log(5000), 60))
    decays, levels = rng.uniform(0.002, 0.03, 60), rng.standard_normal(60)
    waves = np.exp(-t / decays[:, None]) * np.sin(2 * np.pi * frequencies[:, None] * t)
    h = (1 - np.exp(-t / 2e-4)) ** 3 * (levels @ waves) / rate
    result: Array = (8000 * h / 60).astype(np.float32)
    return result


@pytest.mark.parametrize(("old", "new"), [(44100, 48000), (48000, 44100), (96000, 48000), (48000, 96000)])
def test_resampled_taps_are_the_same_cabinet(old: int, new: int) -> None:
    model = nam_core.load(sound(cabinet(old), old), sample_rate=new, dtype="float64")
    assert model.sample_rate == new
    assert model.receptive_field == -(-len(cabinet(old)) * new // old)
    impulse = np.zeros(model.receptive_field)
    impulse[0] = 1.0
    wanted = cabinet(new)
    error = model.process(impulse)[: len(wanted)] - wanted
    assert 10 * np.log10(np.square(error).sum() / np.square(wanted).sum()) < -100.0


def test_resampling_keeps_bias_and_channels() -> None:
    nam = linear(cabinet(44100), out_channels=2)
    nam["config"]["bias"] = True
    nam = {**nam, "weights": [*nam["weights"], 0.25, -0.5], "sample_rate": 44100}
    model = nam_core.load(nam, sample_rate=48000, dtype="float64")
    assert np.allclose(model.process(np.zeros(3)), [[0.25] * 3, [-0.5] * 3])
    same = nam_core.load(nam, sample_rate=44100, dtype="float64")
    x = noise(100, dtype="float64")
    assert np.array_equal(same.process(x), nam_core.load(nam, dtype="float64").process(x))


def test_only_impulse_responses_are_resampled() -> None:
    with pytest.raises(nam_core.NamConfigError, match="WaveNet runs at 48000 Hz; only impulse responses"):
        nam_core.load(wavenet(), sample_rate=44100)
    assert nam_core.load(wavenet(), sample_rate=48000).sample_rate == 48000.0
    for rate in (0.0, -48000.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="a number of Hz above 0"):
            nam_core.load(linear([1.0]), sample_rate=rate)
    with pytest.raises(nam_core.NamConfigError, match="only impulse responses are normalized"):
        nam_core.load(wavenet(), normalize=True)


def test_normalizing_is_a_choice() -> None:
    h = 0.01 * response(channels=2)
    h[:, 1] *= 0.5
    data = sound(h)
    impulse = np.zeros(700)
    impulse[0] = 1.0
    as_it_is = nam_core.load(data, dtype="float64").process(impulse)
    np.testing.assert_allclose(as_it_is, h.T, rtol=0.0, atol=1e-13 * float(np.abs(h).sum()))
    louder = nam_core.load(data, dtype="float64", normalize=True).process(impulse)
    assert np.square(louder).sum(axis=1)[0] == pytest.approx(1.0, rel=1e-6)
    gain = np.linalg.norm(louder) / np.linalg.norm(as_it_is)
    np.testing.assert_allclose(louder, gain * as_it_is, rtol=0.0, atol=1e-6)
    assert not nam_core.load(sound(0 * h), normalize=True).process(impulse).any()


def test_render_refuses_another_rate_and_names_the_way_out(tmp_path: Path) -> None:
    cab, dry, wet = tmp_path / "cab.wav", tmp_path / "dry.wav", tmp_path / "wet.wav"
    cab.write_bytes(sound(cabinet(44100), 44100))
    dry.write_bytes(sound(noise(3000)))
    with pytest.raises(nam_core.NamError, match=r"load\(\.\.\., sample_rate=48000\)"):
        nam_core.render_file(nam_core.load(cab), dry, wet)
    assert not wet.exists()
    nam_core.render_file(nam_core.load(cab, sample_rate=48000), dry, wet)
    assert soundfile.info(wet).frames == 3000
