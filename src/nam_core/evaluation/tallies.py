"""Adds up, piece by piece, all that an evaluation needs of a model's output and its target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..audio.json_files import finite_or_none
from ..audio.loudness_meter import LoudnessMeter
from . import metrics

Array = npt.NDArray[np.float64]

# Seconds of a moment: long enough to measure a level, short enough for a single note.
MOMENT_SECONDS = 0.05


class Energies:
    """The energy of each moment of a signal, 8 bytes for 0.05 s; the last moment may be incomplete."""

    def __init__(self, sample_rate: float) -> None:
        self.frames = max(1, round(sample_rate * MOMENT_SECONDS))
        self._complete: list[Array] = []
        self._open = np.zeros(0)

    def add(self, signal: npt.NDArray[np.floating]) -> None:
        """Add the next piece, ``(frames,)``."""
        squares = np.concatenate([self._open, np.square(signal, dtype=np.float64)])
        whole = squares.size // self.frames * self.frames
        self._complete.append(np.sum(squares[:whole].reshape(-1, self.frames), axis=1))
        self._open = squares[whole:]

    @property
    def values(self) -> Array:
        """The energy of each moment, ``(moments,)``."""
        rest = [np.array([np.sum(self._open)])] if self._open.size else []
        return np.concatenate([np.zeros(0), *self._complete, *rest])


class TargetTally:
    """The sums over a target, computed once for all models that are compared with it."""

    def __init__(self, sample_rate: float) -> None:
        self.dry, self.wet = Energies(sample_rate), Energies(sample_rate)
        self.meter = LoudnessMeter(sample_rate)

    def add(self, dry: npt.NDArray[np.floating], wet: npt.NDArray[np.floating]) -> None:
        """Add the next piece of both, ``(frames,)``."""
        self.dry.add(dry)
        self.wet.add(wet)
        self.meter.add(wet)


@dataclass(frozen=True)
class Scores:
    """The metrics of a model's whole output against its target (described in ``nam_core.metrics``).

    ``loudness_difference`` is in LU, ``true_peak_difference`` in dB. A value that is infinite or undefined is
    None: ``null_depth_db`` of identical signals, the loudness of less than 0.4 s, ``mrstft`` of less than
    1025 frames.
    """

    esr: float
    null_depth_db: float | None
    mse: float
    rmse: float
    dc: float
    pre_emphasised_esr: float
    a_weighted_esr: float
    mrstft: float | None
    loudness_difference: float | None
    true_peak_difference: float | None


class ModelTally:
    """The sums over a model's output and its target, in memory that hardly grows."""

    def __init__(self, sample_rate: float) -> None:
        self.prediction, self.error = Energies(sample_rate), Energies(sample_rate)
        self.bands = metrics.BandSums(sample_rate)
        self._waveform, self._emphasised = metrics.WaveformSums(), metrics.EmphasisedSums()
        self._weighted, self._mrstft = metrics.AWeightedSums(sample_rate), metrics.MrstftSums()
        self._meter = LoudnessMeter(sample_rate)

    def add(self, prediction: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> None:
        """Add the next piece of both, ``(frames,)``. Raises ValueError for output that is not finite."""
        p, t = np.asarray(prediction, np.float64), np.asarray(target, np.float64)
        for sums in (self._waveform, self._emphasised, self._weighted, self._mrstft, self.bands):
            sums.add(p, t)
        self._meter.add(p)
        self.prediction.add(p)
        self.error.add(p - t)

    def scores(self, target: LoudnessMeter) -> Scores:
        """The metrics over all pieces; nothing can be added afterwards."""
        self._meter.finish()
        target.finish()
        loudness = peak = None
        if target.true_peak > 0.0 and self._meter.true_peak > 0.0:
            peak = 20.0 * float(np.log10(self._meter.true_peak / target.true_peak))
        try:
            loudness = finite_or_none(self._meter.integrated - target.integrated)
        except ValueError:  # too short
            loudness = None
        try:
            mrstft = self._mrstft.value()
        except ValueError:
            mrstft = None
        return Scores(
            esr=self._waveform.esr,
            null_depth_db=finite_or_none(self._waveform.null_depth_db),
            mse=self._waveform.mse,
            rmse=self._waveform.rmse,
            dc=self._waveform.dc,
            pre_emphasised_esr=self._emphasised.esr,
            a_weighted_esr=self._weighted.esr,
            mrstft=mrstft,
            loudness_difference=loudness,
            true_peak_difference=peak,
        )
