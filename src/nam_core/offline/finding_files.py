"""Which files are meant by names of files, folders and patterns, and what each is called."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from .places import as_path, files_below, is_url

# What libsndfile reads and people record in.
RECORDINGS = (".wav", ".wave", ".flac", ".aif", ".aiff", ".w64", ".rf64", ".caf", ".ogg", ".mp3")
MODELS = (".nam", ".namz")


def find_files(given: Iterable[str], endings: tuple[str, ...], kind: str) -> dict[str, str]:
    """The files, as name -> path, in the order of their names.

    A folder stands for all files of these endings below it, but for hidden ones; a pattern such as ``*.wav``
    for what it matches. A file is called by its own name, one of a folder by its way from there. So the names
    are the same on every machine.

    Parameters
    ----------
    given : names of files and folders, and patterns; URLs of files and folders (``places``).
    endings : of the files in folders.
    kind : what they are, for messages.

    Raises
    ------
    FileNotFoundError
        If a file or folder is not there.
    ValueError
        If a folder or pattern has no such file, or two files would have one name.
    """
    found: dict[str, str] = {}
    for name in given:
        paths = _paths(name, endings)
        if not paths:
            looked = ", ".join(endings)
            raise ValueError(f"{name}: no {kind} here; looked for {looked}")
        for called, path in paths:
            if os.path.realpath(found.setdefault(called, path)) != os.path.realpath(path):
                raise ValueError(
                    f"{path}: {found[called]} is called {called} too; name a folder above both instead"
                )
    return dict(sorted(found.items()))


def _paths(name: str, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    name = as_path(name)
    if is_url(name):
        return _paths_of_url(name, endings)
    if os.path.isdir(name):
        folder = Path(name)
        below = (path for path in folder.rglob("*") if path.suffix.lower() in endings and path.is_file())
        ways = [(path.relative_to(folder), path) for path in below]
        return [(way.as_posix(), str(path)) for way, path in ways if not _is_hidden(way)]
    if not os.path.exists(name) and glob.has_magic(name):
        return [
            (os.path.basename(path), path) for path in glob.glob(name, recursive=True) if os.path.isfile(path)
        ]
    if not os.path.exists(name):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return [(os.path.basename(name), name)]


def _paths_of_url(name: str, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    if glob.has_magic(name):
        raise ValueError(f"{name}: a pattern is for paths; name a file, or the folder")
    if name.lower().endswith((*RECORDINGS, *MODELS)):
        return [(name.rpartition("/")[2], name)]
    above = name.rstrip("/") + "/"
    ways = [(Path(url[len(above) :]), url) for url in files_below(above)]
    return [
        (way.as_posix(), url) for way, url in ways if way.suffix.lower() in endings and not _is_hidden(way)
    ]


def _is_hidden(way: Path) -> bool:
    # As are those that macOS puts beside files on foreign disks: ._take.wav.
    return any(part.startswith(".") for part in way.parts)
