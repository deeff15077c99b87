"""Files that people take for a .nam file: the error names what they are, and says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a file is, with its article, and what to do about it."""

    name: str
    advice: str

    @property
    def message(self) -> str:
        """For an error's text."""
        return f"this is {self.name}; {self.advice}"


_UNPACK = "unpack it and load the .nam file that is inside"
_EXPORT = "a .nam file is what the trainer's export writes: export the model, and load that"
_DOWNLOAD = "download the model itself"
# What to do about a file that is damaged.
AGAIN = "download or export the model again"
_CONVERT = "turn it into a .nam file with `nam-core convert`"
_USE_WAV = "an impulse response must be a WAV, AIFF or FLAC file"

_PYTORCH = Kind("a PyTorch checkpoint", _EXPORT)
_KERAS = Kind("a Keras or other HDF5 file", _EXPORT)
_APPLE_DOUBLE = Kind(
    "an AppleDouble file, which macOS writes beside the file of the same name without ._",
    "load the one without ._",
)
_SAVE_AS_UTF8 = "save it as UTF-8"
_UTF16 = Kind("text in UTF-16", _SAVE_AS_UTF8)
_UTF32 = Kind("text in UTF-32", _SAVE_AS_UTF8)
_MP3 = Kind("an MP3 file", _USE_WAV)
_PICKLE = Kind("a Python pickle, such as an old PyTorch checkpoint", _EXPORT)
_TAR = Kind("a tar archive", _UNPACK)
_LFS = Kind("a Git LFS pointer, not the file itself", "run `git lfs pull`")
_BINARY = Kind("a binary file of an unknown kind, and a .nam file is JSON text", AGAIN)
_TEXT = Kind("text, and not the JSON object that a .nam file is", _DOWNLOAD)

# Members that tell what made a zip archive; their names stand in it uncompressed.
_ZIP_MEMBERS = (
    (b"/constants.pkl", Kind("a TorchScript model", _EXPORT)),
    (b"/data.pkl", _PYTORCH),
    (b"model.weights.h5", Kind("a Keras model", _EXPORT)),
    (b".npy", Kind("a NumPy archive", _EXPORT)),
)

