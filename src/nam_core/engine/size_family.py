"""All sizes of one loaded model. Each is built when it is first selected, and then kept."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _core
from ..errors import NamConfigError, exhaustion_named
from ..format.config import NamModel
from ..format.content_hash import sha256
from ..format.slimming import Size, loudness, select, size_start, sizes
from .lowering import Choices, describe
from .planning import check_memory, chosen_isa, plan_for, warm_frames

# No two sizes of one capture differ by more; such metadata are a mistake, and would make deafening gains.
_MOST_MATCHED_DB = 60.0


@dataclass(frozen=True, eq=False)
class BuiltSize:
    """One size, ready for the engine. ``gain`` multiplies its output; a stream has ``voice_bytes`` of it."""

    model: NamModel
    settled: _core.SettledModelF32 | _core.SettledModelF64
    gain: float
    voice_bytes: int


class SizeFamily:
    """The parts that a model and its copies share: the file, the options of ``load``, and the sizes built so
    far."""

    __slots__ = (
        *("_built", "_choices", "_isa", "_match_loudness", "_max_bytes", "_sha256", "_sizes", "_used_isa"),
        *("dtype", "nam"),
    )

    def __init__(
        self,
        nam: NamModel,
        dtype: np.dtype[Any],
        isa: str | None,
        choices: Choices,
        match_loudness: bool,
        max_bytes: int,
    ) -> None:
        self.nam = nam
        self.dtype = dtype
        self._isa = isa
        # The same for all sizes: one kernel set plays them all.
        self._used_isa = chosen_isa(isa)
        self._choices = choices
        self._match_loudness = match_loudness
        self._max_bytes = max_bytes
        # By the lowest quality that selects it. Two threads may build the same size; one of the two stays.
        self._built: dict[float, BuiltSize] = {}
        self._sizes: tuple[Size, ...] | None = None
        self._sha256: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as the file and the options; where it is read again, its sizes are built anew."""
        options = (self.dtype, self._isa, self._choices, self._match_loudness, self._max_bytes)
        return SizeFamily, (self.nam, *options)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes of the model, see ``slimming.sizes``."""
        # Not a cached_property: before Python 3.12 that has a lock, which a fork can leave locked for ever.
        if self._sizes is None:
            with exhaustion_named(self.nam.path):
                self._sizes = sizes(self.nam)
        return self._sizes

    @property
    def sha256(self) -> str:
        """See ``content_hash.sha256``."""
        if self._sha256 is None:
            self._sha256 = sha256(self.nam)
        return self._sha256

    @property
    def identity(self) -> tuple[Any, ...]:
        """Equal for what computes the same: the file's contents, and the options that change what is made of
        them or where. Hashable."""
        options = None if self.nam.source is None else self.nam.source[2]
        return self.sha256, options, self.dtype, self._used_isa, self._choices, self._match_loudness

    def at(self, quality: float) -> BuiltSize:
        """The size that a quality selects: for all of its qualities the same object.

        Raises ValueError and NamConfigError as ``slimming.select``, NamConfigError when all sizes so far and
        a stream would take more than ``max_bytes``, and NamIsaError.
        """
        start = size_start(self.nam, quality)
        if start not in self._built:
            with exhaustion_named(self.nam.path, "config"):
                self._built.setdefault(start, self._build(quality))
        return self._built[start]

    def _build(self, quality: float) -> BuiltSize:
        model = select(self.nam, quality)
        description = describe(model, self._choices)
        float64 = self.dtype == np.float64
        plan = plan_for(model, description, self._used_isa, float64)
        # While a stream changes its size, the one before plays on.
        before = max((size.voice_bytes for size in list(self._built.values())), default=0)
        needed = self.memory_bytes + plan.settled_bytes + before + plan.stream_bytes(self._warm_frames())
        check_memory(model, plan, needed, self._max_bytes)
        settled = _core.SettledModelF64 if float64 else _core.SettledModelF32
        try:
            made = settled(description, self._used_isa)
        except (_core.ConfigError, _core.WeightError) as error:
            raise NamConfigError(str(error), path=self.nam.path, location="config") from None
        return BuiltSize(model, made, self._gain(quality), plan.voice_bytes)

    def _gain(self, quality: float) -> float:
        here, full = loudness(self.nam, quality), loudness(self.nam, 1.0)
        if not self._match_loudness or here is None or full is None:
            return 1.0
        if abs(full - here) > _MOST_MATCHED_DB:
            place = self.nam.path or "metadata.loudness"
            warnings.warn(f"{place}: loudness of {here:g} dB beside {full:g} dB; not matched", stacklevel=2)
            return 1.0
        return float(10 ** ((full - here) / 20))

    def engine(self, size: BuiltSize) -> _core.EngineF32 | _core.EngineF64:
        """A stream that starts with this size."""
        with exhaustion_named(self.nam.path, "config"):
            if isinstance(size.settled, _core.SettledModelF32):
                return _core.EngineF32(size.settled, size.gain, self._warm_frames())
            return _core.EngineF64(size.settled, size.gain, self._warm_frames())

    def switch(self, engine: _core.EngineF32 | _core.EngineF64, size: BuiltSize, fade_frames: int) -> None:
        """Switch a stream of this family to this size."""
        with exhaustion_named(self.nam.path, "config"):
            engine.switch_to(size.settled, size.gain, fade_frames)  # type: ignore[arg-type]  # of one precision

    def _warm_frames(self) -> int:
        return warm_frames(self.nam)

    @property
    def memory_bytes(self) -> int:
        """Bytes of the sizes built so far: packed weights, and the state in which streams start."""
        return sum(size.settled.memory_bytes for size in list(self._built.values()))
