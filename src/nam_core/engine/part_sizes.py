"""The sizes of one part: of a whole model, or of a model in a chain. Each is built when first selected."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _core
from ..errors import NamConfigError, exhaustion_named
from ..format.config import NamModel
from ..format.slimming import loudness, select, size_start
from .lowering import Choices, describe
from .planning import plan_for, too_large, warm_frames

# No two sizes of one capture differ by more; such metadata are a mistake, and would make deafening gains.
_MOST_MATCHED_DB = 60.0


@dataclass(frozen=True, eq=False)
class BuildOptions:
    """What all parts of a model have in common: see ``load``. ``isa`` is one that is available, ``limit``
    counts all that they take, and ``in_chain`` says that a Sequential around them is prewarmed."""

    dtype: np.dtype[Any]
    isa: str
    choices: Choices
    match_loudness: bool
    max_bytes: int
    limit: _core.MemoryLimit
    in_chain: bool


@dataclass(frozen=True, eq=False)
class BuiltSize:
    """One size, ready for the engine. ``gain`` multiplies its output."""

    model: NamModel
    settled: _core.SettledModelF32 | _core.SettledModelF64
    gain: float


@dataclass(frozen=True, eq=False)
class DescribedSize:
    """One size as the engine gets it. Making it takes as long as building the size."""

    model: NamModel
    description: _core.ModelDescription
    plan: _core.Plan


class PartSizes:
    """The sizes of one part that were built so far."""

    __slots__ = ("_built", "_options", "nam", "warm_frames")

    def __init__(self, nam: NamModel, options: BuildOptions) -> None:
        self.nam = nam
        self.warm_frames = warm_frames(nam)
        self._options = options
        # By the lowest quality that selects it. Two threads may build the same size; one of the two stays.
        self._built: dict[float, BuiltSize] = {}

    @property
    def switches(self) -> bool:
        """Whether there is more than one size."""
        return self.warm_frames > 0

    def at(self, quality: float, described: DescribedSize | None = None) -> BuiltSize:
        """The size that a quality selects: for all of its qualities the same object.

        Raises ValueError and NamConfigError as ``slimming.select``, and NamConfigError when it would take
        more than is left of ``max_bytes``.
        """
        start = size_start(self.nam, quality)
        if start not in self._built:
            with exhaustion_named(self.nam.path, "config"):
                self._built.setdefault(start, self._build(quality, described or self.describe(quality)))
        return self._built[start]

    def describe(self, quality: float) -> DescribedSize:
        """The size that a quality selects, and what the engine would run for it."""
        options = self._options
        model = select(self.nam, quality)
        description = describe(model, options.choices, options.in_chain)
        plan = plan_for(model, description, options.isa, options.dtype == np.float64)
        return DescribedSize(model, description, plan)

    def _build(self, quality: float, size: DescribedSize) -> BuiltSize:
        options = self._options
        settled = _core.SettledModelF64 if options.dtype == np.float64 else _core.SettledModelF32
        try:
            made = settled(size.description, options.isa, options.limit)
        except _core.LimitError as error:
            raise too_large(size.model, size.plan, int(str(error)), options.max_bytes) from None
        except (_core.ConfigError, _core.WeightError) as error:
            raise NamConfigError(str(error), path=self.nam.path, location="config") from None
        return BuiltSize(size.model, made, self._gain(quality))

    def _gain(self, quality: float) -> float:
        here, full = loudness(self.nam, quality), loudness(self.nam, 1.0)
        if not self._options.match_loudness or here is None or full is None:
            return 1.0
        if abs(full - here) > _MOST_MATCHED_DB:
            place = self.nam.path or "metadata.loudness"
            warnings.warn(f"{place}: loudness of {here:g} dB beside {full:g} dB; not matched", stacklevel=2)
            return 1.0
        return float(10 ** ((full - here) / 20))

    @property
    def memory_bytes(self) -> int:
        """Bytes of the sizes built so far: packed weights, and the state in which streams start."""
        return sum(size.settled.memory_bytes for size in list(self._built.values()))
