"""Writes files safely: the new file is complete under its name, or the old one stays unchanged.

Every failure is an OSError with the file's name and the system's reason.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeAlias

Path: TypeAlias = "str | os.PathLike[str]"

# What a folder on a disk may answer to fsync when it cannot do that; the file is written all the same.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


class OutputFile:
    """A binary file that is being written. Made by ``replace_file``; its errors name the file."""

    def __init__(self, descriptor: int, path: str) -> None:
        self._file = os.fdopen(descriptor, "w+b", buffering=0)
        self._path = path

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it at the present position, and return how many bytes that was."""
        left = memoryview(data).cast("B")
        size = len(left)
        with _naming(self._path):
            while left:
                left = left[self._file.write(left) :]
        return size

    def read(self, size: int) -> bytes:
        """Read at most this many bytes from the present position."""
        with _naming(self._path):
            return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another position, and return it."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The present position."""
        return self._file.tell()

    def finish(self) -> None:
        """Bring everything to the disk, which is where a full one may show."""
        with _naming(self._path):
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                if error.errno not in _NO_SYNC:
                    raise

    def close(self) -> None:
        """Close it; a second call does nothing."""
        self._file.close()


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """Refuse a name that cannot or must not be written, before any work is done.

    Parameters
    ----------
    outputs : files that will be written. They may exist.
    inputs : files that are read, and so must not be written over, by whatever name. They may be missing.

    Raises
    ------
    FileExistsError
        If an output is an input (the same file by a link, another case, a relative path), or two outputs are
        the same file.
    OSError
        If an output is a folder or a device, is read-only, or cannot be created.
    """
    outputs = list(outputs)
    for output in outputs:
        _target(output)
    refuse_clashes(outputs, inputs)
    for output in outputs:
        partial = _partial_name(_target(output))
        try:
            os.close(_create(partial, output))
        finally:
            with suppress(OSError):
                os.unlink(partial)


def make_folder(path: Path) -> str:
    """Make a folder for outputs, and those above it; one that is there stays. Returns its name.

    Raises OSError, also for "-": a folder does not fit into standard output.
    """
    name = os.fsdecode(path)
    if name == "-":
        raise _refusal(errno.EINVAL, "this goes to a folder and not to standard output; name one", path)
    with _naming(path):
        os.makedirs(name, exist_ok=True)
    return name


def refuse_clashes(outputs: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """The part of ``check_outputs`` that looks at names only: FileExistsError if two of them clash.

    In time in proportion to their number.
    """
    read = {identity for path in inputs if (identity := _identity(path))}
    written: set[tuple[int, int]] = set()
    # On a disk that may not tell cases apart.
    names: dict[str, bool] = {}
    for output in outputs:
        identity = _identity(output)
        if identity is not None and identity in read:
            raise _refusal(errno.EEXIST, "this is also an input, and would be overwritten", output)
        name = os.path.realpath(output).casefold()
        # Two files that both exist are one only if the system says so.
        if identity in written or (name in names and not (identity and names[name])):
            raise _refusal(errno.EEXIST, "two outputs have this name", output)
        names[name] = names.get(name, True) and identity is not None
        if identity is not None:
            written.add(identity)


@contextmanager
def replace_file(path: Path) -> Iterator[OutputFile]:
    """Write a file that appears under its name, at once and complete, when the block ends.

    Until then its bytes are in a temporary file beside it (``.nam-core-*.partial``). If the block fails, that
    is removed, and an old file of this name is as it was. The new file has the old one's permissions; where
    the name is a symbolic link, what it points to is replaced.

    Parameters
    ----------
    path : name of the file.

    Raises
    ------
    OSError
        As ``check_outputs``; or if the disk is full, or fails.
    """
    target = _target(path)
    partial = _partial_name(target)
    try:
        file = OutputFile(_create(partial, path), os.fsdecode(path))
        try:
            _keep_permissions(file, target)
            yield file
            file.finish()
        finally:
            file.close()
        with _naming(path):
            os.replace(partial, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise
    _sync_folder(target)


def write_file(path: Path, content: bytes | str) -> None:
    """Write a whole file by ``replace_file``; text as UTF-8, with "?" for what has no UTF-8.

    Raises OSError.
    """
    # A name that is not UTF-8 has surrogates in it, and must not cost the user the rest of the file.
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    with replace_file(path) as file:
        file.write(data)


def _target(path: Path) -> str:
    """The file that will be replaced, links followed, or an error that says why it cannot be."""
    name = os.fsdecode(path)
    if name == "-":
        raise _refusal(errno.EINVAL, "this goes to a file and not to standard output; name one", path)
    with _naming(path):
        target = os.path.realpath(name)
        try:
            found = os.stat(target)
        except FileNotFoundError:
            if not name or name.endswith(os.sep):
                raise _refusal(errno.EISDIR, os.strerror(errno.EISDIR), path) from None
            return target
        if stat.S_ISDIR(found.st_mode):
            raise _refusal(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(found.st_mode):
            raise _refusal(errno.EINVAL, "this is a device or a pipe, not a file that can be replaced", path)
        if not os.access(target, os.W_OK) or _is_kept_by_sticky_folder(target, found):
            raise _refusal(errno.EACCES, os.strerror(errno.EACCES), path)
    return target


def _is_kept_by_sticky_folder(target: str, found: os.stat_result) -> bool:
    """Whether the folder, as /tmp, lets nobody but the owner replace this file."""
    folder = os.stat(os.path.dirname(target))
    owners = (found.st_uid, folder.st_uid)
    return bool(folder.st_mode & stat.S_ISVTX) and hasattr(os, "geteuid") and os.geteuid() not in (0, *owners)


def _partial_name(target: str) -> str:
    # In the same folder, so that renaming is one step.
    name = f".nam-core-{os.getpid()}-{secrets.token_hex(4)}.partial"
    return os.path.join(os.path.dirname(target), name)


def _create(partial: str, path: Path) -> int:
    with _naming(path):
        return os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _keep_permissions(file: OutputFile, target: str) -> None:
    if not hasattr(os, "fchmod") or not os.path.exists(target):
        return
    old = os.stat(target)
    with suppress(OSError):
        os.fchown(file._file.fileno(), old.st_uid, old.st_gid)
    with suppress(OSError):
        os.fchmod(file._file.fileno(), stat.S_IMODE(old.st_mode))


def _sync_folder(target: str) -> None:
    """Make the new name survive a power failure, if the system supports that."""
    with suppress(OSError):
        folder = os.open(os.path.dirname(target), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _identity(path: Path) -> tuple[int, int] | None:
    """What the system knows an existing file by, links followed; None if there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _refusal(number: int, reason: str, path: Path) -> OSError:
    # OSError picks its subclass, such as FileExistsError, by the number.
    return OSError(number, reason, os.fsdecode(path))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Give every OSError of the block the name that the user knows."""
    try:
        yield
    except OSError as error:
        if error.filename == os.fsdecode(path) or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, os.fsdecode(path)) from error
