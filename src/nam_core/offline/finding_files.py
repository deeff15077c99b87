"""Finds the files that a user means by names of files, folders and patterns, and names each of them."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from .places import as_path, files_below, is_url

# Formats that libsndfile reads and that people use for recordings.
RECORDINGS = (".wav", ".wave", ".flac", ".aif", ".aiff", ".w64", ".rf64", ".caf", ".ogg", ".mp3")
MODELS = (".nam", ".namz")


def find_files(
    given: Iterable[str], endings: tuple[str, ...], kind: str, besides: str | None = None
) -> dict[str, str]:
    """The files as name -> path, sorted by name.

    A folder means all files with these endings below it, except hidden ones; a pattern such as ``*.wav``
    means everything that matches. The name of a file is its own name, or its path below the folder that was
    given, so that names are the same on every machine.

    Parameters
    ----------
    given : names of files and folders, patterns, and URLs of files and folders (``places``).
    endings : endings of the files to take from folders.
    kind : what the files are, for messages.
    besides : a folder, such as that of the results, whose files are taken only if they are named one by one:
        results are not the recordings of the next run.

    Raises
    ------
    FileNotFoundError
        If a file or folder does not exist.
    ValueError
        If a folder or pattern gives no such file, or two files would get the same name.
    """
    found: dict[str, str] = {}
    for name in given:
        found_here = _paths(name, endings)
        paths = [one for one in found_here if one[1] == name or not _is_below(one[1], besides)]
        if not paths:
            looked = f"looked for {', '.join(endings)}"
            if found_here:
                looked = f"what is in {besides}, the folder of the results, does not count; choose another"
            raise ValueError(f"{name}: no {kind} here; {looked}")
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


def _is_below(path: str, folder: str | None) -> bool:
    if folder is None or is_url(path) != is_url(folder):
        return False
    if is_url(path):
        return path.startswith(folder.rstrip("/") + "/")
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents


def _is_hidden(way: Path) -> bool:
    # So are the files that macOS puts beside others on foreign disks: ._take.wav.
    return any(part.startswith(".") for part in way.parts)
