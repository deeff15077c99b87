"""Segments in FLAC files, and a Parquet file with the position of each segment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import numpy as np

from ..audio.writer import Encoding, create_audio
from .arrow import create_parquet, require_pyarrow
from .form import Form, Written
from .segments import Segment

_SUBTYPES = {"int24": "PCM_24", "int16": "PCM_16"}


def flac_files(index: str, models: int) -> list[str]:
    """The FLAC files beside an index: one for the dry signal, and one for each model."""
    stem = index.removesuffix(".parquet")
    return [f"{stem}-dry.flac", *(f"{stem}-wet-{number:02d}.flac" for number in range(models))]


def write_flac(index: str, segments: Iterable[Segment], form: Form) -> Written:
    """Write segments end to end into one FLAC file for ``dry`` and one for each model, and write an index.

    A row of the index has the names of its FLAC files (``dry``, ``wet``), the frame ``offset`` at which the
    segment begins in them, and its length in ``frames``. The other columns are those of ``write_parquet``.
    The index is written last: if it exists, the FLAC files are complete.
    """
    pa = require_pyarrow()
    files = flac_files(index, len(form.models))
    dry_name, *wet_names = map(os.path.basename, files)
    rows: list[dict[str, Any]] = []
    encoding = Encoding("FLAC", _SUBTYPES[form.dtype])
    with ExitStack() as stack:
        writers = [stack.enter_context(create_audio(file, encoding, form.sample_rate, 1)) for file in files]
        for count, segment in enumerate(segments):
            for writer, signal in zip(writers, (segment.dry, *segment.wet), strict=True):
                writer.write(np.asarray(signal, np.float32)[np.newaxis])
            place = {"dry": dry_name, "offset": count * form.length, "frames": form.length}
            about = {"recording": segment.recording, "start": segment.start, "gain_db": segment.gain_db}
            if form.is_many:
                rows.append({**place, "wet": wet_names, **about})
            else:
                pairs = zip(wet_names, form.models, strict=True)
                rows += [{**place, "wet": wet, "model": model, **about} for wet, model in pairs]
    kinds = {"dry": pa.string(), "wet": pa.list_(pa.string()) if form.is_many else pa.string()}
    kinds |= {"offset": pa.int64(), "frames": pa.int64(), "model": pa.string(), "recording": pa.string()}
    kinds |= {"start": pa.int64(), "gain_db": pa.float32()}
    if form.is_many:
        del kinds["model"]
    schema = pa.schema([pa.field(name, kind, nullable=False) for name, kind in kinds.items()])
    with create_parquet(index, schema, ["dry", "wet", "model", "recording"], form.about()) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=writer.schema))
    return Written(len(rows), sum(writer.figures.over_full_scale for writer in writers))
