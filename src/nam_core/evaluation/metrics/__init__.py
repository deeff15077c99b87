"""Metrics of the distance between two signals, as the field uses them.

All functions take arrays ``(frames,)`` or ``(items, frames)``, where an item is a channel or an excerpt, and
compute in float64. They refuse NaN and infinity. ``*Sums`` classes compute the same metrics from a long
signal piece by piece; their memory does not grow.
"""

from .bands import AWeightedSums, BandSums, Spectrum, a_weighted_esr, log_spectral_distance
from .bits import ulps
from .spectra import MrstftSums, mrstft
from .volume import VolumeSums, loudness_difference, true_peak_difference
from .waveform import (
    PRE_EMPHASIS,
    EmphasisedSums,
    WaveformSums,
    dc,
    esr,
    mse,
    null_depth_db,
    pre_emphasised_esr,
    rmse,
)

__all__ = [
    "PRE_EMPHASIS",
    "AWeightedSums",
    "BandSums",
    "EmphasisedSums",
    "MrstftSums",
    "Spectrum",
    "VolumeSums",
    "WaveformSums",
    "a_weighted_esr",
    "dc",
    "esr",
    "log_spectral_distance",
    "loudness_difference",
    "mrstft",
    "mse",
    "null_depth_db",
    "pre_emphasised_esr",
    "rmse",
    "true_peak_difference",
    "ulps",
]
