"""The properties that all rows of a data set have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """The properties that all rows of a data set have in common.

    Attributes
    ----------
    models : names of the models. length : frames of a segment. sample_rate : Hz.
    is_many : whether a row holds the wet signals of all models (True) or of one model (False).
    dtype : sample type, as in ``DatasetOptions``.
    """

    models: tuple[str, ...]
    length: int
    sample_rate: int
    is_many: bool
    dtype: str

    def about(self) -> dict[str, Any]:
        """The values that a file's metadata holds, so that one file can be read without the others."""
        return {
            "sample_rate": self.sample_rate,
            "length": self.length,
            "models": list(self.models),
            "sample_dtype": self.dtype,
        }


@dataclass(frozen=True)
class Written:
    """The number of rows of a shard, and of its samples that were clipped to fit an integer type."""

    rows: int
    clipped: int
