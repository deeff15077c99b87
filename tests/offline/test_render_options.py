"""Options of renders (rates, tails, parts, channels, gains, peaks) do the same for arrays and files."""

from __future__ import annotations

import math
import typing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, lstm, noise, wavenet

import nam_core
from nam_core import NamAudioError, RenderOptions
from nam_core.offline import playing
from nam_core.offline.options import RenderKeywords

LATE = linear([0.0] * 30 + [-0.8])


def rendered(model: nam_core.Model, x: Array, folder: Path, rate: int = 48000, **options: Any) -> Array:
    """The output of ``render_file``, after a check that ``render`` gives the same bits."""
    soundfile.write(folder / "dry.wav", x.T, rate, subtype="DOUBLE")
    done = nam_core.render_file(model, folder / "dry.wav", folder / "wet.wav", subtype="DOUBLE", **options)
    wet: Array = soundfile.read(folder / "wet.wav", dtype="float64")[0].T
    array = nam_core.render(model, x, sample_rate=rate, **options)
    assert np.array_equal(wet, array)
    assert (done.frames, done.sample_rate) == (array.shape[-1], rate)
    return array


def test_keywords_are_the_fields_of_the_options() -> None:
    assert typing.get_type_hints(RenderKeywords) == typing.get_type_hints(RenderOptions)


@pytest.mark.parametrize("threads", [1, 3])
def test_start_and_end(threads: int, tmp_path: Path) -> None:
    model, x = nam_core.load(wavenet()), noise(30_000)
    y = rendered(model, x, tmp_path, start=0.1, end=0.5, threads=threads)
    assert np.array_equal(y, nam_core.render(model, x[4800:24000]))
    assert np.array_equal(
        rendered(model, x, tmp_path, start=0.1, end=100.0), nam_core.render(model, x[4800:])
    )
    with pytest.raises(NamAudioError, match=r"it is 0\.625 s long, and the part to play starts at 1 s"):
        nam_core.render(model, x, start=1.0)


@pytest.mark.parametrize("threads", [1, 3])
def test_tail(threads: int, tmp_path: Path) -> None:
    model, x = nam_core.load(linear(np.linspace(0.01, 0.001, 2000))), noise(20_000)
    whole = nam_core.render(model, np.append(x, np.zeros(4800, np.float32)))
    y = rendered(model, x, tmp_path, tail=0.1, threads=threads)
    assert np.array_equal(y, whole)
    full = rendered(model, x, tmp_path, tail="full", threads=threads)
    assert np.array_equal(full, whole[: 20_000 + 1999])
    # What a long response's transforms round comes later, and is no sound.
    assert abs(full[-1]) > 1e-4 > 1e-8 > np.abs(whole[20_000 + 1999 :]).max()
    assert np.array_equal(
        nam_core.render(model, x, tail="full", end=0.25)[-1999:],
        rendered(model, x[:12_000], tmp_path, tail="full")[-1999:],
    )
    with pytest.raises(ValueError, match="has no end of its tail; give seconds"):
        nam_core.render(nam_core.load(lstm()), x, tail="full")


@pytest.mark.parametrize("rate", [44100, 96000, 22050])
@pytest.mark.parametrize("threads", [1, 2])
def test_resampling_has_no_delay(rate: int, threads: int, tmp_path: Path) -> None:
    """A sine in the pass band returns unshifted, up to the last frame at both ends."""
    one, time = nam_core.load(linear([1.0]), dtype="float64"), np.arange(2 * rate) / rate
    x = 0.5 * np.sin(2 * np.pi * 1000 * time) * np.sin(np.pi * time / 2)
    y = rendered(one, x, tmp_path, rate, resample=True, threads=threads)
    assert y.shape == x.shape
    assert np.abs(y - x).max() < 1e-6
    assert abs(nam_core.evaluation.align(x, y).delay) < 0.1


