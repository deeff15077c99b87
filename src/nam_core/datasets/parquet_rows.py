"""Segments as rows of a Parquet file, samples included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from .arrow import create_parquet, require_pyarrow
from .form import Form, Written
from .segments import Segment
from .storing import Storing

# Most bytes of float32 samples that are held in memory before they are written.
_GROUP_BYTES = 16 * 2**20


def write_parquet(path: str, segments: Iterable[Segment], form: Form) -> Written:
    """Write segments as one Parquet file.

    ``dry`` and ``wet`` are lists of ``length`` samples. If a row holds all models, ``wet`` is a list of such
    lists, one for each model. The other columns are ``model`` (if a row holds one model), ``recording``,
    ``start`` and ``gain_db``.
    """
    pa = require_pyarrow()
    sample = {"float32": pa.float32(), "float16": pa.float16(), "int16": pa.int16()}[form.dtype]
    one = pa.list_(pa.field("element", sample, nullable=False), form.length)
    wet = pa.list_(pa.field("element", one, nullable=False), len(form.models)) if form.is_many else one
    kinds = {"dry": one, "wet": wet, "model": pa.string(), "recording": pa.string()}
    kinds |= {"start": pa.int64(), "gain_db": pa.float32()}
    if form.is_many:
        del kinds["model"]
    schema = pa.schema([pa.field(name, kind, nullable=False) for name, kind in kinds.items()])
    size = max(1, _GROUP_BYTES // (4 * form.length * (1 + len(form.models))))
    storing, rows = Storing(form.dtype), 0
    with create_parquet(path, schema, ["model", "recording"], form.about()) as writer:
        for group in _groups(segments, size):
            table = pa.table(_columns(group, form, kinds, storing), schema=writer.schema)
            writer.write_table(table)
            rows += table.num_rows
    return Written(rows, storing.clipped)


def _columns(group: list[Segment], form: Form, kinds: dict[str, Any], storing: Storing) -> dict[str, Any]:
    pa = require_pyarrow()
    # If a row holds one model, the dry signal is repeated in a row for each model.
    rows = group if form.is_many else [segment for segment in group for _ in form.models]
    dry = storing.convert([segment.dry for segment in rows])
    wet = storing.convert([signal for segment in group for signal in segment.wet])

    def lists(samples: Any) -> Any:
        return pa.FixedSizeListArray.from_arrays(pa.array(samples), type=kinds["dry"])

    columns = {"dry": lists(dry), "wet": lists(wet)}
    if form.is_many:
        columns["wet"] = pa.FixedSizeListArray.from_arrays(columns["wet"], type=kinds["wet"])
    else:
        columns["model"] = list(form.models) * len(group)
    columns["recording"] = [segment.recording for segment in rows]
    columns["start"] = [segment.start for segment in rows]
    columns["gain_db"] = [segment.gain_db for segment in rows]
    return columns


def _groups(segments: Iterable[Segment], size: int) -> Iterator[list[Segment]]:
    iterator = iter(segments)
    while group := list(islice(iterator, size)):
        yield group
