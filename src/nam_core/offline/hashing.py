"""The SHA-256 of files. A recording is hashed once for all the models that play it."""

from __future__ import annotations

import hashlib
import os
import time
from functools import lru_cache

_HASHED_BYTES = 1 << 20
# Recordings whose hashes are kept, a few hundred bytes each.
_KEPT = 10_000
# A file system may tell times in steps as long as this (FAT). A file that has changed so recently may change
# again without another time.
_SETTLED_SECONDS = 2.0


def sha256(source: str | bytes) -> str:
    """The SHA-256 of a file, or of bytes, in hexadecimal. Raises OSError."""
    found = hashlib.sha256()
    if isinstance(source, bytes):
        found.update(source)
        return found.hexdigest()
    with open(source, "rb") as file:
        while part := file.read(_HASHED_BYTES):
            found.update(part)
    return found.hexdigest()


def input_sha256(path: str) -> str:
    """The SHA-256 of a recording, which is not read again while its size and modification time stay.

    A file that has changed in the last two seconds is always read. Raises OSError.
    """
    found = os.stat(path)
    if time.time() - found.st_mtime < _SETTLED_SECONDS:
        return sha256(path)
    return _kept_sha256(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=_KEPT)
def _kept_sha256(path: str, *_state: int) -> str:
    return sha256(path)
