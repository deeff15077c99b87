"""Damaged sound files are read as far as possible with a warning, or refused; never cut in silence."""

from __future__ import annotations

import re
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
from audio.damage import (
    FRAMES,
    LINEAR,
    OGG_DAMAGE,
    audio_start,
    flac_of_unknown_length,
    ogg_pages,
    sound,
    too_small,
    without_sizes,
    write,
)
from small_models import Array, noise

from nam_core import NamAudioError
from nam_core.audio.reader import open_audio, read_audio


def read(path: Path, data: bytes | None = None) -> tuple[Array, list[str]]:
    """The only channel of the file, and the warnings."""
    if data is not None:
        path.write_bytes(data)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        audio, _ = read_audio(path)
    assert all(str(warning.message).startswith(f"{path}: ") for warning in caught)
    return audio[0], [str(warning.message).removeprefix(f"{path}: ") for warning in caught]


@pytest.mark.parametrize("kind", [*LINEAR, "flac", "ogg", "mp3"])
def test_sound_files_are_read_in_silence(kind: str, tmp_path: Path) -> None:
    write(tmp_path / f"x.{kind}", kind)
    audio, said = read(tmp_path / f"x.{kind}")
    assert said == []
    assert audio.size == FRAMES
    assert kind in ("ogg", "mp3") or np.array_equal(audio, sound())


