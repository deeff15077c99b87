"""Warnings about samples that go into a model or come out of it."""

from __future__ import annotations

import math

import numpy as np

from .arrays import Audio, not_finite

# 20 dB over full scale. Sound does not reach that, while 16-bit integers stored as float reach 90 dB.
PLAUSIBLE_PEAK = 10.0


class Figures:
    """Counts over a signal that comes block by block.

    Attributes
    ----------
    frames, samples : so far.
    peak : largest magnitude of the finite samples, 1.0 being full scale.
    over_full_scale : samples beyond it, the infinite ones included.
    not_finite : samples that are NaN or infinite. first_not_finite : frame of the first of them, or None.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.samples = 0
        self.peak = 0.0
        self.over_full_scale = 0
        self.not_finite = 0
        self.first_not_finite: int | None = None

    def add(self, block: Audio) -> None:
        """Count a block ``(channels, frames)``."""
        bad = not_finite(block)
        if bad is not None:
            self.not_finite += int(np.count_nonzero(bad))
            if self.first_not_finite is None:
                self.first_not_finite = self.frames + int(np.argmax(bad.any(axis=0)))
            self.over_full_scale += int(np.count_nonzero(np.isinf(block)))
        sound = block if bad is None else block[~bad]
        peak = max(float(sound.max(initial=0.0)), -float(sound.min(initial=0.0)))
        if peak > 1.0:
            self.over_full_scale += int(np.count_nonzero(np.abs(sound) > 1.0))
        self.peak = max(self.peak, peak)
        self.frames += block.shape[-1]
        self.samples += block.size

    @property
    def decibels_over_full_scale(self) -> float:
        """Of the peak."""
        return 20.0 * math.log10(self.peak) if self.peak > 0.0 else -math.inf

    def describe_not_finite(self) -> str:
        """The number of samples that are not finite, the place of the first, and the peak of the others."""
        return (
            f"samples that are NaN or infinite: {self.not_finite:,} of {self.samples:,}, the first at frame "
            f"{self.first_not_finite:,}; the peak of the others is {self.peak:.4g}"
        )

    def describe_peak(self) -> str | None:
        """The peak as text, if it is not plausible; else None."""
        if self.peak < PLAUSIBLE_PEAK:
            return None
        return f"the peak is {self.peak:,.6g}, {self.decibels_over_full_scale:.1f} dB over full scale"
