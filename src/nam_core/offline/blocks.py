"""Signals as iterators of blocks ``(channels, frames)``, and operations on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np

from ..audio.arrays import Audio

Blocks: TypeAlias = "Iterator[Audio]"

_SILENT_FRAMES = 1 << 16


def silence(channels: int, frames: int, dtype: np.dtype[Any]) -> Blocks:
    """A block of ``frames`` zeros."""
    while frames > 0:
        count = min(frames, _SILENT_FRAMES)
        yield np.zeros((channels, count), dtype)
        frames -= count


def window(blocks: Blocks, first: int, end: Callable[[], int] | None = None) -> Blocks:
    """The frames from ``first`` to ``end()`` (excluded), which is called for each block; None means to the
    end.
    """
    position = 0
    for block in blocks:
        begin = max(0, first - position)
        last = block.shape[-1] if end is None else min(block.shape[-1], end() - position)
        position += block.shape[-1]
        if begin < last:
            yield block if (begin, last) == (0, block.shape[-1]) else block[:, begin:last]


def recut(blocks: Blocks, lengths: Iterable[int]) -> Blocks:
    """The same signal in blocks of these lengths; the last one may be shorter, and none is empty."""
    held: list[Audio] = []
    count = 0
    following = iter(lengths)
    frames = next(following)
    for block in blocks:
        start = 0
        while block.shape[-1] - start >= frames - count:
            part = block[:, start : start + frames - count]
            start += part.shape[-1]
            yield np.concatenate([*held, part], axis=1) if held else part
            held, count, frames = [], 0, next(following)
        if start < block.shape[-1]:
            held.append(block[:, start:])
            count += block.shape[-1] - start
    if held:
        yield np.concatenate(held, axis=1)


class DelayLine:
    """Delays a signal by a number of frames; the first output frames are silent."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._held: Audio | None = None

    def process(self, block: Audio) -> Audio:
        """The delayed block, as long as the one that comes in."""
        if self._frames == 0:
            return block
        held = self._held
        if held is None:
            held = np.zeros((block.shape[0], self._frames), block.dtype)
        both = np.concatenate([held, block], axis=1)
        self._held = both[:, block.shape[-1] :]
        return both[:, : block.shape[-1]]
