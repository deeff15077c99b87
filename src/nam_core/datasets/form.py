"""What the rows of a data set are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """What all files of a data set have in common.

    Attributes
    ----------
    models : their names. length : frames of a segment. sample_rate : Hz.
    is_many : whether a row has the wet signals of all models; else of one.
    dtype : of the samples, as in ``DatasetOptions``.
    """

    models: tuple[str, ...]
    length: int
    sample_rate: int
    is_many: bool
    dtype: str

    def about(self) -> dict[str, Any]:
        """What a reader of one file wants to know, for its metadata."""
        return {
            "sample_rate": self.sample_rate,
            "length": self.length,
            "models": list(self.models),
            "sample_dtype": self.dtype,
        }


@dataclass(frozen=True)
class Written:
    """What a shard has: rows, and samples that integers had to clip."""

    rows: int
    clipped: int
