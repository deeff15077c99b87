"""The models to measure: each size of each model, loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..costing import cost
from ..format.limits import DEFAULT_MAX_BYTES
from ..format.nam_file import Source
from ..format.slimming import Size
from ..loading import Dtype, load
from ..model import Model


@dataclass(frozen=True)
class Subject:
    """One size of a model. ``model`` plays it, ``quality`` selects it; ``path`` is None if there is no file.

    ``source`` is the argument that ``nam_core.load`` got.
    """

    source: Source
    name: str
    path: str | None
    quality: float
    size: Size
    model: Model
    cost: dict[str, Any]


def subjects(
    source: Source,
    name: str,
    path: str | None = None,
    dtype: Dtype = "float32",
    isa: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> list[Subject]:
    """Every size of a model, smallest first.

    Parameters
    ----------
    source, dtype, isa, max_bytes : as ``nam_core.load`` takes them.
    name, path : the name and the file of the model in results.

    Raises
    ------
    OSError, NamError
        As ``nam_core.load``.
    """
    full = load(source, dtype=dtype, isa=isa, max_bytes=max_bytes)
    found = []
    for size in full.sizes:
        quality = (size.low + size.high) / 2
        model = full.copy()
        model.set_quality(quality, crossfade=0)
        model.reset()
        counted = cost(source, quality, isa=model.isa, dtype=str(model.dtype))
        found.append(Subject(source, name, path, quality, size, model, counted.to_dict()))
    return found
