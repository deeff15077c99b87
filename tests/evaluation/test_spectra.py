"""Metrics of spectra and of volume: known values, silence, and piecewise computation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nam_core import metrics

RATE = 48000.0


def sine(hertz: float, level: float = 0.5, frames: int = 48000) -> np.ndarray:
    return np.asarray(level * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE))


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal(shape) * 0.1


def test_identical_signals_have_no_distance() -> None:
    x = noise(4096)
    assert metrics.mrstft(x, x) == 0.0
    assert metrics.a_weighted_esr(x, x, RATE) == 0.0
    assert set(metrics.log_spectral_distance(x, x, RATE).values()) == {0.0}


def test_silence_is_not_nan() -> None:
    silence = np.zeros(48000)
    assert metrics.mrstft(silence, silence) == 0.0
    assert math.isfinite(metrics.mrstft(noise(48000), silence))
    assert metrics.a_weighted_esr(sine(1000), silence, RATE) == math.inf
    assert metrics.loudness_difference(silence, silence, RATE) == 0.0
    assert metrics.loudness_difference(sine(1000), silence, RATE) == math.inf
    assert metrics.true_peak_difference(silence, sine(1000), RATE) == -math.inf


@pytest.mark.parametrize("shape", [(1025,), (5001,), (3, 8192)])
def test_pieces_give_the_whole(shape: tuple[int, ...]) -> None:
    target, error = noise(*shape), noise(*shape)[..., ::-1] * 0.1
    whole = metrics.mrstft(target + error, target)
    sums = metrics.MrstftSums()
    for start in range(0, shape[-1], 333):
        piece = slice(start, start + 333)
        sums.add((target + error)[..., piece], target[..., piece])
    assert sums.value() == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("shape", [(30001,), (2, 30000)])
def test_pieces_give_the_whole_of_every_metric(shape: tuple[int, ...]) -> None:
    target, error = noise(*shape), noise(*shape)[..., ::-1] * 0.1
    prediction = target + error
    emphasised, weighted = metrics.EmphasisedSums(), metrics.AWeightedSums(RATE)
    bands, volume = metrics.BandSums(RATE), metrics.VolumeSums(RATE)
    for start in range(0, shape[-1], 777):
        piece = slice(start, start + 777)
        for sums in (emphasised, weighted, bands, volume):
            sums.add(prediction[..., piece], target[..., piece])
    pair = prediction, target
    assert emphasised.esr == pytest.approx(metrics.pre_emphasised_esr(*pair), rel=1e-12)
    assert weighted.esr == pytest.approx(metrics.a_weighted_esr(*pair, RATE), rel=1e-12)
    found = bands.log_spectral_distance()
    assert found == pytest.approx(metrics.log_spectral_distance(*pair, RATE), rel=1e-12)
    assert volume.loudness_difference == pytest.approx(metrics.loudness_difference(*pair, RATE), abs=1e-9)
    assert volume.true_peak_difference == pytest.approx(metrics.true_peak_difference(*pair, RATE), abs=1e-9)
    with pytest.raises(ValueError, match="have ended"):
        bands.add(*pair)


def test_bands_hold_the_energy_of_the_error() -> None:
    target, error = sine(1000.0), sine(3000.0, 0.05)
    bands = metrics.BandSums(RATE)
    bands.add(target + error, target)
    ratios = bands.esr((0.0, 2000.0, 4000.0, 8000.0))
    assert ratios[0.0, 2000.0] < 1e-5
    assert ratios[2000.0, 4000.0] > 100.0  # the rest leaks from the kinks at the reflected ends
    peak = bands.spectrum.target.max()
    assert peak == pytest.approx(0.25, rel=0.2)  # up to 1.4 dB less if the tone lies between two bins
    assert bands.spectrum.error.max() == pytest.approx(0.0025, rel=0.2)
    silent = metrics.BandSums(RATE)
    silent.add(target, np.zeros(48000))
    assert set(silent.esr().values()) == {math.inf}


def test_a_weighting_of_a_wide_error_is_that_of_the_whole_spectrum() -> None:
    target, error = noise(96000), 0.1 * sine(90.0, frames=96000) + 0.01 * noise(96000)[::-1]
    spectra = [np.abs(np.fft.rfft(signal)) for signal in (error, target)]
    f2 = np.fft.rfftfreq(96000, 1 / RATE) ** 2
    curve = f2**2 / (f2 + 20.6**2) / np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) / (f2 + 12194**2)
    expected = np.sum((spectra[0] * curve) ** 2) / np.sum((spectra[1] * curve) ** 2)
    assert metrics.a_weighted_esr(target + error, target, RATE) == pytest.approx(expected, rel=0.01)


def test_a_weighting_follows_the_standard() -> None:
    # IEC 61672-1, table 3: -19.1 dB at 100 Hz (exact frequency 100), 0 dB at 1 kHz, +1.2 dB at 2 kHz.
    target = sine(1000)
    for hertz, decibels in ((100.0, -19.1), (1000.0, 0.0), (2000.0, 1.2), (4000.0, 1.0)):
        ratio = metrics.a_weighted_esr(target + sine(hertz, 0.05), target, RATE)
        assert 10 * np.log10(ratio) == pytest.approx(-20.0 + decibels, abs=0.1)


def test_distance_is_found_in_its_band() -> None:
    target = noise(48000)
    spectrum = np.fft.rfft(target)
    hertz = np.fft.rfftfreq(target.size, 1 / RATE)
    spectrum[(hertz > 2560.0) & (hertz < 5120.0)] *= 2.0
    found = metrics.log_spectral_distance(np.fft.irfft(spectrum), target, RATE)
    assert found[2560.0, 5120.0] == pytest.approx(20 * math.log10(2), abs=0.3)
    assert max(level for band, level in found.items() if band[1] < 2000.0) < 1.5


def test_a_gain_is_as_many_units() -> None:
    x = noise(48000)
    assert metrics.loudness_difference(x * 2.0, x, RATE) == pytest.approx(20 * math.log10(2), abs=1e-9)
    assert metrics.true_peak_difference(x, x * 2.0, RATE) == pytest.approx(-20 * math.log10(2), abs=1e-9)


@pytest.mark.parametrize("call", [metrics.mrstft, metrics.mse, metrics.dc, metrics.pre_emphasised_esr])
def test_what_is_not_finite_is_refused(call: object) -> None:
    assert callable(call)
    good, bad = np.zeros(2000), np.zeros(2000)
    bad[7] = np.nan
    with pytest.raises(ValueError, match=r"prediction must be finite; found nan at index \[7\]"):
        call(bad, good)
    with pytest.raises(ValueError, match="target must be finite"):
        call(good, bad)
    bad[7] = -1e160
    with pytest.raises(ValueError, match="target cannot be sound: it reaches 1e\\+160"):
        call(good, bad)


def test_too_short_signals_are_refused() -> None:
    with pytest.raises(ValueError, match="1025 frames at least; found 1024"):
        metrics.mrstft(np.zeros(1024), np.zeros(1024))
    with pytest.raises(ValueError, match="1025 frames"):
        metrics.log_spectral_distance(np.zeros(10), np.zeros(10), RATE)
    with pytest.raises(ValueError, match="two frames"):
        metrics.pre_emphasised_esr(np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match=r"0\.4 seconds"):
        metrics.loudness_difference(np.zeros(100), np.zeros(100), RATE)


def test_pieces_must_go_together() -> None:
    waveform, spectra = metrics.WaveformSums(), metrics.MrstftSums()
    for sums in (waveform, spectra):
        sums.add(np.zeros((2, 10)), np.zeros((2, 10)))
        with pytest.raises(ValueError, match="this piece has 1 items, the pieces before it 2"):
            sums.add(np.zeros(10), np.zeros(10))
    with pytest.raises(ValueError, match="no samples"):
        _ = metrics.WaveformSums().mse
