"""Files on this machine or elsewhere: paths, and URLs that fsspec knows (extra ``cluster``).

A URL with ``file://`` is a path. A file at another URL, such as ``s3://bucket/take.wav``, is copied to this
machine to be read; an output is copied there when it is complete.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ..audio import safe_writing

# At least two letters: C:\\ is a disk.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# Protocols where a file appears only when it was sent as a whole; elsewhere it is renamed after sending.
_OBJECT_STORES = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oci")


def is_url(name: str) -> bool:
    """Whether a name is a URL of a file that is not on this machine."""
    return bool(_URL.match(name)) and not name.lower().startswith("file://")


def as_path(name: str) -> str:
    """The path in a ``file://`` URL; any other name is returned unchanged."""
    if not name.lower().startswith("file://"):
        return name
    parts = urlsplit(name)
    return url2pathname(unquote(parts.path)) if os.name != "nt" else url2pathname(parts.path)


def exists(name: str) -> bool:
    """Whether the file exists. Raises OSError if the place cannot be reached."""
    if not is_url(name):
        return os.path.exists(name)
    with _naming(name):
        found: bool = _filesystem(name).exists(name)
    return found


def stamp(name: str) -> tuple[int, int]:
    """The size in bytes, and the modification time in ns. Raises OSError."""
    if not is_url(name):
        found = os.stat(name)
        return found.st_size, found.st_mtime_ns
    with _naming(name):
        about = _filesystem(name).info(name)
    changed = about.get("LastModified") or about.get("mtime") or about.get("created") or 0
    seconds = changed.timestamp() if isinstance(changed, datetime) else float(changed)
    return int(about["size"]), round(seconds * 1e9)


def read_bytes(name: str) -> bytes:
    """The contents of a file. Raises OSError."""
    if not is_url(name):
        with open(name, "rb") as file:
            return file.read()
    with _naming(name):
        contents: bytes = _filesystem(name).cat_file(name)
    return contents


def write_bytes(name: str, contents: bytes) -> None:
    """Write a whole file, as ``safe_writing.write_file`` does. Raises OSError."""
    if not is_url(name):
        safe_writing.write_file(name, contents)
        return
    with _naming(name):
        _filesystem(name).pipe_file(name, contents)


def remove(name: str) -> None:
    """Remove a file or a folder of an object store. Raises OSError."""
    if not is_url(name):
        os.unlink(name)
        return
    with _naming(name):
        _filesystem(name).rm(name, recursive=True)


def files_below(name: str) -> list[str]:
    """The names of all files below a folder that is a URL. Raises OSError."""
    with _naming(name):
        filesystem = _filesystem(name)
        return [filesystem.unstrip_protocol(path) for path in filesystem.find(name)]


def make_folder(name: str) -> None:
    """Make a folder and those above it; an object store has no folders. Raises OSError."""
    if not is_url(name):
        safe_writing.make_folder(name)
    elif name.partition("://")[0] not in _OBJECT_STORES:
        with _naming(name):
            _filesystem(name).makedirs(name, exist_ok=True)


@contextmanager
def fetched(name: str) -> Iterator[str]:
    """Yield a local path with the contents of the file. Raises OSError."""
    if not is_url(name):
        yield name
        return
    with tempfile.TemporaryDirectory(prefix="nam-core-") as folder:
        path = os.path.join(folder, name.rpartition("/")[2])
        with _naming(name):
            _filesystem(name).get_file(name, path)
        yield path


@contextmanager
def delivered(name: str) -> Iterator[str]:
    """Yield a local path to write to; the file appears under its name, complete, when the block ends.

    If the block fails, an existing file stays unchanged. Raises OSError.
    """
    if not is_url(name):
        yield name
        return
    with tempfile.TemporaryDirectory(prefix="nam-core-") as folder:
        path = os.path.join(folder, name.rpartition("/")[2])
        yield path
        with _naming(name):
            filesystem = _filesystem(name)
            if name.partition("://")[0] in _OBJECT_STORES:
                filesystem.put_file(path, name)
            else:
                partial = f"{name}.nam-core-{os.getpid()}.partial"
                filesystem.put_file(path, partial)
                filesystem.mv(partial, name)


def _filesystem(name: str) -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise ImportError(
            f"{name}: URLs are read and written with fsspec: install it with `pip install nam_core[cluster]`"
        ) from error
    try:
        return fsspec.core.url_to_fs(name)[0]
    except ValueError as error:  # a protocol that fsspec does not know
        raise OSError(errno.EPROTONOSUPPORT, str(error), name) from error


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Turn every error into an OSError with the name that the user gave."""
    try:
        yield
    except ImportError:
        raise
    except OSError as error:
        if error.filename == name and error.errno is not None:
            raise
        number = error.errno or (errno.ENOENT if isinstance(error, FileNotFoundError) else errno.EIO)
        raise OSError(number, _reason(error), name) from error
    except Exception as error:
        # For instance botocore's errors (no credentials, no such host), which are not OSErrors.
        raise OSError(errno.EIO, f"{type(error).__name__}: {error}", name) from error


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return os.strerror(errno.ENOENT)
    return error.strerror or str(error) or type(error).__name__
