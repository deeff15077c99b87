"""Writes the suite: sound files, a manifest that describes them, and the licence."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.json_files import write_json
from ..audio.reader import open_audio
from ..audio.safe_writing import check_outputs, make_folder, replace_file, write_file
from ..audio.writer import Encoding, create_audio
from ..errors import NamAudioError
from .pieces import PIECES, play_piece

MANIFEST = "suite.json"
LICENCE = "LICENSE.txt"
RECORDINGS = "recordings"
_ENCODING = Encoding("WAV", "PCM_24")
_LICENCE_NAME = "CC0-1.0"
_LICENCE_TEXT = """\
The sound files of this suite that suite.json lists with the licence CC0-1.0 were computed by nam_core.
To the extent possible under law, the nam_core developers have waived all copyright and related or
neighbouring rights to them (CC0 1.0 Universal, https://creativecommons.org/publicdomain/zero/1.0/).
Recordings that were added belong to those who made them.
"""
_SOUND_ENDINGS = (".wav", ".wave", ".rf64", ".w64", ".aif", ".aiff", ".caf", ".flac", ".ogg", ".opus", ".mp3")
_BLOCK_FRAMES = 1 << 16
_COPIED_BYTES = 1 << 20


def recordings_in(folder: str | os.PathLike[str]) -> list[Path]:
    """The sound files of a folder, sorted by name. A warning names each other file, which is left out.

    Raises
    ------
    OSError
        If the folder cannot be read.
    NamAudioError
        If it has no sound file.
    """
    files = sorted(path for path in Path(folder).iterdir() if path.is_file() and path.name[0] != ".")
    sounds = [path for path in files if path.suffix.lower() in _SOUND_ENDINGS]
    for path in files:
        if path not in sounds:
            warnings.warn(
                f"{path}: left out, because its name does not end like a sound file's", stacklevel=2
            )
    if not sounds:
        raise NamAudioError(f"no sound file in it ({', '.join(_SOUND_ENDINGS)})", path=os.fspath(folder))
    return sounds


def write_suite(
    folder: str | os.PathLike[str],
    *,
    sample_rate: int = 48000,
    seed: int = 0,
    recordings: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
) -> Iterator[str]:
    """Write the suite, file by file, and at the end ``suite.json``.

    Parameters
    ----------
    folder : is created if it does not exist.
    sample_rate : Hz, from 8000 to 384000.
    seed : decides the random details: where a pick touches the string, how exactly a fret is in tune. The
        same seed and rate give the same bytes on every machine (``portable_math``).
    recordings : folder with sound files of your own. They are checked, copied unchanged, and listed in the
        manifest.
    overwrite : replace files of the suite in a folder that is not empty; files with other names stay.

    Yields
    ------
    The name of each file, once it is written.

    Raises
    ------
    FileExistsError
        If the folder is not empty, unless ``overwrite`` is set.
    OSError
        If a file cannot be read or written.
    NamAudioError
        If a recording is not a sound file, is damaged, or has a sample that is not finite.
    ValueError
        If the sample rate or the seed is out of range.
    """
    if not 8000 <= sample_rate <= 384000:
        raise ValueError(f"the sample rate must be from 8000 to 384000 Hz; found {sample_rate}")
    if seed < 0:
        raise ValueError(f"the seed must be 0 or more; found {seed}")
    added = [] if recordings is None else recordings_in(recordings)
    target = Path(make_folder(folder))
    if not overwrite and any(target.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    if added:
        (target / RECORDINGS).mkdir(exist_ok=True)
    ours = [f"{number + 1:02}-{piece.name}.wav" for number, piece in enumerate(PIECES)]
    theirs = [f"{RECORDINGS}/{path.name}" for path in added]
    check_outputs([target / name for name in (*ours, *theirs, MANIFEST, LICENCE)], added)

    entries = []
    for number, name in enumerate(ours):
        entries.append(_write_piece(target / name, number, sample_rate, seed))
        yield name
    for path, name in zip(added, theirs, strict=True):
        entries.append(_copy_recording(path, target / name, name))
        yield name
    manifest = {
        "format": "nam_core suite",
        "format_version": 1,
        "sample_rate": sample_rate,
        "seed": seed,
        "files": entries,
    }
    write_file(target / LICENCE, _LICENCE_TEXT)
    write_json(target / MANIFEST, manifest, indented=True)


def _write_piece(path: Path, number: int, sample_rate: int, seed: int) -> dict[str, Any]:
    audio = play_piece(number, sample_rate, seed)
    with create_audio(os.fspath(path), _ENCODING, sample_rate, 1) as writer:
        writer.write(audio.astype(np.float32)[None])
    piece = PIECES[number]
    return {
        "file": path.name,
        "name": piece.name,
        "purpose": piece.purpose,
        "licence": _LICENCE_NAME,
        "seconds": audio.size / sample_rate,
        "sample_rate": sample_rate,
        "channels": 1,
        "sha256": _digest(path),
    }


def _copy_recording(source: Path, target: Path, name: str) -> dict[str, Any]:
    with open_audio(source) as audio:
        while audio.read(_BLOCK_FRAMES).shape[1]:
            pass
        seconds, rate, channels = audio.frames / audio.sample_rate, audio.sample_rate, audio.channels
    with open(source, "rb") as file, replace_file(target) as copy:
        while piece := file.read(_COPIED_BYTES):
            copy.write(piece)
    return {
        "file": name,
        "name": source.stem,
        "purpose": "A recording that was added to the suite.",
        "licence": None,
        "seconds": seconds,
        "sample_rate": rate,
        "channels": channels,
        "sha256": _digest(target),
    }


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(_COPIED_BYTES):
            found.update(piece)
    return found.hexdigest()