@pytest.mark.parametrize("kind", LINEAR)
def test_a_header_that_promises_too_much(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    data = write(path, kind)
    left = len(data) // 2 + 1
    width = (len(data) - audio_start(data, kind)) // FRAMES
    frames = (left - audio_start(data, kind)) // width
    audio, said = read(path, data[:left])
    assert np.array_equal(audio, sound()[:frames])
    assert len(said) == 1
    assert said[0].startswith(
        f"damaged: its header promises {FRAMES * width:,} bytes of audio (60,000 frames)"
    )
    assert f"({frames:,} frames), which are all read" in said[0]


@pytest.mark.parametrize("damage", [without_sizes, too_small])
@pytest.mark.parametrize("kind", LINEAR)
def test_a_header_that_promises_too_little(kind: str, damage: object, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    data = write(path, kind)
    audio, said = read(path, damage(data, kind))  # type: ignore[operator]
    assert np.array_equal(audio, sound())
    assert len(said) == 1
    assert re.fullmatch(
        r"damaged: its header promises [\d,]+ bytes .* \(60,000 frames\), .*all read", said[0]
    )


@pytest.mark.parametrize("kind", ["wav", "aiff", "caf", "w64", "au"])
def test_silence_is_audio_too(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    data = write(path, kind, np.zeros(4000, np.float32))
    audio, said = read(path, without_sizes(data, kind))
    assert np.array_equal(audio, np.zeros(4000))
    assert len(said) == 1


def test_a_wav_of_unknown_length(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "x.wav", "wav"))
    for size in (0xFFFFFFFF, 0x7FFFF000):
        struct.pack_into("<I", data, 4, size)
        struct.pack_into("<I", data, audio_start(bytes(data), "wav") - 4, size)
        audio, said = read(tmp_path / "x.wav", bytes(data))
        assert np.array_equal(audio, sound())
        assert len(said) == 1
        assert said[0].startswith("its header does not say how long it is; it holds 120,000 bytes")


@pytest.mark.parametrize("chunk", [b"LIST", b"id3 ", b"bext", b"JUNK", b"TAG", b"new?"])
def test_chunks_after_the_audio_are_no_audio(chunk: bytes, tmp_path: Path) -> None:
    data = write(tmp_path / "x.wav", "wav")
    extra = b"TAG".ljust(128) if chunk == b"TAG" else chunk + struct.pack("<I", 40) + bytes(40)
    audio, said = read(tmp_path / "x.wav", data + extra)
    assert said == []
    assert np.array_equal(audio, sound())


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    for kind in ("wav", "aiff", "float.wav"):
        audio, said = read(
            tmp_path / f"x.{kind}", write(tmp_path / f"x.{kind}", kind, np.zeros(0, np.float32))
        )
        assert (audio.size, said) == (0, [])


def test_more_than_a_header_can_say_is_refused(tmp_path: Path) -> None:
    data = without_sizes(write(tmp_path / "x.wav", "wav"), "wav")
    with (tmp_path / "x.wav").open("wb") as file:
        file.write(data[:44])
        # A hole, which takes no room on the disk.
        file.truncate(5 * 2**30)
    with pytest.raises(NamAudioError, match=r"5,368,709,076 bytes .*more than such a file can: make it RF64"):
        read(tmp_path / "x.wav")


def test_a_streamed_flac(tmp_path: Path) -> None:
    data = flac_of_unknown_length(write(tmp_path / "x.flac", "flac"))
    audio, said = read(tmp_path / "x.flac", data)
    assert np.array_equal(audio, sound())
    assert said == ["its header does not say how many frames it has; it holds 60,000, which are all read"]


@pytest.mark.parametrize("lost", [1, 3000, 60_000])
def test_a_flac_that_is_cut_off(lost: int, tmp_path: Path) -> None:
    data = write(tmp_path / "x.flac", "flac")
    audio, said = read(tmp_path / "x.flac", data[:-lost])
    # Up to the last frame of 4,096 samples that is whole.
    assert audio.size % 4096 == 0
    assert 60_000 - audio.size < 4096 + lost
    assert np.array_equal(audio, sound()[: audio.size])
    assert said == [
        f"damaged: its header promises 60,000 frames, but it holds {audio.size:,}, which are all read"
    ]


def test_a_flac_with_a_hole(tmp_path: Path) -> None:
    path = tmp_path / "x.flac"
    data = write(path, "flac")
    with pytest.raises(NamAudioError, match="damaged: decoding fails between frame 0 and 60,000, of 60,000"):
        read(path, data[:40_000] + data[43_000:])
    # A whole frame is missing: the decoder puts silence there, and says nothing.
    starts = [found.start() for found in re.finditer(rb"\xff\xf8[\xc0-\xcf]", data)]
    frames = [start for start in starts if data[start + 4] == starts.index(start)]
    _, said = read(path, data[: frames[3]] + data[frames[4] :])
    assert said == ["damaged: its 60,000 frames are not those that were encoded (MD5)"]


@pytest.mark.parametrize("damage", OGG_DAMAGE)
def test_an_ogg_with_a_hole(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ogg"
    soundfile.write(path, noise(480_000), 48000)
    pages = ogg_pages(path.read_bytes())
    assert len(pages) > 12
    try:
        audio, said = read(path, b"".join(OGG_DAMAGE[damage](pages)))
    except NamAudioError as error:
        assert "damaged" in str(error)
    else:
        assert said
        assert audio.size <= 480_000


def test_an_mp3_that_is_cut_off(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.mp3"
    data = write(path, "mp3")
    audio, said = read(path, data[: len(data) // 2])
    assert audio.size < FRAMES
    assert said == [f"damaged: its header promises 60,000 frames, but only {audio.size:,} could be read"]
    capfd.readouterr()  # what mpg123 itself has to say


def test_samples_that_are_not_finite_are_counted(tmp_path: Path) -> None:
    x = sound()
    x[[70, 59_000, 59_001]] = (np.nan, np.inf, -np.inf)
    write(tmp_path / "x.float.wav", "float.wav", x)
    message = "audio must be finite; samples that are NaN or infinite: 3 of 60,000, the first at frame 70; "
    with pytest.raises(NamAudioError, match=message):
        read(tmp_path / "x.float.wav")
    with open_audio(tmp_path / "x.float.wav") as file, pytest.raises(NamAudioError, match=message):
        file.read(100)


def test_integers_as_float_are_said(tmp_path: Path) -> None:
    _, said = read(tmp_path / "x.float.wav", write(tmp_path / "x.float.wav", "float.wav", sound() * 32768))
    (text,) = said
    assert text.startswith("the peak is 9,000, 79.1 dB over full scale; are these integers?")
    assert read(tmp_path / "x.float.wav", write(tmp_path / "x.float.wav", "float.wav", sound() * 20))[1] == []


@pytest.mark.parametrize(("data", "name"), [(b"", "x.wav"), (b"no sound", "x.wav"), (b"RIFF", "x.wav")])
def test_no_sound_at_all(data: bytes, name: str, tmp_path: Path) -> None:
    with pytest.raises(NamAudioError) as caught:
        read(tmp_path / name, data)
    assert caught.value.path == str(tmp_path / name)


def test_every_cut_of_every_format(tmp_path: Path) -> None:
    """A file cut at any length gives a warning or an error, and no other exception."""
    for kind in (*LINEAR, "flac", "ogg"):
        path = tmp_path / f"x.{kind}"
        data = write(path, kind, sound()[:3000])
        for left in sorted({*range(0, 140, 7), *range(140, len(data), max(1, len(data) // 40))}):
            try:
                audio, said = read(path, data[:left])
            except NamAudioError:
                continue
            assert said or audio.size == 3000, (kind, left)
