"""Pairs of a dry recording and the amplifier's output for it: from files, folders, lists, or other models."""

from __future__ import annotations

import csv
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..audio.dry_signal import dry_signal
from ..errors import NamAudioError
from ..format.nam_file import Source
from ..loading import load
from .metrics.bands import SHORTEST_FRAMES
from .takes import ArrayTake, FileTake, ModelTake, Take, blocks

_ROLE = re.compile(r"(?P<name>.*?)[-_. ]?(?P<role>dry|wet|wet[-_. ]?2)", re.IGNORECASE)
_SOUNDS = (".wav", ".wave", ".flac", ".aif", ".aiff", ".ogg", ".w64", ".rf64", ".caf")
_SYNTHESISED_SECONDS = 30.0
_COLUMNS = ("dry", "wet", "wet2", "name")


@dataclass(frozen=True, eq=False)
class Pair:
    """A dry recording, and the target that models should reproduce.

    Attributes
    ----------
    name : identifies the pair in results.
    dry, wet : the recordings, at the same sample rate.
    second_wet : a second take of the same chain from the same dry recording; None if there is none.
    """

    name: str
    dry: Take
    wet: Take
    second_wet: Take | None = None

    @property
    def takes(self) -> tuple[Take, ...]:
        """The wet recordings."""
        return (self.wet,) if self.second_wet is None else (self.wet, self.second_wet)

    @property
    def paths_read(self) -> list[str]:
        """The sound files among the recordings."""
        return [take.name for take in (self.dry, *self.takes) if isinstance(take, FileTake)]


def pair_of_files(
    dry: str | os.PathLike[str],
    wet: str | os.PathLike[str],
    second_wet: str | os.PathLike[str] | None = None,
    *,
    name: str | None = None,
    channel: int | str | None = None,
) -> Pair:
    """A pair of sound files.

    Parameters
    ----------
    dry, wet, second_wet : see ``Pair``.
    name : None takes the wet file's name.
    channel : which channel of files that have several: 1, 2, ..., "left" or "right".

    Raises
    ------
    OSError, NamAudioError
        If a file cannot be read, is not a sound file, or has several channels and none is chosen.
    """
    second = None if second_wet is None else FileTake(second_wet, channel)
    return Pair(name or Path(wet).stem, FileTake(dry, channel), FileTake(wet, channel), second)


def pairs_in(path: str | os.PathLike[str], channel: int | str | None = None) -> list[Pair]:
    """The pairs in a folder or a list.

    Parameters
    ----------
    path : a folder, in which NAME_dry.wav, NAME_wet.wav and, for a second take, NAME_wet2.wav belong
        together; or a CSV file with the columns dry and wet, and optionally wet2 and name. Paths in the list
        are relative to its folder.
    channel : as in ``pair_of_files``.

    Raises
    ------
    OSError, NamAudioError
        As ``pair_of_files``, or if a recording has no partner, there is no pair, or the list has other
        columns.
    """
    rows = _listed(Path(path)) if not os.path.isdir(path) else _in_folder(Path(path))
    if not rows:
        raise NamAudioError(
            "there is no pair in it: recordings in a folder are called NAME_dry.wav and NAME_wet.wav, and a "
            "list has a line with the columns dry and wet for each",
            path=os.fspath(path),
        )
    return [
        pair_of_files(row["dry"], row["wet"], row.get("wet2") or None, name=row["name"], channel=channel)
        for row in rows
    ]


def pair_with_model(dry: Take | None, source: Source, name: str | None = None) -> Pair:
    """A dry recording, and the output of a model for it at full size.

    Parameters
    ----------
    dry : None takes half a minute of synthesised guitar. source : as ``nam_core.load`` takes it.
    name : of the pair; None takes the name of the model's file.

    Raises
    ------
    OSError, NamError
        As ``nam_core.load``, or if the rates differ, or the model has several inputs or outputs.
    """
    model = load(source)
    if name is None:
        name = Path(source).stem if isinstance(source, (str, os.PathLike)) else "a model"
    if dry is None:
        rate = model.sample_rate
        dry = ArrayTake(
            dry_signal(round(_SYNTHESISED_SECONDS * rate), rate, 1)[0], rate, "synthesised guitar"
        )
    if (model.input_channels, model.output_channels) != (1, 1):
        raise NamAudioError(f"{name}: only models of one input and one output are evaluated")
    check_rate(dry, model.sample_rate, name)
    return Pair(name, dry, ModelTake(model, dry, name))


def check_rate(dry: Take, sample_rate: float, model: str) -> None:
    """Raise NamAudioError, which says how to resample, if the recording's rate is not the model's."""
    if dry.sample_rate != sample_rate:
        wanted = f"{sample_rate:.10g}"
        stem, _ = os.path.splitext(dry.name)
        command = shlex.join(["sox", dry.name, "-r", wanted, f"{stem}-{wanted}.wav", "rate", "-v"])
        raise NamAudioError(
            f"recorded at {dry.sample_rate:.10g} Hz, and {model} runs at {wanted} Hz; resample it first, and "
            f"its partners too: {command}",
            path=dry.name,
        )


