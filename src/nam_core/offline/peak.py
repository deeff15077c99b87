"""Brings the peak of a result to a level, which needs all of the result."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import numpy as np

from ..audio.arrays import Audio
from ..audio.figures import Figures
from ..audio.safe_writing import OutputFile
from .blocks import Blocks
from .options import RenderOptions


def peak_gain_db(peak: float, options: RenderOptions) -> float:
    """The gain for a result with this peak by ``headroom`` or ``normalize_peak``; 0 for silence."""
    if peak == 0.0:
        return 0.0
    peak_db = 20.0 * math.log10(peak)
    if options.normalize_peak is not None:
        return options.normalize_peak - peak_db
    if options.headroom is not None:
        return min(0.0, -options.headroom - peak_db)
    return 0.0


def sets_peak(options: RenderOptions) -> bool:
    """Whether the options set the peak."""
    return options.headroom is not None or options.normalize_peak is not None


@contextmanager
def stored(blocks: Blocks, channels: int, dtype: np.dtype[Any], path: str) -> Iterator[tuple[float, Blocks]]:
    """Write all blocks to an unnamed file beside ``path``, and read them again.

    Yields
    ------
    The largest magnitude of the finite samples, and an iterator of the blocks.

    Raises
    ------
    OSError
        If the disk is full; it names ``path``.
    """
    figures = Figures()
    lengths = []
    folder = os.path.dirname(os.path.realpath(path))
    with (
        tempfile.TemporaryFile(dir=folder, prefix=".nam-core-", suffix=".partial") as nameless,
        closing(OutputFile(os.dup(nameless.fileno()), path)) as file,
    ):
        for block in blocks:
            figures.add(block)
            lengths.append(block.shape[1])
            file.write(np.ascontiguousarray(block).data)
        file.seek(0)

        def read() -> Iterator[Audio]:
            for length in lengths:
                data = file.read(channels * length * dtype.itemsize)
                yield np.frombuffer(data, dtype).reshape(channels, length)

        yield figures.peak, read()
