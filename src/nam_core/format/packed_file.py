"""Files of the package ``namz``: a model's JSON text with its weights as plain float32."""

from __future__ import annotations

import struct
from typing import Any

import orjson

from ..errors import NamFileError

MAGIC = b"NAMZ"
# Of the format's text for one weight: the shortest digits of a float32 as a double, and a comma.
_CHARACTERS_PER_WEIGHT = 25


def unpacked(data: bytes, most: int, path: str | None) -> bytes:
    """The JSON text of a packed file; any other data as they are.

    A skeleton of a few bytes can name the same weights many times. So the length of the text is bounded from
    the header, before the package makes it.

    Raises
    ------
    NamFileError
        If the file is damaged, or its text may have more than ``most`` bytes.
    ImportError
        If it is packed, and ``namz`` is not installed.
    """
    if not data.startswith(MAGIC):
        return data
    try:
        import namz
    except ImportError as error:
        raise ImportError(
            f"{path or 'this'} is a .namz file: install the package that reads it with "
            "`pip install nam_core[namz]`"
        ) from error
    try:
        characters = _longest_text(data)
    except (struct.error, ValueError, IndexError, RecursionError):
        characters = 0  # damaged: the package says so, before it makes any text
    if characters > most:
        raise NamFileError(
            f"a .namz file whose text may have {characters:,} bytes; at most {most:,} are allowed "
            "(max_bytes= of nam_core.load)",
            path=path,
        )
    text: bytes = namz.unpack(data, max_json_bytes=most)
    if not text:
        raise NamFileError("a .namz file that is damaged, or of a version that namz does not know", path=path)
    return text


def _longest_text(data: bytes) -> int:
    """Bytes that the text has at most: version, codec, type and flags; metadata since version 2; a skeleton,
    in which a number stands for each array of weights; and the lengths of these arrays."""
    start = 8
    if data[4] >= 2:
        start = 10 + struct.unpack_from("<H", data, 8)[0]
    (size,) = struct.unpack_from("<I", data, start)
    skeleton = data[start + 4 : start + 4 + size]
    (count,) = struct.unpack_from("<I", data, start + 4 + size)
    lengths = struct.unpack_from(f"<{count}I", data, start + 8 + size)
    # The package writes other characters than ASCII, and every number, anew: six bytes for one at the most.
    return 6 * len(skeleton) + _CHARACTERS_PER_WEIGHT * _weights(orjson.loads(skeleton), lengths)


def _weights(value: Any, lengths: tuple[int, ...]) -> int:
    if isinstance(value, dict):
        return sum(
            lengths[item] if key == "weights" and type(item) is int else _weights(item, lengths)
            for key, item in value.items()
        )
    return sum(_weights(item, lengths) for item in value) if isinstance(value, list) else 0
