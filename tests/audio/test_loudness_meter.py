"""The meter against the values that EBU Tech 3341 and 3342 give for their test signals, made here by rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nam_core.audio.loudness_meter import LoudnessMeter

TENTH_LU = 0.1


def tone(rate: float, *parts: tuple[float, float], hertz: float = 1000.0) -> np.ndarray:
    """A stereo sine, one part after the other, each of a level in dBFS and a time in seconds."""
    levels = np.concatenate([np.full(round(rate * seconds), 10 ** (level / 20)) for level, seconds in parts])
    mono = levels * np.sin(2 * np.pi * hertz * np.arange(levels.size) / rate)
    return np.stack([mono, mono])


def measured(rate: float, audio: np.ndarray, piece: int = 7777) -> LoudnessMeter:
    meter = LoudnessMeter(rate, len(audio))
    for start in range(0, audio.shape[1], piece):
        meter.add(audio[:, start : start + piece])
    meter.finish()
    return meter


@pytest.mark.parametrize("rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        # EBU Tech 3341, table 1, cases 1 to 5.
        ([(-23.0, 20)], -23.0),
        ([(-33.0, 20)], -33.0),
        ([(-36.0, 10), (-23.0, 60), (-36.0, 10)], -23.0),
        ([(-72.0, 10), (-36.0, 10), (-23.0, 60), (-36.0, 10), (-72.0, 10)], -23.0),
        ([(-26.0, 20), (-20.0, 20.1), (-26.0, 20)], -23.0),
    ],
)
def test_ebu_cases(rate: float, parts: list[tuple[float, float]], lufs: float) -> None:
    assert measured(rate, tone(rate, *parts)).integrated == pytest.approx(lufs, abs=TENTH_LU)


@pytest.mark.parametrize(
    # EBU Tech 3341, cases 15 to 18: a quarter, sixth and eighth of the rate, sampled beside their peaks.
    ("divisor", "degrees"),
    [(4, 0.0), (4, 45.0), (6, 60.0), (8, 67.5)],
)
def test_true_peak_between_the_samples(divisor: int, degrees: float) -> None:
    rate = 48000.0
    time = np.arange(48000) / divisor
    fade = np.minimum(1.0, np.minimum(np.arange(48000), np.arange(48000)[::-1]) / 4800)
    audio = 0.5 * fade * np.sin(2 * np.pi * time + np.radians(degrees))
    decibels = 20 * math.log10(measured(rate, audio[None]).true_peak)
    assert -6.0 - 0.4 <= decibels <= -6.0 + 0.2


def test_pieces_do_not_matter() -> None:
    audio = np.random.default_rng(0).standard_normal((1, 60000)) * 0.1
    one, many = measured(48000.0, audio, 60000), measured(48000.0, audio, 1001)
    assert many.integrated == pytest.approx(one.integrated, abs=1e-9)
    assert many.rms == pytest.approx(one.rms, rel=1e-12)
    assert many.true_peak == pytest.approx(one.true_peak, rel=1e-9)
    assert many.frames == 60000


def test_as_pyloudnorm_measures() -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm", reason="pyloudnorm is not installed (nam_core[test])")
    audio = np.random.default_rng(1).standard_normal((2, 480000)) * np.linspace(0, 0.3, 480000)
    theirs = pyloudnorm.Meter(48000, filter_class="DeMan").integrated_loudness(audio.T)
    assert measured(48000.0, audio).integrated == pytest.approx(theirs, abs=0.01)


def test_silence_and_short_signals() -> None:
    assert measured(48000.0, np.zeros((1, 48000))).integrated == -math.inf
    with pytest.raises(ValueError, match=r"0\.4 seconds"):
        _ = measured(48000.0, np.zeros((1, 100))).integrated


def test_bad_input() -> None:
    meter = LoudnessMeter(48000.0, 2)
    with pytest.raises(ValueError, match="2 channels"):
        meter.add(np.zeros((1, 10)))
    with pytest.raises(ValueError, match="finite"):
        meter.add(np.full((2, 10), np.inf))
    with pytest.raises(ValueError, match="sample rate"):
        LoudnessMeter(0.0)
    meter = LoudnessMeter(48000.0)
    meter.finish()
    with pytest.raises(ValueError, match="finished"):
        meter.add(np.zeros(10))


@pytest.mark.parametrize("frames", [1, 127, 128, 129, 4800, 5000])
def test_true_peak_as_the_whole_signal_at_once(frames: int) -> None:
    """Every value between two samples counts, those before the first and after the last too."""
    taps, factor = np.arange(32) - 15, 4
    audio = np.random.default_rng(frames).uniform(-0.5, 0.5, frames)
    padded = np.concatenate([np.zeros(31), audio, np.zeros(31)])
    expected = np.abs(audio).max()
    for step in range(1, factor):
        place = taps - step / factor
        sinc = np.sinc(place) * np.i0(6.0 * np.sqrt(np.maximum(0.0, 1 - (place / 16) ** 2)))
        expected = max(expected, np.abs(np.convolve(padded, (sinc / sinc.sum())[::-1], "valid")).max())
    assert measured(48000.0, audio[None]).true_peak == pytest.approx(expected, rel=1e-6)


def test_a_piece_that_is_not_finite_leaves_the_meter_as_it_was() -> None:
    audio = np.random.default_rng(2).standard_normal((2, 48000)) * 0.1
    meter = LoudnessMeter(48000.0, 2)
    meter.add(audio[:, :30001])
    bad = audio[:, 30001:].astype(np.float32)
    bad[1, -1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        meter.add(bad)
    meter.add(audio[:, 30001:])
    meter.finish()
    whole = measured(48000.0, audio)
    assert (meter.frames, meter.peak, meter.true_peak, meter.rms, meter.integrated) == (
        *(whole.frames, whole.peak, whole.true_peak, whole.rms, whole.integrated),
    )


@pytest.mark.parametrize(
    "audio", [np.zeros((4800, 2)).T, np.zeros((2, 9600))[:, ::2], np.zeros((2, 9600), ">f4")]
)
def test_any_array_is_measured(audio: np.ndarray) -> None:
    assert measured(48000.0, audio + 0.5).frames == audio.shape[1]
    meter = LoudnessMeter(48000.0, 2)
    meter.add(audio)
    assert meter.frames == audio.shape[1]
