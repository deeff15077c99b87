"""Files that are not .nam files: the error names what they are, and says what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from old_tar import old_tar
from small_models import linear

import nam_core
from nam_core.cli import main

TEXT = json.dumps(linear([0.25, -0.5, 1.0])).encode()


def zipped(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, TEXT * 3)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("amp.nam"), io.BytesIO())
    return file.getvalue()


def wav(channels: int = 1, frames: int = 4, peak: float = 0.5) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.full((frames, channels), peak, np.float32), 48000, format="WAV", subtype="FLOAT")
    return file.getvalue()


def header(channels: int = 1, rate: int = 48000, bits: int = 16) -> bytes:
    """A WAV file of 100 bytes of audio, whose header says this of them."""
    form = struct.pack("<HHIIHH", 1, channels, rate, 2 * rate, 2, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", 100) + bytes(100)
    return b"RIFF" + struct.pack("<I", len(body)) + body


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 7\n"
# An ONNX file from the trainer's days: ir_version 8, producer "pytorch".
ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0:" + bytes(40)
AIDA = {"in_shape": [None, None, 1], "layers": [{"type": "lstm", "shape": [None, None, 1], "weights": []}]}
PROTEUS = {"model_data": {"unit_type": "LSTM"}, "state_dict": {}}

# The contents, and words that the message must have: what it is, and what to do.
FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "gzip": (gzip.compress(TEXT), ("gzip", "unpack")),
    "bzip2": (bz2.compress(TEXT), ("bzip2", "unpack")),
    "xz": (lzma.compress(TEXT), ("xz", "unpack")),
    "zip": (zipped("amp.nam"), ("a zip archive", "unpack")),
    "empty zip": (zipped(), ("zip archive with nothing in it",)),
    "tar": (tarred(), ("a tar archive", "unpack")),
    "pre-POSIX tar": (old_tar(TEXT), ("a tar archive", "unpack")),
    "block like a tar's": (b"amp.nam".ljust(600, b"\0"), ("a binary file of an unknown kind", "again")),
    "cpio": (b"070701" + b"0" * 104 + b"amp.nam\0", ("a cpio archive", "unpack")),
    "ar": (b"!<arch>\ndebian-binary   ", ("an ar archive", "unpack")),
    "cabinet": (b"MSCF" + bytes(40), ("a Windows cabinet archive", "unpack")),
    "xar": (b"xar!\0\x1c\0\1" + bytes(40), ("an xar archive", "unpack")),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(20), ("a RAR archive", "unpack")),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(20), ("a 7z archive", "unpack")),
    "web page": (b"\n\n<!DOCTYPE html><title>404</title>", ("a web page (HTML)", "download")),
    "another web page": (b"<HTML><body>", ("a web page (HTML)", "download")),
    "XML": (b'<?xml version="1.0"?><Error/>', ("an XML document", "download")),
    "Git LFS": (LFS, ("a Git LFS pointer", "git lfs pull")),
    "AppleDouble": (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", ("an AppleDouble file", "without ._")),
    "UTF-16": (TEXT.decode().encode("utf-16"), ("UTF-16", "UTF-8")),
    "UTF-16 big": (TEXT.decode().encode("utf-16-be"), ("UTF-16", "UTF-8")),
    "empty": (b"", ("empty", "again")),
    "blanks": (b" \n\t ", ("empty", "again")),
    "zeros": (bytes(4096), ("a file of zeros", "download")),
    "half": (TEXT[: len(TEXT) // 2], ("ends in the middle", "again")),
    "half in a text": (b'{"version": "0.7', ("ends in the middle", "again")),
    "half a character": ('{"name": "\u00e9'.encode()[:-1], ("ends in the middle", "again")),
    "half an array": (b"[" + TEXT[:100], ("ends in the middle", "again")),
    "JSON array": (b"[" + TEXT + b"]", ("a JSON array", "one object")),
    "JSON of a web service": (b'{"message": "Not Found"}', ("JSON without a model", "download")),
    "answer in words": (b"404: Not Found", ("text", "JSON object", "download")),
    "fault in the JSON": (TEXT[:-1] + b",}", ("not valid JSON", "line 1", "correct it there", "again")),
    "Latin-1": (TEXT[:-1] + b', "author": "\xe9"}', ("not UTF-8 text", "save it as UTF-8")),
    "unknown binary": (b"\x7fELF" + bytes(80), ("a binary file of an unknown kind", "again")),
    "UTF-16 with a blank": ("\n {".encode("utf-16-le"), ("UTF-16", "UTF-8")),
    "UTF-32": (TEXT.decode().encode("utf-32"), ("UTF-32", "UTF-8")),
    "old LFS": (b"version https://hawser.github.com/spec/v1\n", ("a Git LFS pointer", "git lfs pull")),
    "git-annex": (b"/annex/objects/MD5E-s3--ab.nam\n", ("a git-annex pointer", "git annex get")),
    "old RAR": (b"RE~^" + bytes(20), ("a RAR archive", "unpack")),
    "archive that unpacks itself": (b"MZ\x90\0" + bytes(80), ("a Windows program", "unpack")),
    "LZ4": (b"\x04\x22\x4d\x18" + bytes(20), ("LZ4", "unpack")),
    "ONNX with a long name": (b"\x08\x08\x12\x60" + b"n" * 96 + bytes(9), ("an ONNX model", "export")),
    "TensorFlow Lite": (b"\x1c\0\0\0TFL3" + bytes(20), ("a TensorFlow Lite model", "export")),
    "safetensors": (b'\x3c\0\0\0\0\0\0\0{"a": {}}', ("a safetensors file", "export")),
    "NumPy array": (b"\x93NUMPY\x01\0" + bytes(20), ("a NumPy array", "export")),
    "pickle as text": (pickle.dumps({"a": 1}, protocol=0), ("pickle", "PyTorch", "export")),
    "HDF5 behind a block": (bytes(512) + b"\x89HDF\r\n\x1a\n", ("HDF5", "export")),
    "MP3 without a tag": (b"\xff\xf3\x90" + bytes(80), ("an MP3 file", "WAV")),
    "data of the trainer": (b'{"train": {}, "validation": {}}', ("a configuration of the trainer", "train")),
    "RTNeural without in_shape": (b'{"layers": [{"type": "gru", "weights": []}]}', ("RTNeural", "convert")),
    "ONNX": (ONNX, ("an ONNX model", "export")),
    "TorchScript": (zipped("amp/constants.pkl", "amp/data.pkl"), ("a TorchScript model", "export")),
    "checkpoint": (zipped("amp/data.pkl", "amp/data/0"), ("a PyTorch checkpoint", "export")),
    "old checkpoint": (pickle.dumps(119547037146038801333356, protocol=2), ("pickle", "PyTorch", "export")),
    "Keras": (zipped("config.json", "model.weights.h5"), ("a Keras model", "export")),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(80), ("HDF5", "export")),
    "MP3": (b"ID3\x04" + bytes(80), ("an MP3 file", "WAV")),
    "AIDA-X": (json.dumps(AIDA).encode(), ("AIDA-X", "RTNeural", "nam-core convert")),
    "Proteus": (json.dumps(PROTEUS).encode(), ("Proteus", "nam-core convert")),
    "response of 3 channels": (wav(3), ("sound", "3 channels", "1 or 2")),
    "response of nothing": (wav(frames=0), ("sound", "no samples")),
    "response that is not finite": (wav(peak=np.nan), ("finite",)),
    "response without its samples": (wav()[:30], ("it ends before the audio begins",)),
    "response without its data": (wav()[:44], ("it ends before the audio begins",)),
    "response of no channels": (header(channels=0), ("no channels", "save it again")),
    "response of no rate": (header(rate=0), ("no sample rate", "save it again")),
    "response of 1 Hz": (header(rate=1), ("1 Hz", "1,000 to 1,000,000")),
    "response of a form of its own": (header(bits=4096), ("not known here", "save it again")),
    "response without a form": (
        b"RIFF\x10\0\0\0WAVEdata\x08\0\0\0" + bytes(8),
        ("cannot be read", "save it"),
    ),
    "damaged namz": (b"NAMZ\x01\x00\x00\x00", (".namz", "damaged")),
}


@pytest.mark.parametrize("name", FILES)
def test_the_error_says_what_it_is(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, words = FILES[name]
    path = tmp_path / "amp.nam"
    path.write_bytes(data)
    with pytest.raises(nam_core.NamError) as caught:
        nam_core.load(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert [word for word in words if word not in message] == []
    with pytest.raises(nam_core.NamError):
        nam_core.load(data)

    dry, wet = tmp_path / "dry.wav", tmp_path / "wet.wav"
    dry.write_bytes(wav())
    assert main(["render", str(path), str(dry), str(wet)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert [word for word in words if word not in captured.err] == []
    assert not wet.exists()


def test_what_is_said_of_a_sound_file_in_the_place_of_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dry.wav"
    path.write_bytes(wav())
    assert main(["info", str(path)]) == 0
    assert "this sound file is used as an impulse response (MODEL comes before IN)" in capsys.readouterr().err


def test_namz_is_unpacked(tmp_path: Path) -> None:
    namz = pytest.importorskip("namz")
    path = tmp_path / "amp.namz"
    path.write_bytes(namz.pack(TEXT))
    x = np.arange(5, dtype=np.float32) / 8
    assert np.array_equal(nam_core.load(path).process(x), nam_core.load(TEXT).process(x))


def test_without_namz_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['namz'] = None\nimport nam_core\n"
        "try: nam_core.load(b'NAMZ1234')\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert "pip install nam_core[namz]" in done.stdout


@pytest.mark.parametrize("make", [lambda: TEXT, lambda: b"\xef\xbb\xbf" + TEXT, lambda: b"\n \n" + TEXT])
def test_nam_files_are_not_taken_for_others(make: Callable[[], bytes]) -> None:
    assert nam_core.load(make()).architecture == "Linear"


def packed(skeleton: bytes, weights: int) -> bytes:
    """A handmade .namz file: version 1, stored, float32, in order."""
    head = b"NAMZ\x01\x00\x00\x00" + struct.pack("<I", len(skeleton)) + skeleton
    return head + struct.pack("<II", 1, weights) + bytes(4 * weights)


def test_the_text_of_a_namz_is_bounded_before_it_is_made() -> None:
    """Weights that a skeleton names a thousand times would become 250 MB of text from 14 kB."""
    namz = pytest.importorskip("namz")
    many = packed(b"[" + b",".join([b'{"weights":0}'] * 1000) + b"]", 10_000)
    tracemalloc.start()
    with pytest.raises(nam_core.NamFileError, match=r"text may have 250,\d{3},\d{3} bytes; at most 26,8"):
        nam_core.load(many)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    packed_once = namz.pack(TEXT)
    with pytest.raises(nam_core.NamFileError, match="text may have"):
        nam_core.load(packed_once, max_bytes=40 * (len(packed_once) + 1))
    assert nam_core.load(packed_once, max_bytes=10**6).architecture == "Linear"


def test_a_model_from_a_namz_is_a_model_like_any_other(tmp_path: Path) -> None:
    namz = pytest.importorskip("namz")
    model = nam_core.load(namz.pack(TEXT))
    x = np.arange(5, dtype=np.float32) / 8
    expected = nam_core.load(TEXT).process(x)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).process(x), expected)
    nam_core.save(model, tmp_path / "saved.nam")
    assert np.array_equal(nam_core.load(tmp_path / "saved.nam").process(x), expected)
    assert np.array_equal(nam_core.chain([model]).process(x), expected)
