"""Random numbers from the raw words of NumPy's PCG64, so that they are the same in every release of NumPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Streams of random numbers of one seed: first weights, and the order of the items.
WEIGHTS, ORDER = 0, 1


class RandomNumbers:
    """A stream of random numbers; equal keys, such as a seed and an epoch, give equal streams."""

    def __init__(self, *key: int) -> None:
        self._words = np.random.PCG64(np.random.SeedSequence(key))

    def uniform(self, count: int, limit: float) -> npt.NDArray[np.float32]:
        """Float32 numbers from ``-limit`` to ``limit``, ``(count,)``."""
        fractions = (self._raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return ((2.0 * fractions - 1.0) * limit).astype(np.float32)

    def permutation(self, count: int) -> npt.NDArray[np.int64]:
        """The numbers below ``count`` in a random order, int64 ``(count,)``."""
        return np.argsort(self._raw(count), kind="stable").astype(np.int64)

    def _raw(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._words.random_raw(count), dtype=np.uint64)
