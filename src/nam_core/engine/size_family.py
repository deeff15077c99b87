"""All sizes of one loaded model. Each is built when it is first selected, and then kept."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _core
from ..errors import NamConfigError, NamIsaError, exhaustion_named
from ..format.config import DEFAULT_SAMPLE_RATE, NamModel
from ..format.quantities import bit_memory, grid, settles
from ..format.slimming import Size, loudness, select, size_start, sizes
from .lowering import Choices, describe

# What an LSTM is warmed up on: it forgets, but has no receptive field that would say how soon.
_RECURRENT_WARM_SECONDS = 0.5

# Of what a message shows.
_LONGEST_ISA = 40

# No two sizes of one capture differ by more; such metadata are a mistake, and would make deafening gains.
_MOST_MATCHED_DB = 60.0


@dataclass(frozen=True, eq=False)
class BuiltSize:
    """One size, ready for the engine. ``gain`` multiplies its output."""

    model: NamModel
    settled: _core.SettledModelF32 | _core.SettledModelF64
    gain: float


class SizeFamily:
    """The parts that a model and its copies share: the file, the options of ``load``, and the sizes built so
    far."""

    __slots__ = ("_built", "_choices", "_isa", "_match_loudness", "_sizes", "_used_isa", "dtype", "nam")

    def __init__(
        self, nam: NamModel, dtype: np.dtype[Any], isa: str | None, choices: Choices, match_loudness: bool
    ) -> None:
        self.nam = nam
        self.dtype = dtype
        self._isa = isa
        # The same for all sizes: one kernel set plays them all.
        used_isa = os.environ.get("NAM_CORE_ISA", "") if isa is None else isa
        # The engine takes any name, and says which there are; it is no place for bytes that are not text.
        self._used_isa = used_isa[:_LONGEST_ISA].encode("unicode_escape").decode()
        self._choices = choices
        self._match_loudness = match_loudness
        # By the lowest quality that selects it. Two threads may build the same size; one of the two stays.
        self._built: dict[float, BuiltSize] = {}
        self._sizes: tuple[Size, ...] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as the file and the options; where it is read again, its sizes are built anew."""
        return SizeFamily, (self.nam, self.dtype, self._isa, self._choices, self._match_loudness)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes of the model, see ``slimming.sizes``."""
        # Not a cached_property: before Python 3.12 that has a lock, which a fork can leave locked for ever.
        if self._sizes is None:
            with exhaustion_named(self.nam.path):
                self._sizes = sizes(self.nam)
        return self._sizes

    def at(self, quality: float) -> BuiltSize:
        """The size that a quality selects: for all of its qualities the same object.

        Raises ValueError and NamConfigError as ``slimming.select``, and NamIsaError.
        """
        start = size_start(self.nam, quality)
        if start not in self._built:
            with exhaustion_named(self.nam.path, "config"):
                self._built.setdefault(start, self._build(quality))
        return self._built[start]

    def _build(self, quality: float) -> BuiltSize:
        model = select(self.nam, quality)
        settled = _core.SettledModelF32 if self.dtype == np.float32 else _core.SettledModelF64
        try:
            return BuiltSize(
                model, settled(describe(model, self._choices), self._used_isa), self._gain(quality)
            )
        except _core.IsaError as error:
            raise NamIsaError(str(error)) from None
        except (_core.ConfigError, _core.WeightError) as error:
            raise NamConfigError(str(error), path=self.nam.path, location="config") from None

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
        """How far back a size that is switched to begins; 0 if there is one size."""
        if size_start(self.nam, 1.0) == 0.0:
            return 0
        frames = bit_memory(self.nam.config) - 1 + grid(self.nam.config) - 1
        if not settles(self.nam.config):
            rate = self.nam.sample_rate or DEFAULT_SAMPLE_RATE
            frames = max(frames, round(_RECURRENT_WARM_SECONDS * rate))
        return max(frames, 1)

    @property
    def memory_bytes(self) -> int:
        """Bytes of the sizes built so far: packed weights, and the state that streams start from."""
        return sum(size.settled.memory_bytes for size in list(self._built.values()))
