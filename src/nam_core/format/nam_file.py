"""Reading model files: bytes to JSON to a validated ``NamModel`` (format 1), or an impulse response."""

from __future__ import annotations

import copyreg
import os
import re
import sys
from dataclasses import replace
from typing import IO, Any, TypeAlias

import orjson

from ..errors import NamConfigError, NamFileError, exhaustion_named
from . import tolerant_metadata
from .config import NamModel
from .foreign import AGAIN, foreign_bytes, foreign_json
from .impulse_response import is_sound, read_impulse_response
from .limits import DEFAULT_MAX_BYTES, PARSED_PER_TEXT
from .packed_file import unpacked
from .schema import Cursor, LinearTaps, ReadOptions, read_model

Source: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | dict[str, Any] | IO[Any]"

_SHOWN_CHARACTERS = 60
_CUT_OFF = f"the file ends in the middle: {AGAIN}"

_PIECE = 2**20
_UTF8_BOM = b"\xef\xbb\xbf"
# Python's json module writes these, but they are not JSON.
_NOT_A_NUMBER = re.compile(r"[+-]?(?:nan|inf(?:inity)?)\b", re.IGNORECASE)


def read_nam(
    source: Source, *, linear_taps: LinearTaps = "newest_first", max_bytes: int = DEFAULT_MAX_BYTES
) -> NamModel:
    """Read and validate a model.

    Parameters
    ----------
    source
        Path of a .nam file, its bytes, a binary or text file object, or its JSON object as a dict. A dict is
        not changed, and must not be changed while the model is in use (``metadata.raw`` refers to it). A
        sound file (WAV, AIFF, FLAC and others) is read as an impulse response, and a .namz file is unpacked
        (extra ``namz``).
    linear_taps
        The order in which the file lists the taps of its Linear models: "newest_first", as the format has it,
        or "oldest_first", as the trainer 0.13.0 exports them (docs/file-format.md says how to know).
    max_bytes
        Most bytes that reading may take: a file larger than a fortieth of this is refused, and not read. Of a
        .namz file that holds for the text in it, too.

    Returns
    -------
    NamModel
        Complete: every default filled in, every legacy spelling resolved, the number of weights checked. Taps
        have the newest first, whatever their order in the file.

    Raises
    ------
    OSError
        If the system does not open the file: FileNotFoundError if there is none of this name.
    NamFileError
        If it cannot be read as JSON, or asks for more than this process has; its subclasses NamVersionError,
        NamConfigError and NamWeightError if the JSON is not a valid model. The message names the file and the
        place in it, or the kind of file that it is instead.
    NamAudioError
        If it is a sound file that cannot be read, or is no impulse response: empty, or of more than two
        channels.
    ImportError
        If it is a .namz file, and the package ``namz`` is not installed.
    TypeError
        If ``source`` is none of the above.
    ValueError
        If ``linear_taps`` is none of the above.
    """
    if linear_taps not in ("newest_first", "oldest_first"):
        raise ValueError(f'linear_taps must be "newest_first" or "oldest_first"; found {linear_taps!r}')
    contents, path = _take(source, max_bytes)
    return _read_again(contents, path, ReadOptions(linear_taps=linear_taps), max_bytes // PARSED_PER_TEXT)


def read_architecture(source: Source) -> NamModel:
    """Read a model as ``read_nam`` does, but put zeros where a model in the file has no ``weights`` key.

    This is for what depends on the architecture alone; ``version`` is needed all the same.
    """
    most = DEFAULT_MAX_BYTES // PARSED_PER_TEXT
    return _read(*_take(source), ReadOptions(weights_may_be_missing=True), most)


def read_json(source: Source) -> tuple[Any, str | None]:
    """The JSON value of any JSON file, and its name. Raises as ``read_nam`` for what is no JSON."""
    contents, path = _take(source)
    return _value(contents, path, DEFAULT_MAX_BYTES // PARSED_PER_TEXT), path


def _read_again(
    contents: bytes | dict[str, Any], path: str | None, options: ReadOptions, most: int = sys.maxsize
) -> NamModel:
    return replace(_read(contents, path, options, most), source=(contents, path, options))


def _read(contents: bytes | dict[str, Any], path: str | None, options: ReadOptions, most: int) -> NamModel:
    with exhaustion_named(path):
        if isinstance(contents, bytes) and is_sound(contents):
            return read_impulse_response(contents, path)
        return read_model(_cursor(contents, path, most), options)


def _reduce(model: NamModel) -> str | tuple[Any, ...]:
    """A whole file pickles as its contents, which any version of this package can read."""
    return object.__reduce_ex__(model, 2) if model.source is None else (_read_again, model.source)


copyreg.pickle(NamModel, _reduce)


def _value(contents: bytes | dict[str, Any], path: str | None, most: int) -> Any:
    """The JSON value, whose text has at most ``most`` bytes."""
    return contents if isinstance(contents, dict) else _parse(unpacked(contents, most, path), path)


def _cursor(contents: bytes | dict[str, Any], path: str | None, most: int) -> Cursor:
    value = _value(contents, path, most)
    if kind := foreign_json(value):
        # An array can hold models: then the file's shape is wrong, not its kind.
        error = NamConfigError if isinstance(value, list) else NamFileError
        raise error(kind.message, path=path)
    return Cursor(value, path)


def _take(source: object, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[bytes | dict[str, Any], str | None]:
    """The contents of the source, if its values take at most ``max_bytes``, and its name for messages."""
    if isinstance(source, dict):
        return source, None
    most = max_bytes // PARSED_PER_TEXT
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _checked(bytes(source), most, None), None
    if isinstance(source, (str, os.PathLike)):
        file_name = os.fsdecode(source)
        with exhaustion_named(file_name):
            return _read_file(file_name, most), file_name
    if hasattr(source, "read"):
        name = getattr(source, "name", None)
        path = name if isinstance(name, str) else None
        try:
            data = source.read()
        except UnicodeDecodeError as error:
            raise _not_utf8(error, path) from error
        if isinstance(data, str):
            # A lone surrogate becomes a byte that is not UTF-8, and is reported as such.
            data = data.encode("utf-8", "surrogatepass")
        if isinstance(data, (bytes, bytearray, memoryview)):
            return _checked(bytes(data), most, path), path
        raise TypeError(f"read() of the file object must give bytes or str; found {type(data).__name__}")
    found = type(source).__name__
    if isinstance(getattr(source, "nam", None), NamModel):
        found += ": this is loaded already; give what it was loaded from, such as its path"
    raise TypeError(f"source must be a path, bytes, a dict or a file object; found {found}")


def _checked(data: bytes, most: int, path: str | None) -> bytes:
    if len(data) > most:
        raise NamFileError(
            f"the file has more than {most:,} bytes; reading it may take {PARSED_PER_TEXT} times as much "
            "memory, more than max_bytes= of nam_core.load allows",
            path=path,
        )
    return data


def _read_at_most(file: IO[bytes], most: int) -> bytes:
    """The first ``most`` bytes, or a little more; what is open may have no end. In pieces, because a read of
    so many would allocate them all."""
    pieces: list[bytes] = []
    read = 0
    while read < most and (piece := file.read(_PIECE)):
        pieces.append(piece)
        read += len(piece)
    return b"".join(pieces)


def _read_file(path: str, most: int) -> bytes:
    try:
        with open(path, "rb") as file:
            data = _read_at_most(file, most + 1)
    except (OSError, ValueError) as error:
        # Before anything else: text is no name, and far too long for a message.
        if path.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            message = "this is JSON text, not a path: pass it as bytes (text.encode()), or json.loads of it"
            raise NamFileError(message) from None
        if isinstance(error, ValueError):  # a null character, or one that no file name can have
            raise NamFileError(f"not a path: {error}", path=repr(path[:_SHOWN_CHARACTERS])) from None
        if os.path.isdir(path):
            raise NamFileError(_what_folder(path), path=path) from error
        raise
    return _checked(data, most, path)


def _what_folder(path: str) -> str:
    """What to do with a folder where one file is wanted."""
    names = sorted(name for name in os.listdir(path) if name.lower().endswith((".nam", ".namz")))
    if not names:
        return "this is a folder, and no .nam file is in it; name a model file"
    count = "1 model" if len(names) == 1 else f"{len(names)} models"
    return f"this is a folder with {count} in it; name one of them, such as {os.path.join(path, names[0])}"


def _parse(data: bytes, path: str | None) -> Any:
    data = data.removeprefix(_UTF8_BOM)
    if not data.strip():
        raise NamFileError(f"the file is empty; {AGAIN}", path=path)
    if kind := foreign_bytes(data):
        raise NamFileError(kind.message, path=path)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        found = tolerant_metadata.find_metadata(data)
        if not found:
            raise _not_json(data, path, error) from error
    return _parse_without_metadata(data, path, found)


def _parse_without_metadata(data: bytes, path: str | None, found: list[tolerant_metadata.Metadata]) -> Any:
    """What the file says, with as much of its metadata as can be understood."""
    strict = tolerant_metadata.without(data, found)
    try:
        document = orjson.loads(strict)
    except orjson.JSONDecodeError as error:
        raise _not_json(strict, path, error) from error
    for value in found:
        try:
            parsed = tolerant_metadata.parse(data, value)
        except ValueError as error:
            parsed = None
            Cursor(None, path, value.location).warn(f"not valid JSON: {error}; ignored")
        tolerant_metadata.put(document, value, parsed)
    return document


def _not_json(data: bytes, path: str | None, error: orjson.JSONDecodeError) -> NamFileError:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as decode_error:
        return _not_utf8(decode_error, path)
    # The position is that of the literal, or just behind its sign.
    literal = _NOT_A_NUMBER.match(text, max(error.pos - 1, 0)) or _NOT_A_NUMBER.match(text, error.pos)
    if literal:
        line = text.count("\n", 0, literal.start()) + 1
        column = literal.start() - text.rfind("\n", 0, literal.start())
        message = f"found {literal.group()}, which is not JSON; numbers must be finite"
    else:
        line, column, message = error.lineno, error.colno, f"not valid JSON: {error.msg}"
        if error.pos >= len(text.rstrip()):
            return NamFileError(f"{_CUT_OFF} (line {line}, column {column})", path=path)
    return NamFileError(f"{message} (line {line}, column {column}); correct it there, or {AGAIN}", path=path)


def _not_utf8(error: UnicodeDecodeError, path: str | None) -> NamFileError:
    byte = error.object[error.start]
    if error.reason == "unexpected end of data":
        return NamFileError(f"{_CUT_OFF} (byte {error.start})", path=path)
    found = f"not UTF-8 text: byte 0x{byte:02x} at position {error.start}"
    return NamFileError(f"{found}; save it as UTF-8, or {AGAIN}", path=path)
