"""The time reference of a broadcast wave is read and written; the rest of the file does not change."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import linear, noise

import nam_core
from nam_core.audio.broadcast import Broadcast, read_broadcast
from nam_core.audio.writer import Encoding, create_audio

NOON = Broadcast(12 * 3600 * 48000 + 5, b"2026-11-2712:00:00")


def write(path: Path, file_format: str, subtype: str = "FLOAT", bext: bytes = b"") -> bytes:
    with create_audio(str(path), Encoding(file_format, subtype), 48000, 2, bext) as sink:
        for first in range(0, 10_000, 1234):
            sink.write(noise(10_000, 2)[:, first : first + 1234])
    return path.read_bytes()


@pytest.mark.parametrize(("file_format", "at"), [("WAV", 12), ("RF64", 48)])
@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_16", "PCM_24"])
def test_the_chunk_lies_in_its_place(file_format: str, at: int, subtype: str, tmp_path: Path) -> None:
    chunk = NOON.chunk(0)
    assert len(chunk) == 8 + 602
    plain = write(tmp_path / "plain.wav", file_format, subtype)
    data = write(tmp_path / "bext.wav", file_format, subtype, chunk)
    assert data[at : at + len(chunk)] == chunk
    # Without the chunk, the file is the other one but for its size.
    size_at, form = (20, "<Q") if file_format == "RF64" else (4, "<I")
    (size,) = struct.unpack_from(form, data, size_at)
    assert size == len(data) - 8
    rest = bytearray(data[:at] + data[at + len(chunk) :])
    struct.pack_into(form, rest, size_at, size - len(chunk))
    assert bytes(rest) == plain
    found, _ = soundfile.read(tmp_path / "bext.wav", dtype="float32")
    assert np.array_equal(found, soundfile.read(tmp_path / "plain.wav", dtype="float32")[0])
    assert read_broadcast(tmp_path / "bext.wav") == NOON
    assert read_broadcast(tmp_path / "plain.wav") is None


@pytest.mark.parametrize("name", ["wet.flac", "wet.aiff"])
def test_other_formats_have_none(name: str, tmp_path: Path) -> None:
    dry, wet = tmp_path / "dry.wav", tmp_path / name
    write(dry, "WAV", bext=NOON.chunk(0))
    nam_core.render_file(nam_core.load(linear([0.5])), dry, wet, channel="left")
    assert read_broadcast(wet) is None
    assert soundfile.info(wet).frames == 10_000


def test_a_rendered_part_lands_in_its_place(tmp_path: Path) -> None:
    dry, wet = tmp_path / "dry.wav", tmp_path / "wet.wav"
    write(dry, "WAV", bext=NOON.chunk(0))
    nam_core.render_file(nam_core.load(linear([0.5])), dry, wet, channel="left", start=0.1)
    assert read_broadcast(wet) == Broadcast(NOON.time_reference + 4800, NOON.date_and_time)


def test_a_chunk_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "dry.wav"
    path.write_bytes(write(path, "WAV", bext=NOON.chunk(0))[:100])
    assert read_broadcast(path) is None
