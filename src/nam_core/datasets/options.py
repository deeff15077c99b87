"""The options of a data set as plain values, which can be pickled, compared, and written into the
manifest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

# For each format, the sample types that it can hold, with their bytes; the first one is the default.
SAMPLE_DTYPES = {"parquet": ("float32", "float16", "int16"), "flac": ("int24", "int16")}
SAMPLE_BYTES = {"float32": 4, "float16": 2, "int16": 2, "int24": 3}

_SPLIT_NAME = re.compile(r"\w+", re.ASCII)
_SPLITS = MappingProxyType({"train": 0.8, "validation": 0.1, "test": 0.1})
# Largest magnitude of gains and of the level of silence in dB. No sensible value is larger.
_MOST_DB = 200.0


@dataclass(frozen=True)
class DatasetOptions:
    """How recordings become a data set.

    Attributes
    ----------
    length : frames of a segment. hop : frames from the start of a segment to the start of the next; None
        means ``length``. The frames at the end of a recording that do not fill a segment are left out.
    split : the share of segments that each split gets, by name; any positive numbers. All segments of a
        recording go to one split, and recordings with the same bytes go to the same split.
    layout : "pairs" makes a row for each segment and model, with ``dry`` and ``wet``; "many" makes a row for
        each segment, with ``dry`` and the ``wet`` signals of all models.
    format : "parquet" stores samples in Parquet files, "flac" in FLAC files beside a Parquet index.
    sample_dtype : "float32" (the default), "float16" or "int16" in Parquet; "int24" (the default) or "int16"
        in FLAC. Integer full scale is 32768 or 8388608; samples beyond it are clipped.
    gain_db : lowest and highest gain in dB; a gain is drawn for each segment. It is applied to the dry signal
        before the model plays it, and the data set stores the dry signal with its gain. None applies no gain.
    silence_db : segments whose RMS before the gain is below this level (dB relative to full scale) are left
        out; ``-inf`` keeps all.
    channel : the channel to take from recordings with several: 1, 2, ..., "left" or "right".
    seed : decides the splits and the gains.
    shard_bytes : most bytes of samples in a file, before compression; a longer segment gets a file of its
        own.
    skip_bad : leave out recordings that cannot be used, with a warning, instead of raising an error.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    length: int = 48_000
    hop: int | None = None
    split: Mapping[str, float] = field(default_factory=lambda: dict(_SPLITS))
    layout: Literal["pairs", "many"] = "pairs"
    format: Literal["parquet", "flac"] = "parquet"
    sample_dtype: str | None = None
    gain_db: tuple[float, float] | None = None
    silence_db: float = -60.0
    channel: int | str | None = None
    seed: int = 0
    shard_bytes: int = 256 * 2**20
    skip_bad: bool = False

    def __post_init__(self) -> None:
        for name in ("length", "hop", "shard_bytes"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int) and value >= 1):
                raise ValueError(f"{name} must be a whole number of 1 or more; found {value!r}")
        _check_split(self.split)
        _check_choice("layout", self.layout, ("pairs", "many"))
        _check_choice("format", self.format, tuple(SAMPLE_DTYPES))
        if self.sample_dtype is not None:
            _check_choice("sample_dtype", self.sample_dtype, SAMPLE_DTYPES[self.format])
        if self.gain_db is not None:
            low, high = self.gain_db
            if not -_MOST_DB <= low <= high <= _MOST_DB:
                raise ValueError(
                    f"gain_db must be a lowest and a highest gain in dB; found {low:g} and {high:g}"
                )
        if not -math.inf <= self.silence_db <= 0.0:
            raise ValueError(f"silence_db must be 0 or below, -inf to keep silence; found {self.silence_db}")

    @property
    def stored_dtype(self) -> str:
        """``sample_dtype``, or the default of the format."""
        return self.sample_dtype or SAMPLE_DTYPES[self.format][0]

    @property
    def step(self) -> int:
        """``hop``, or ``length`` if it is None."""
        return self.length if self.hop is None else self.hop

    def plain(self) -> dict[str, Any]:
        """The options as JSON values. Two options that make the same data set give equal values."""
        return {
            "length": self.length,
            "hop": self.step,
            "split": dict(self.split),
            "layout": self.layout,
            "format": self.format,
            "sample_dtype": self.stored_dtype,
            "gain_db": None if self.gain_db is None else list(self.gain_db),
            "silence_db": None if math.isinf(self.silence_db) else self.silence_db,
            "channel": self.channel,
            "seed": self.seed,
            "shard_bytes": self.shard_bytes,
        }


def _check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be {' or '.join(allowed)} here; found {value!r}")


def _check_split(split: Mapping[str, float]) -> None:
    if not split:
        raise ValueError("split needs at least one name, such as train=1")
    for name, share in split.items():
        if not _SPLIT_NAME.fullmatch(name):
            raise ValueError(f"a split's name has letters, digits and _ only; found {name!r}")
        if not 0.0 < share < math.inf:
            raise ValueError(f"the share of split {name} must be above 0; found {share}")
