"""The files of a data set. Each is made by its own job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..loading import load
from ..offline.hashing import sha256
from ..offline.options import LoadOptions
from .flac_rows import flac_files, write_flac
from .form import Form
from .options import SAMPLE_BYTES, DatasetOptions
from .parquet_rows import write_parquet
from .scanning import Scan
from .segments import Gains, Part, Segment, make_segments


@dataclass(frozen=True, eq=False)
class Shard:
    """A Parquet file to make, with the FLAC files that belong to it. It pickles as names and numbers, never
    as audio.

    Attributes
    ----------
    split : name of the split. path : path of the Parquet file, which appears when it and the FLAC files are
        complete.
    parts : the segments of the shard. models : paths of the models. load : options for ``load``.
    form, gains : form and gains of the data set. format : "parquet" or "flac".
    """

    split: str
    path: str
    parts: tuple[Part, ...]
    models: tuple[str, ...]
    load: LoadOptions
    form: Form
    gains: Gains
    format: str

    @property
    def segments(self) -> int:
        """The number of segments."""
        return sum(len(part.starts) for part in self.parts)

    @property
    def files(self) -> list[str]:
        """The paths of all files of the shard, FLAC files included."""
        return [self.path, *(flac_files(self.path, len(self.models)) if self.format == "flac" else [])]


def make_shard(
    shard: Shard, *, threads: int | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Write a shard, and return its entry in the manifest.

    Parameters
    ----------
    shard : the shard.
    threads : number of threads; None takes one per processor that this process may use.
    progress : called after each segment with the number done and the number of all. If it raises, no index is
        written.

    Raises
    ------
    OSError, NamError
        As ``make_segments`` and ``load``, or if the files cannot be written.
    """
    from ..offline.pieces import check_threads

    models = [load(path, **asdict(shard.load)) for path in shard.models]
    segments = make_segments(shard.parts, models, shard.form.length, shard.gains, check_threads(threads))

    def told() -> Iterator[Segment]:
        for done, segment in enumerate(segments, 1):
            yield segment
            if progress is not None:
                progress(done, shard.segments)

    write = write_flac if shard.format == "flac" else write_parquet
    written = write(shard.path, told(), shard.form)
    return {**described(shard), "clipped": written.clipped}


def described(shard: Shard) -> dict[str, Any]:
    """The manifest's entry of a complete shard: its files with their SHA-256, and its segments."""
    files = {os.path.basename(path): sha256(path) for path in shard.files}
    return {"split": shard.split, "segments": shard.segments, "files": files}


def plan_shards(
    splits: Mapping[str, Sequence[Scan]],
    folder: str,
    models: Mapping[str, str],
    options: DatasetOptions,
    load_options: LoadOptions,
    sample_rate: int,
) -> list[Shard]:
    """Return all shards in order: the segments of each split, recording by recording, in files of similar
    size.
    """
    form = Form(tuple(models), options.length, sample_rate, options.layout == "many", options.stored_dtype)
    signals = 1 + len(models) if form.is_many or options.format == "flac" else 2 * len(models)
    most = max(1, options.shard_bytes // (SAMPLE_BYTES[form.dtype] * form.length * signals))
    gains = Gains(options.seed, options.gain_db)
    shards = []
    for split, scans in splits.items():
        total = sum(len(scan.starts) for scan in scans)
        count = -(-total // most)
        for index in range(count):
            shards.append(
                Shard(
                    split,
                    os.path.join(folder, f"{split}-{index:05d}-of-{count:05d}.parquet"),
                    tuple(_parts(scans, total * index // count, total * (index + 1) // count)),
                    tuple(models.values()),
                    load_options,
                    form,
                    gains,
                    options.format,
                )
            )
    return shards


def _parts(scans: Sequence[Scan], first: int, last: int) -> Iterator[Part]:
    """The parts with segments ``first`` to ``last`` (excluded), counted over all recordings."""
    before = 0
    for scan in scans:
        part = Part(scan.name, scan.path, scan.sha256, scan.row, scan.starts)
        starts = scan.starts[max(0, first - before) : max(0, last - before)]
        if len(starts):
            yield replace(part, starts=np.ascontiguousarray(starts))
        before += len(scan.starts)
