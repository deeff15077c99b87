"""Converts samples to the type that a data set stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio

_FULL_SCALE = {"int16": 2**15, "int24": 2**23}


class Storing:
    """Converts signals to a sample type. ``clipped`` counts the samples beyond full scale so far."""

    def __init__(self, dtype: str) -> None:
        self._dtype = dtype
        self.clipped = 0

    def convert(self, signals: Sequence[Audio]) -> npt.NDArray[Any]:
        """Signals of shape ``(length,)`` as one array, end to end; 24-bit samples are int32."""
        samples: npt.NDArray[Any] = np.concatenate(signals)
        full_scale = _FULL_SCALE.get(self._dtype)
        if full_scale is None:
            return samples.astype(self._dtype, copy=False)
        scaled = np.rint(samples * float(full_scale))
        clipped = np.clip(scaled, -full_scale, full_scale - 1)
        # The largest positive integer is one below full scale. A sample of exactly 1.0 is stored as that
        # integer and not counted as clipped.
        self.clipped += int(np.count_nonzero(np.abs(scaled) > full_scale))
        return clipped.astype(np.int16 if full_scale == 2**15 else np.int32)