def check_length(frames: int, recording: str) -> None:
    """Raise NamAudioError if too few frames of a recording are compared for one spectrum."""
    if frames < SHORTEST_FRAMES:
        raise NamAudioError(
            f"{max(0, frames):,} frames of it can be compared, and an evaluation needs {SHORTEST_FRAMES:,} "
            "at least; a minute of playing is good",
            path=recording,
        )


def check_pair(pair: Pair, aligned: bool) -> npt.NDArray[np.float64]:
    """Check the recordings of a pair, and return the energy of each second of the dry recording,
    ``(seconds,)``.

    Raises
    ------
    OSError, NamAudioError
        If rates differ, a recording is silent or too short, or lengths differ and recordings are not
        ``aligned``.
    """
    for wet in pair.takes:
        if wet.sample_rate != pair.dry.sample_rate:
            raise NamAudioError(
                f"recorded at {wet.sample_rate:.10g} Hz, and {pair.dry.name} at "
                f"{pair.dry.sample_rate:.10g} Hz; resample one of them",
                path=wet.name,
            )
        if wet.frames != pair.dry.frames and not aligned:
            raise NamAudioError(
                f"it has {_length(wet)}, and {pair.dry.name} has {_length(pair.dry)}: cut both to the same "
                "start and end, or compare what they share with --align delay",
                path=wet.name,
            )
        check_length(min(wet.frames, pair.dry.frames), wet.name)
    second = max(1, round(pair.dry.sample_rate))
    # A model's output is not computed twice for this check: the evaluation itself notices silence.
    takes = [wet for wet in pair.takes if not isinstance(wet, ModelTake)]
    energies = [_energies(recording, second) for recording in (pair.dry, *takes)]
    for recording, found in zip((pair.dry, *takes), energies, strict=True):
        if not found.any():
            raise NamAudioError(
                "silent: there is no playing to evaluate; is this the right file?", path=recording.name
            )
    return energies[0]


def _length(take: Take) -> str:
    return f"{take.frames:,} frames ({take.frames / take.sample_rate:.2f} s)"


def _energies(recording: Take, frames: int) -> npt.NDArray[np.float64]:
    """The energy of each group of ``frames`` frames."""
    place, sums = 0, np.zeros(recording.frames // frames + 1)
    for block in blocks(recording):
        at = np.minimum((place + np.arange(block.size)) // frames, sums.size - 1)
        sums += np.bincount(at, np.square(block, dtype=np.float64), minlength=sums.size)
        place += block.size
    return sums


def _in_folder(folder: Path) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.iterdir()):
        match = _ROLE.fullmatch(path.stem)
        # Hidden files are left out, because many are not sounds: macOS leaves ._NAME beside NAME on disks
        # with other file systems.
        if path.suffix.lower() in _SOUNDS and match and not path.name.startswith("."):
            role = match["role"].lower()
            roles = found.setdefault(match["name"], {"name": match["name"] or folder.name})
            roles["wet2" if role.endswith("2") else role] = str(path)
    for roles in found.values():
        _check_partners(roles)
    return list(found.values())


def _check_partners(roles: dict[str, str]) -> None:
    lonely: Sequence[str] = [role for role in ("dry", "wet") if role not in roles]
    if lonely:
        (path, *_) = [roles[role] for role in ("dry", "wet", "wet2") if role in roles]
        raise NamAudioError(f"it has no partner {roles['name']}_{lonely[0]} in its folder", path=path)


def _listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            lines = list(csv.DictReader(file))
        except (csv.Error, UnicodeDecodeError) as error:
            raise NamAudioError(f"this is no list of pairs: {error}", path=os.fspath(path)) from None
    unknown = _unknown(lines[0]) if lines else []
    if lines and (unknown or not {"dry", "wet"} <= set(lines[0])):
        raise NamAudioError(
            f"a list of pairs has the columns dry and wet, and wet2 and name if wanted; found "
            f"{', '.join(str(name) for name in lines[0])}",
            path=os.fspath(path),
        )
    rows = []
    for number, line in enumerate(lines, 2):
        row = {key: value for key, value in line.items() if value}
        for key in ("dry", "wet"):
            if key not in row:
                raise NamAudioError(f"line {number}: {key} is empty", path=os.fspath(path))
        files = {key: str(path.parent / row[key]) for key in ("dry", "wet", "wet2") if key in row}
        rows.append({**files, "name": row.get("name") or Path(row["wet"]).stem})
    return rows


def _unknown(columns: Iterable[str]) -> list[str]:
    return [column for column in columns if column not in _COLUMNS]
