"""Makes a data set: a folder of files from recordings and models."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

from ..audio.safe_writing import refuse_clashes
from ..errors import NamConfigError
from ..loading import load
from ..model import Model
from ..offline.finding_files import MODELS, RECORDINGS, find_files
from ..offline.hashing import sha256
from ..offline.job import versions
from ..offline.options import LoadOptions
from ..offline.side_by_side import Ended, side_by_side
from . import manifest
from .arrow import require_pyarrow
from .options import DatasetOptions
from .scanning import Scan, scan_recordings
from .shards import Shard, described, make_shard, plan_shards
from .splitting import split_recordings


@dataclass(frozen=True)
class Dataset:
    """A complete data set.

    Attributes
    ----------
    folder : its path. sample_rate : Hz.
    segments, recordings : the number in each split.
    silent : number of segments that were left out as silent. clipped : number of samples that this run
        clipped to an integer type.
    shards : number of Parquet files. made : number of Parquet files that this run wrote; the others existed
        already.
    """

    folder: str
    sample_rate: int
    segments: dict[str, int]
    recordings: dict[str, int]
    silent: int
    clipped: int
    shards: int
    made: int


def make_dataset(
    models: Iterable[str],
    recordings: Iterable[str],
    folder: str | os.PathLike[str],
    *,
    options: DatasetOptions | None = None,
    load_options: LoadOptions | None = None,
    executor: Executor | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Dataset:
    """Make a data set: segments of recordings, dry and through models (docs/datasets.md).

    The same recordings, models, options and versions give the same bytes. A run that was interrupted can be
    started again: a file appears only when it is complete, and complete files are kept. Memory depends
    neither on the length of the recordings nor on their number.

    Parameters
    ----------
    models : paths of .nam files and impulse responses, folders of .nam files, and patterns.
    recordings : paths of sound files, folders of them, and patterns. All have the models' sample rate.
    folder : where the data set goes: a new or empty folder, or one with the same data set, complete or not.
    options : of the data set. load_options : passed to ``load`` for every model.
    executor : a ``concurrent.futures`` executor; each job makes one file on one core, and its processes must
        see the same paths. Without it, the files are made in this process, on all its cores.
    progress : called in this thread with the stage ("recordings", then "segments"), the number done and the
        number of all.

    Returns
    -------
    The contents of the folder.

    Raises
    ------
    ImportError
        Without pyarrow, the extra ``dataset``.
    ValueError
        If there are no recordings or models, every segment is silent, or there are fewer recordings than
        splits.
    NamError, OSError
        If a model or recording cannot be used, if models have different sample rates, or if the folder holds
        other files. Complete files stay.

    Warns
    -----
    UserWarning
        If recordings are left out, if two recordings have the same bytes, or if samples were clipped.
    """
    options, load_options = options or DatasetOptions(), load_options or LoadOptions()
    require_pyarrow()
    tell = progress or (lambda what, done, total: None)
    target = os.fspath(folder)
    model_files = {
        _model_name(name): path for name, path in _readable(find_files(models, MODELS, "models")).items()
    }
    files = _readable(find_files(recordings, RECORDINGS, "recordings"))
    manifest.check(target, [*files.values(), *model_files.values()])
    sample_rate = _common_rate([load(path, **asdict(load_options)) for path in model_files.values()])
    scans = scan_recordings(files, sample_rate, options, lambda done, total: tell("recordings", done, total))
    _warn_of_copies(scans)
    used = [scan for scan in scans if len(scan.starts)]
    if not used:
        seconds = options.length / sample_rate
        raise ValueError(
            f"all segments of {options.length} frames ({seconds:g} s) in {len(scans)} recordings are silent; "
            "set a smaller length (--length) or a lower limit of silence (--silence)"
        )
    splits = split_recordings(used, options.split, options.seed)
    shards = plan_shards(splits, target, model_files, options, load_options, sample_rate)
    plan = _plan(model_files, scans, splits, options, load_options, sample_rate)
    refuse_clashes(
        [path for shard in shards for path in shard.files], [*files.values(), *model_files.values()]
    )
    manifest.begin(target, plan)
    missing = [shard for shard in shards if not os.path.exists(shard.path)]
    records = _make(missing, executor, lambda done, total: tell("segments", done, total))
    made = [records.get(shard.path) or described(shard) for shard in shards]
    clipped = sum(record.pop("clipped", 0) for record in made)
    manifest.finish(target, plan, made)
    if clipped:
        warnings.warn(
            f"{target}: {clipped:,} samples were clipped; a lower gain or float samples avoid that",
            stacklevel=2,
        )
    return Dataset(
        folder=target,
        sample_rate=sample_rate,
        segments={name: sum(len(scan.starts) for scan in scans) for name, scans in splits.items()},
        recordings={name: len(scans) for name, scans in splits.items()},
        silent=sum(scan.silent for scan in scans),
        clipped=clipped,
        shards=len(shards),
        made=len(missing),
    )


def _make(
    shards: Sequence[Shard], executor: Executor | None, tell: Callable[[int, int], None]
) -> dict[str, dict[str, Any]]:
    """Make shards, and return the manifest's entry of each, by path. The first failure ends the run."""
    total = sum(shard.segments for shard in shards)
    records: dict[str, dict[str, Any]] = {}
    done = 0

    def keep(ended: Ended[Shard]) -> None:
        nonlocal done
        if ended.error is not None:
            raise ended.error
        assert ended.record is not None
        records[ended.task.path] = ended.record
        done += ended.task.segments
        tell(done, total)

    side_by_side(make_shard, shards, executor, keep)
    return records


