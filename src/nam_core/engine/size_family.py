"""What a loaded model and its copies share: the file, the options of ``load``, and the sizes of its parts.

A model is one part; a chain has as many as there are models in it. A part's size is built once for all sizes
of the chain, and switches on the part's own input while the others play on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import _core
from ..errors import exhaustion_named
from ..format.config import NamModel, SequentialConfig
from ..format.content_hash import sha256
from ..format.quantities import bit_memory, grid, receptive_field, settles
from ..format.slimming import Size, size_start, sizes
from .lowering import Choices, core_prewarm
from .part_sizes import BuildOptions, BuiltSize, DescribedSize, PartSizes
from .planning import chosen_isa, parts_of, too_large, too_large_together

Engine = _core.EngineF32 | _core.EngineF64


@dataclass(frozen=True, eq=False)
class ChosenSize:
    """One size of a whole model: a size of each part. ``model`` has no slimming left in it."""

    model: NamModel
    parts: tuple[BuiltSize, ...]
    receptive_field: int
    bit_memory: int
    grid: int
    settles: bool

    @property
    def macs(self) -> int:
        """Multiply-adds per frame that are executed."""
        return sum(part.settled.macs for part in self.parts)


class SizeFamily:
    """The parts that a model and its copies share: the file, the options of ``load``, and the sizes built so
    far."""

    __slots__ = (
        *("_choices", "_chosen", "_isa", "_limit", "_match_loudness", "_max_bytes", "_parts", "_prewarm"),
        *("_sha256", "_sizes", "dtype", "isa", "nam"),
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
        self.isa = chosen_isa(isa)
        self._choices = choices
        self._match_loudness = match_loudness
        self._max_bytes = max_bytes
        self._limit = _core.MemoryLimit(max_bytes)
        is_chain = isinstance(nam.config, SequentialConfig)
        options = BuildOptions(dtype, self.isa, choices, match_loudness, max_bytes, self._limit, is_chain)
        self._parts = tuple(PartSizes(part, options) for part in parts_of(nam))
        self._prewarm = core_prewarm(nam, choices) if is_chain else None
        self._chosen: dict[float, ChosenSize] = {}  # by the lowest quality that selects it
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
        return self.sha256, options, self.dtype, self.isa, self._choices, self._match_loudness

    def at(self, quality: float) -> ChosenSize:
        """The size that a quality selects: for all of its qualities the same object.

        Raises ValueError and NamConfigError as ``slimming.select``, NamConfigError when all sizes and streams
        would take more than ``max_bytes``, and NamIsaError.
        """
        start = size_start(self.nam, quality)
        if start not in self._chosen:
            if self._chosen:
                parts = tuple(part.at(quality) for part in self._parts)
            else:
                described = self._that_fit(quality)
                parts = tuple(map(PartSizes.at, self._parts, [quality] * len(described), described))
            self._chosen.setdefault(start, self._join(parts))
        return self._chosen[start]

    def _join(self, parts: tuple[BuiltSize, ...]) -> ChosenSize:
        model = parts[0].model
        if isinstance(self.nam.config, SequentialConfig):
            config = SequentialConfig(tuple(part.model for part in parts))
            model = replace(self.nam, config=config, source=None)
        whole = model.config
        reach = (receptive_field(whole), bit_memory(whole), grid(whole), settles(whole))
        return ChosenSize(model, parts, *reach)

    def _that_fit(self, quality: float) -> list[DescribedSize]:
        """The parts' sizes before they are built. Refuse what would not fit together with a first stream."""
        with exhaustion_named(self.nam.path, "config"):
            described = [part.describe(quality) for part in self._parts]
            pairs = zip(described, self._parts, strict=True)
            frames = [(size.plan, part.warm_frames) for size, part in pairs]
            stream = _core.stream_bytes(frames, self._prewarm is not None)
        needed = stream + sum(size.plan.settled_bytes for size in described)
        if needed > self._max_bytes:
            largest = max(described, key=lambda size: size.plan.settled_bytes)
            raise too_large(largest.model, largest.plan, needed, self._max_bytes)
        return described

    def engine(self, size: ChosenSize, counted: bool = True) -> Engine:
        """A stream that starts with this size. Raises NamConfigError beyond ``max_bytes``, if it counts."""
        parts: list[Any] = [
            (built.settled, built.gain, part.warm_frames)
            for built, part in zip(size.parts, self._parts, strict=True)
        ]
        with self._within_limits("another stream of this model"):
            if self.dtype == np.float32:
                return _core.EngineF32(parts, self._prewarm, counted)
            return _core.EngineF64(parts, self._prewarm, counted)

    def copy(self, engine: Engine) -> Engine:
        """A stream in the same state. Raises NamConfigError beyond ``max_bytes``."""
        with self._within_limits("a copy of this model"):
            return engine.copy()

    def switch(self, engine: Engine, before: ChosenSize, size: ChosenSize, fade_frames: int) -> None:
        """Switch the parts of a stream that differ between two sizes. Raises NamConfigError beyond
        ``max_bytes``."""
        switching = (part.switches for part in self._parts)
        pairs = [
            (old, new)
            for old, new, switches in zip(before.parts, size.parts, switching, strict=True)
            if switches
        ]
        with self._within_limits("another size of this model"):
            for number, (old, new) in enumerate(pairs):
                if old is not new:
                    settled: Any = new.settled  # of the engine's precision
                    engine.switch_to(number, settled, new.gain, fade_frames)

    @contextmanager
    def _within_limits(self, what: str) -> Iterator[None]:
        try:
            with exhaustion_named(self.nam.path, "config"):
                yield
        except _core.LimitError as error:
            raise too_large_together(self.nam, what, int(str(error)), self._max_bytes) from None

    @property
    def memory_bytes(self) -> int:
        """Bytes of the sizes built so far: packed weights, and the state in which streams start."""
        return sum(part.memory_bytes for part in self._parts)