# Offset, the bytes there, and what they mean. The first that fits counts.
_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1f\x8b", Kind("gzip-compressed data", _UNPACK)),
    (0, b"PK\x03\x04", Kind("a zip archive", _UNPACK)),
    (0, b"PK\x05\x06", Kind("a zip archive with nothing in it", _DOWNLOAD)),
    (0, b"PK\x07\x08", Kind("a zip archive", _UNPACK)),
    (257, b"ustar", _TAR),
    *((0, magic, Kind("a cpio archive", _UNPACK)) for magic in (b"070701", b"070702", b"070707")),
    (0, b"!<arch>\n", Kind("an ar archive, such as a Debian package", _UNPACK)),
    (0, b"MSCF", Kind("a Windows cabinet archive", _UNPACK)),
    (0, b"xar!", Kind("an xar archive, such as a package of macOS", _UNPACK)),
    (0, b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (0, b"RE~^", Kind("a RAR archive", _UNPACK)),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK)),
    (0, b"\xfd7zXZ\x00", Kind("xz-compressed data", _UNPACK)),
    (0, b"BZh", Kind("bzip2-compressed data", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Kind("zstd-compressed data", _UNPACK)),
    (0, b"\x04\x22\x4d\x18", Kind("LZ4-compressed data", _UNPACK)),
    (0, b"\x5d\x00\x00", Kind("LZMA-compressed data", _UNPACK)),
    (0, b"LZIP", Kind("lzip-compressed data", _UNPACK)),
    (0, b"\x1f\x9d", Kind("data compressed by `compress`", _UNPACK)),
    (0, b"MZ", Kind("a Windows program, perhaps an archive that unpacks itself", _UNPACK)),
    (0, b"\x00\x05\x16\x07", _APPLE_DOUBLE),
    (0, b"\x00\x05\x16\x00", Kind("an AppleSingle file", _UNPACK)),
    (4, b"Bud1", Kind("a .DS_Store file of macOS", _DOWNLOAD)),
    (0, b"bplist", Kind("a property list of macOS", _DOWNLOAD)),
    (0, b"\xff\xfe\0\0", _UTF32),
    (0, b"\0\0\xfe\xff", _UTF32),
    (0, b"{\0\0\0", _UTF32),
    (0, b"\0\0\0{", _UTF32),
    (0, b"\xff\xfe", _UTF16),
    (0, b"\xfe\xff", _UTF16),
    *((offset, b"\x89HDF\r\n\x1a\n", _KERAS) for offset in (0, 512, 1024, 2048)),
    (4, b"TFL3", Kind("a TensorFlow Lite model", _EXPORT)),
    (6, b'\0\0{"', Kind("a safetensors file", _EXPORT)),
    (0, b"\x93NUMPY", Kind("a NumPy array", _EXPORT)),
    (0, b"(dp0", _PICKLE),
    (0, b"}q\0", _PICKLE),
    (0, b"ccollections\n", _PICKLE),
    (0, b"ID3", _MP3),
    *((0, b"\xff" + second, _MP3) for second in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")),
    (0, b"OggS", Kind("an Ogg file", _USE_WAV)),
    (4, b"ftyp", Kind("an MP4 or M4A file", _USE_WAV)),
    (0, b"MThd", Kind("a MIDI file", _DOWNLOAD)),
    (0, b"{\\rtf", Kind("an RTF document", _DOWNLOAD)),
    (0, b"%PDF", Kind("a PDF document", _DOWNLOAD)),
    (0, b"\x89PNG", Kind("a PNG image", _DOWNLOAD)),
    (0, b"\xff\xd8\xff", Kind("a JPEG image", _DOWNLOAD)),
    (0, b"version https://git-lfs", _LFS),
    (0, b"version https://hawser", _LFS),
    (0, b"/annex/objects/", Kind("a git-annex pointer, not the file itself", "run `git annex get`")),
)

# The start of a text, in small letters and without blanks in front.
_TEXTS = (
    (b"<!doctype html", Kind("a web page (HTML)", _DOWNLOAD)),
    (b"<html", Kind("a web page (HTML)", _DOWNLOAD)),
    (b"<!--", Kind("a web page (HTML)", _DOWNLOAD)),
    (b"<?xml", Kind("an XML document", _DOWNLOAD)),
    (b"<", Kind("a web page (HTML or XML)", _DOWNLOAD)),
)

# Protocol buffers have no signature. An ONNX file begins with its format's version (field 1, a number), and
# the name of the program that made it (field 2, a text) or another field with a length.
_ONNX = re.compile(rb"\x08[\x01-\x20](?:\x12[\x00-\x7f]|[\x1a\x3a\x42])")
_BINARY_PICKLE = re.compile(rb"\x80[\x02-\x05].")
# A tar archive from before POSIX has no signature. Its first block holds a checksum in octal digits: the sum
# of the block's bytes, with blanks in the place of the checksum.
_TAR_BLOCK, _TAR_CHECKSUM = 512, slice(148, 156)
_OCTAL = re.compile(rb" *([0-7]+)[ \0]*")
# Text in UTF-16 without a mark: of every two bytes one is zero.
_UTF16_LETTERS = re.compile(rb"(?:[\t\n\r -~]\0){1,8}|(?:\0[\t\n\r -~]){1,8}")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def foreign_bytes(data: bytes) -> Kind | None:
    """What the bytes of a file are, if they are a known kind that is no .nam file."""
    for offset, signature, kind in _SIGNATURES:
        if data.startswith(signature, offset):
            return _zip(data) or kind if signature.startswith(b"PK") else kind
    if _UTF16_LETTERS.fullmatch(data[:16]):
        return _UTF16
    head = data.lstrip()[:32].lower()
    for start, kind in _TEXTS:
        if head.startswith(start):
            return kind
    if _BINARY_PICKLE.match(data):
        return _PICKLE
    if _ONNX.match(data):
        return Kind("an ONNX model", _EXPORT)
    if data and not data.strip(b"\0"):
        return Kind("a file of zeros, such as an unfinished download leaves", _DOWNLOAD)
    if head.startswith((b"{", b"[")):
        return None
    if _is_old_tar(data[:_TAR_BLOCK]):
        return _TAR
    return _BINARY if _is_binary(data) else _TEXT


def _is_old_tar(block: bytes) -> bool:
    stated = block[_TAR_CHECKSUM]
    digits = _OCTAL.fullmatch(stated)
    counted = sum(block) - sum(stated) + len(stated) * ord(" ")
    return len(block) == _TAR_BLOCK and digits is not None and int(digits[1], 8) == counted


def _is_binary(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return _CONTROL.search(data) is not None


def _zip(data: bytes) -> Kind | None:
    return next((kind for member, kind in _ZIP_MEMBERS if member in data), None)


def _has(*keys: str) -> Callable[[dict[str, Any]], bool]:
    return lambda value: all(key in value for key in keys)


def is_rtneural(value: object) -> bool:
    """Whether a JSON value is a model of AIDA-X, or of another program with RTNeural."""
    if not isinstance(value, dict) or "architecture" in value or "layers" not in value:
        return False
    layers = value["layers"]
    first = layers[0] if isinstance(layers, list) and layers else None
    return "in_shape" in value or (isinstance(first, dict) and {"type", "weights"} <= first.keys())


def is_proteus(value: object) -> bool:
    """Whether a JSON value is a model of Proteus."""
    return isinstance(value, dict) and "model_data" in value and "state_dict" in value


_CONFIGURATION = Kind("a configuration of the trainer", "train, and load what that exports")
_KEYS = {"version", "architecture", "config", "weights"}
# JSON objects by their keys.
_OBJECTS: tuple[tuple[Callable[[dict[str, Any]], bool], Kind], ...] = (
    (is_rtneural, Kind("an AIDA-X or other RTNeural model", _CONVERT)),
    (is_proteus, Kind("a Proteus model (GuitarML)", _CONVERT)),
    (_has("residual_channels", "variables"), Kind("a WaveNet of GuitarML", "train a model with NAM instead")),
    (_has("class_name", "keras_version"), Kind("a Keras model without weights", _EXPORT)),
    (_has("net", "optimizer"), _CONFIGURATION),
    (_has("train_dataloader", "trainer"), _CONFIGURATION),
    (_has("train", "validation"), _CONFIGURATION),
)
_ARRAY = Kind("a JSON array", "a .nam file is one object: write one of the array's into a file of its own")
_NO_MODEL = Kind("JSON without a model (version, architecture, config, weights)", _DOWNLOAD)


def foreign_json(value: object) -> Kind | None:
    """What a JSON value is, if it is a known kind that is no .nam file."""
    if isinstance(value, list):
        return _ARRAY
    if not isinstance(value, dict) or "architecture" in value:
        return None
    if found := next((kind for fits, kind in _OBJECTS if fits(value)), None):
        return found
    return None if _KEYS & value.keys() else _NO_MODEL
