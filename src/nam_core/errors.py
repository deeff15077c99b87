"""The exceptions of the package: one tree; each error names the place in the file.

Bad arrays raise plain ``TypeError`` or ``ValueError``; a missing file raises ``FileNotFoundError``, as
``open`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class NamError(Exception):
    """Base class of every error that is about a file or this machine rather than about an argument."""


class NamFileError(NamError, ValueError):
    """A .nam file that cannot be read or is not valid.

    Parameters
    ----------
    message : what was found and what is allowed.
    path : name of the file, or None when the model came as bytes or a dict.
    location : JSON path of the faulty value, such as ``config.layers[1].head.kernel_size``; "" is the root.
    """

    def __init__(self, message: str, *, path: str | None = None, location: str = "") -> None:
        self.message = message
        self.path = path
        self.location = location
        super().__init__(": ".join(part for part in (path, location, message) if part))


class NamVersionError(NamFileError):
    """A file-format version that is malformed or outside 0.5.0 to 0.7.x."""


class NamConfigError(NamFileError):
    """A key of the configuration is missing, of the wrong type, or out of range."""


class NamWeightError(NamConfigError):
    """The weights do not fit the configuration.

    Parameters
    ----------
    part : the tensor at which the mismatch shows, such as ``layers[0].conv[3].weight``.
    expected, got : number of weights that the configuration implies, and that the file has.
    """

    def __init__(
        self,
        message: str,
        *,
        part: str | None = None,
        expected: int | None = None,
        got: int | None = None,
        path: str | None = None,
        location: str = "",
    ) -> None:
        super().__init__(message, path=path, location=location)
        self.part = part
        self.expected = expected
        self.got = got


class NamAudioError(NamError, ValueError):
    """A sound file that cannot be read, does not suit the model, or cannot have the wanted form.

    What the system refuses (a missing file, a full disk) is an OSError, as with ``open``.

    Parameters
    ----------
    message : what was found and what is allowed.
    path : name of the file, or None.
    """

    def __init__(self, message: str, *, path: str | None = None) -> None:
        self.message = message
        self.path = path
        super().__init__(f"{path}: {message}" if path else message)


class NamIsaError(NamError, RuntimeError):
    """An instruction set that is unknown, not compiled in, or not supported by this processor."""


@contextmanager
def exhaustion_named(path: str | None, location: str = "") -> Iterator[None]:
    """Turn what Python raises when memory or its stack runs out into a NamFileError with the place.

    Around whatever a file decides the size of.
    """
    try:
        yield
    except MemoryError:
        message = "needs more memory than this process can get"
        raise NamFileError(message, path=path, location=location) from None
    except RecursionError:
        raise NamFileError("is nested too deeply to be read", path=path, location=location) from None
