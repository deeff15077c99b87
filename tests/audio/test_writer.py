"""Sound files that are written: the same bytes for the same samples, and no sample lost in silence."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import Array, noise

import nam_core.audio.writer
from nam_core import NamAudioError
from nam_core.audio.writer import choose_encoding, create_audio

ENDINGS = ("wav", "wave", "rf64", "aif", "aiff", "aifc", "flac")
SUBTYPES = ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
STEPS = {"PCM_S8": 2.0**-7, "PCM_U8": 2.0**-7, "PCM_16": 2.0**-15, "PCM_24": 2.0**-23, "PCM_32": 2.0**-24}


def allowed() -> Iterator[tuple[str, str]]:
    """Every ending with every sample format that it may have."""
    for ending in ENDINGS:
        for subtype in SUBTYPES:
            try:
                choose_encoding(f"x.{ending}", subtype, 1, 1)
            except NamAudioError:
                continue
            yield ending, subtype


def write(path: Path, blocks: list[Array], subtype: str | None = None, rate: int = 48000) -> list[str]:
    """Write blocks ``(channels, frames)``, and return the warnings."""
    frames = sum(block.shape[1] for block in blocks)
    encoding = choose_encoding(str(path), subtype, blocks[0].shape[0], frames)
    with create_audio(str(path), encoding, rate, blocks[0].shape[0]) as file:
        for block in blocks:
            file.write(block)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        file.warn(path.name)
    return [str(warning.message) for warning in caught]


def test_every_pair_of_format_and_subtype_is_listed() -> None:
    found = list(allowed())
    assert len(found) == 3 * 6 + 3 * 7 + 3
    assert ("flac", "FLOAT") not in found


@pytest.mark.parametrize(("ending", "subtype"), list(allowed()))
def test_the_same_samples_give_the_same_bytes(
    ending: str, subtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = noise(3000, 2)
    first, second, raw = (tmp_path / f"{name}.{ending}" for name in ("first", "second", "raw"))
    write(first, [x[:, :1000], x[:, 1000:]], subtype)
    write(second, [x], subtype)
    assert first.read_bytes() == second.read_bytes()
    assert np.allclose(soundfile.read(first)[0].T, x, rtol=0, atol=STEPS.get(subtype, 0.0))
    # There is nothing else in it that tells the time: libsndfile asks for it once, for the PEAK chunk.
    monkeypatch.setattr(nam_core.audio.writer, "_remove_time", lambda file, file_format: None)
    write(raw, [x], subtype)
    differing = [
        i for i, (a, b) in enumerate(zip(first.read_bytes(), raw.read_bytes(), strict=True)) if a != b
    ]
    assert len(differing) <= 4
    if differing:
        place = first.read_bytes().find(b"PEAK") + 12
        assert place <= min(differing) and max(differing) < place + 4
        assert first.read_bytes()[place : place + 4] == bytes(4)


@pytest.mark.parametrize("ending", ["ogg", "mp3", "mat", "w64", "caf", "au", "txt", ""])
def test_other_formats_are_refused(ending: str) -> None:
    with pytest.raises(NamAudioError, match=r"must end in one of \.wav, "):
        choose_encoding(f"x.{ending}", None, 1, 1)


def test_long_files() -> None:
    hour = 3600 * 48000
    assert choose_encoding("x.wav", None, 1, hour).format == "WAV"
    assert choose_encoding("x.wav", None, 2, 6 * hour).format == "RF64"
    assert choose_encoding("x.wav", "PCM_16", 2, 6 * hour).format == "WAV"
    with pytest.raises(NamAudioError, match="do not fit in an AIFF file"):
        choose_encoding("x.aiff", None, 2, 6 * hour)


def test_a_rate_that_the_format_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(NamAudioError, match=r"x\.flac: "):
        write(tmp_path / "x.flac", [noise(10)[None]], rate=1_000_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_16"])
def test_samples_that_are_not_finite_are_said(subtype: str, tmp_path: Path) -> None:
    x = np.full((1, 1000), 0.25, np.float32)
    x[0, [500, 501, 990]] = (np.nan, np.inf, -np.inf)
    said = write(tmp_path / "x.wav", [x[:, :400], x[:, 400:]], subtype)
    assert said[0].startswith("x.wav: samples that are NaN or infinite: 3 of 1,000, the first at frame 500; ")
    y = soundfile.read(tmp_path / "x.wav", dtype="float32")[0]
    if subtype == "FLOAT":
        assert np.array_equal(y, x[0], equal_nan=True)
    else:
        assert said[1].startswith("x.wav: 2 samples were clipped")
        assert (y[500], y[502]) == (0.0, 0.25)
        assert y[501] > 0.99 and y[990] < -0.99


def test_a_level_that_no_sound_has_is_said(tmp_path: Path) -> None:
    x = np.array([[0.0, -32768.0]], np.float32)
    (said,) = write(tmp_path / "x.wav", [x])
    assert said == "x.wav: the peak is 32,768, 90.3 dB over full scale"
    assert write(tmp_path / "x.wav", [x / 32768 * 9]) == []


def test_the_header_of_a_peak_is_understood(tmp_path: Path) -> None:
    write(tmp_path / "x.wav", [noise(100)[None]])
    data = (tmp_path / "x.wav").read_bytes()
    place = data.find(b"PEAK")
    assert struct.unpack_from("<III", data, place + 4) == (16, 1, 0)