@pytest.mark.parametrize("rate", [44100, 96000])
def test_resampling_hides_nothing_in_the_pass_band(rate: int, tmp_path: Path) -> None:
    """A sweep up to 20 kHz returns to within 0.01 dB, with nothing new above -100 dB."""
    one = nam_core.load(linear([1.0]), dtype="float64")
    seconds, top = 4, 19_900.0
    time = np.arange(seconds * rate) / rate
    x = 0.5 * np.sin(2 * np.pi * (20.0 * time + (top - 20.0) * time**2 / (2 * seconds)))
    y = rendered(one, x, tmp_path, rate, resample=True)
    window = np.hanning(4096)
    for first in range(4096, x.size - 8192, 16384):
        before, after = (np.abs(np.fft.rfft(s[first : first + 4096] * window)) for s in (x, y))
        assert abs(20 * math.log10(np.linalg.norm(after) / np.linalg.norm(before))) < 0.01
        # Away from the sweep itself there is nothing: an alias would be there.
        quiet = before < 1e-5 * before.max()
        assert after[quiet].max(initial=0.0) < 1e-5 * after.max()


def test_resampled_noise_above_the_pass_band_is_gone() -> None:
    """A tone at 30 kHz in a recording at 96 kHz must vanish at 48 kHz, and not return as 18 kHz."""
    one, time = nam_core.load(linear([1.0]), dtype="float64"), np.arange(96_000) / 96_000
    tone = 0.5 * np.sin(2 * np.pi * 30_000 * time) * np.hanning(96_000)
    y = nam_core.render(one, tone, sample_rate=96_000, resample=True)
    assert 20 * math.log10(np.abs(y).max() / 0.5) < -140


def test_pieces_leave_no_mark_on_resampled_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model, x = nam_core.load(wavenet(dilations=(1, 30))), noise(50_000)
    expected = rendered(model, x, tmp_path, 44100, resample=True, compensate=True, tail=0.2)
    monkeypatch.setattr(playing, "_STREAMED_PIECE", 999)
    monkeypatch.setattr(playing, "_LONGEST_PIECE", 5000)
    for threads in (1, 3):
        options: dict[str, Any] = {"resample": True, "compensate": True, "tail": 0.2, "threads": threads}
        assert np.array_equal(rendered(model, x, tmp_path, 44100, **options), expected)


def test_a_rate_without_resample_is_refused() -> None:
    x = noise(100)
    with pytest.raises(NamAudioError, match=r"at 44100 Hz, and the model runs at 48000 Hz; --resample"):
        nam_core.render(nam_core.load(wavenet()), x, sample_rate=44100)
    unknown = nam_core.load(wavenet(sample_rate=None))
    with pytest.raises(NamAudioError, match=r"48000 Hz, which is assumed because its file states none"):
        nam_core.render(unknown, x, sample_rate=44100)
    with pytest.warns(UserWarning, match=r"no sample rate; 48000 Hz are assumed, and the recording at 44"):
        nam_core.render(unknown, x, sample_rate=44100, resample=True)
    # Nothing to say where the rates are equal.
    nam_core.render(unknown, x, sample_rate=48000, resample=True)


@pytest.mark.parametrize("rate", [48000, 44100])
def test_compensation_takes_the_delay_out(rate: int, tmp_path: Path) -> None:
    model, time = nam_core.load(LATE, dtype="float64"), np.arange(rate) / rate
    x = np.sin(2 * np.pi * 440 * time) * np.hanning(rate)
    y = rendered(model, x, tmp_path, rate, resample=True, compensate=True)
    assert y.shape == x.shape
    assert np.abs(y + 0.8 * x).max() < 1e-6
    done = nam_core.render_file(
        model, tmp_path / "dry.wav", tmp_path / "wet.wav", compensate=True, resample=True
    )
    assert done.delay == 30


def test_every_channel_has_a_state_of_its_own(tmp_path: Path) -> None:
    model, x = nam_core.load(lstm()), noise(9000, 3)
    expected = np.stack([nam_core.load(lstm()).process(row) for row in x])
    assert np.array_equal(rendered(model, x, tmp_path, channel="all"), expected)
    assert np.array_equal(rendered(model, x, tmp_path, channel=2), expected[1])
    for channel in (None, "both", 4):
        with pytest.raises(ValueError, match=r"takes one channel|choose with|there is no channel 4"):
            nam_core.render(model, x, channel=channel)