def _readable(files: dict[str, str]) -> dict[str, str]:
    """The files by names that Parquet can hold: a byte that is not UTF-8 is replaced by its number."""
    return {
        name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"): path
        for name, path in files.items()
    }


def _model_name(name: str) -> str:
    stem, ending = os.path.splitext(name)
    return stem if ending.lower() in MODELS else name


def _common_rate(models: Sequence[Model]) -> int:
    first = models[0]
    for model in models:
        if model.input_channels != 1 or model.output_channels != 1:
            raise NamConfigError(
                f"has {model.input_channels} inputs and {model.output_channels} outputs; a data set needs "
                "models with one input and one output",
                path=model.path,
            )
        if model.sample_rate != first.sample_rate:
            raise NamConfigError(
                f"runs at {model.sample_rate:g} Hz, and {first.path} at {first.sample_rate:g} Hz; make a "
                "data set for each rate",
                path=model.path,
            )
    if not first.sample_rate.is_integer():
        message = f"runs at {first.sample_rate} Hz, but sound files need a whole number of Hz"
        raise NamConfigError(message, path=first.path)
    return int(first.sample_rate)


def _warn_of_copies(scans: Sequence[Scan]) -> None:
    seen: dict[str, str] = {}
    for scan in scans:
        other = seen.setdefault(scan.sha256, scan.name)
        if other != scan.name:
            warnings.warn(f"{scan.path}: has the bytes of {other}; both go to one split", stacklevel=3)


def _plan(
    models: dict[str, str],
    scans: Sequence[Scan],
    splits: dict[str, list[Scan]],
    options: DatasetOptions,
    load_options: LoadOptions,
    sample_rate: int,
) -> dict[str, Any]:
    """The values that decide the bytes of the data set, for its manifest. They contain no paths, so that
    folders can be moved.
    """
    where = {scan.name: split for split, members in splits.items() for scan in members}
    return {
        "versions": {**versions(), "pyarrow": require_pyarrow().__version__},
        "sample_rate": sample_rate,
        "options": options.plain(),
        "load": asdict(load_options),
        "models": {name: sha256(path) for name, path in models.items()},
        "recordings": {
            scan.name: {
                "sha256": scan.sha256,
                "frames": scan.frames,
                "split": where.get(scan.name),
                "segments": len(scan.starts),
                "silent": scan.silent,
            }
            for scan in scans
        },
    }