def test_gains_are_multiplied(tmp_path: Path) -> None:
    model, x = nam_core.load(wavenet()), noise(5000)
    y = rendered(model, x, tmp_path, input_gain_db=-6.0, output_gain_db=3.0)
    before, after = (np.float32(10 ** (db / 20)) for db in (-6.0, 3.0))
    assert np.array_equal(y, nam_core.load(wavenet()).process(x * before) * after)
    # 0 dB changes no bit.
    assert np.array_equal(rendered(model, x, tmp_path, input_gain_db=0.0), nam_core.render(model, x))


def test_normalising_and_calibrating_are_those_of_levels(tmp_path: Path) -> None:
    nam = {**wavenet(), "metadata": {"loudness": -12.8, "input_level_dbu": 12.0, "output_level_dbu": 9.0}}
    model, x = nam_core.load(nam), noise(5000)
    cases: tuple[dict[str, Any], ...] = ({"normalize": -18.0}, {"interface_dbu": 13.0})
    for options in cases:
        expected = nam_core.levels.gains(model, **options)
        dry = x * np.float32(expected.input_factor)
        y = rendered(model, x, tmp_path, **options)
        assert np.array_equal(y, nam_core.load(nam).process(dry) * np.float32(expected.output_factor))
        done = nam_core.render_file(model, tmp_path / "dry.wav", tmp_path / "wet.wav", **options)
        assert done.gains == (expected,)
    with pytest.raises(ValueError, match="choose one of them"):
        nam_core.render(model, x, normalize=-18.0, interface_dbu=13.0)


@pytest.mark.parametrize(
    ("options", "peak"),
    [({"normalize_peak": -1.0}, -1.0), ({"headroom": 3.0}, -3.0), ({"headroom": 0.0}, -0.9151)],
)
def test_peaks(options: dict[str, Any], peak: float, tmp_path: Path) -> None:
    x = noise(100_000)
    x *= np.float32(0.9 / np.abs(x).max())
    model = nam_core.load(linear([1.0]))
    y = rendered(model, x, tmp_path, **options)
    assert 20 * math.log10(np.abs(y).max()) == pytest.approx(peak, abs=1e-4)
    done = nam_core.render_file(model, tmp_path / "dry.wav", tmp_path / "wet.wav", **options)
    assert done.levels.peak_db == pytest.approx(peak, abs=1e-4)
    assert done.gains[0].output_db == pytest.approx(peak + 0.9151, abs=1e-4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dry.wav", "wet.wav"]


def test_a_silent_result_has_no_peak_to_set(tmp_path: Path) -> None:
    y = rendered(nam_core.load(linear([1.0])), np.zeros(100, np.float32), tmp_path, normalize_peak=-1.0)
    assert not y.any()


def test_levels_of_a_file_are_those_of_its_samples(tmp_path: Path) -> None:
    model, x = nam_core.load(wavenet()), noise(100_000)
    y = rendered(model, x, tmp_path, output_gain_db=-20.0)
    done = nam_core.render_file(model, tmp_path / "dry.wav", tmp_path / "wet.wav", output_gain_db=-20.0)
    expected = nam_core.levels.measure(y, 48000)
    assert done.levels.lufs == pytest.approx(expected.lufs, abs=1e-6)
    assert done.levels.rms_db == pytest.approx(expected.rms_db, abs=1e-6)
    assert done.levels.true_peak_db == pytest.approx(expected.true_peak_db, abs=1e-3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": -1.0}, "start must be 0 seconds or more; found -1"),
        ({"start": 2.0, "end": 2.0}, r"end must come after start \(2 s\); found 2"),
        ({"tail": "long"}, "tail must be \"full\", or 0 seconds or more; found 'long'"),
        ({"tail": math.inf}, "tail must be"),
        ({"output_gain_db": math.nan}, "output_gain_db must be finite; found nan"),
        ({"headroom": -1.0}, "headroom must be 0 dB or more; found -1"),
        ({"headroom": 1.0, "normalize_peak": -1.0}, "both set the peak; choose one of them"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RenderOptions(**options)


def test_progress_of_an_array_and_cancelling() -> None:
    seen: list[tuple[int, int]] = []
    model, x = nam_core.load(wavenet()), noise(50_000)
    nam_core.render(model, x, threads=2, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (50_000, 50_000)

    def cancel(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        nam_core.render(model, x, threads=2, progress=cancel)
