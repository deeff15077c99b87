"""Peak, true peak, RMS and integrated loudness of a signal of any length (ITU-R BS.1770-5, EBU R 128)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .. import _core

_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
# Tenths of a second in one gating block; blocks start every tenth.
_BLOCK_TENTHS = 4
# Weights of the channels of 5.0 and 5.1 (left, right, centre, LFE, surrounds); 1 for all others.
_SURROUND = {5: (1.0, 1.0, 1.0, 1.41, 1.41), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}


class LoudnessMeter:
    """Measures a signal that arrives piece by piece; memory grows by 80 bytes a second.

    Pieces of any length give the same bits: the meter measures in blocks of its own.
    ``rms``, ``true_peak`` and ``integrated`` are known after ``finish``.

    Parameters
    ----------
    sample_rate : Hz, above 0.
    channels : of every piece.

    Raises
    ------
    ValueError : the rate or the number of channels is not above 0.
    """

    def __init__(self, sample_rate: float, channels: int = 1) -> None:
        if not sample_rate > 0 or channels < 1:
            raise ValueError(f"a meter needs a sample rate and channels; found {sample_rate} Hz, {channels}")
        self._channels = channels
        self._finished = False
        self._tenth = max(1, round(sample_rate / 10))
        weights = _SURROUND.get(channels, (1.0,) * channels)
        self._meter = _core.LoudnessMeter(sample_rate, self._tenth, list(weights))

    def add(self, audio: npt.ArrayLike) -> None:
        """Measure the next piece, ``(frames,)`` for one channel or ``(channels, frames)``, full scale 1.0.

        Allocates only if frames do not lie side by side, or are neither float32 nor float64.

        Raises
        ------
        ValueError : another shape, a sample that is not finite, or a meter that has finished. Nothing of the
            piece is then measured.
        """
        signal = np.atleast_2d(np.asarray(audio))
        if self._finished:
            raise ValueError("this meter has finished; measure with a new one")
        if signal.ndim != 2 or signal.shape[0] != self._channels:
            raise ValueError(f"this meter takes {self._channels} channels; found shape {np.shape(audio)}")
        dtype = np.float32 if signal.dtype == np.float32 else np.float64
        if signal.dtype != dtype or not signal.flags.aligned or signal.strides[1] != signal.itemsize:
            signal = np.require(signal, dtype, ["C_CONTIGUOUS", "ALIGNED"])
        if not self._meter.add(signal[0] if self._channels == 1 else signal):
            raise ValueError("audio must be finite")

    def finish(self) -> None:
        """Measure what is left; no more can be added."""
        if not self._finished:
            self._meter.finish()
            self._finished = True

    @property
    def peak(self) -> float:
        """Largest absolute sample so far, full scale 1.0."""
        return self._meter.peak

    @property
    def frames(self) -> int:
        """Measured so far."""
        return self._meter.frames

    @property
    def rms(self) -> float:
        """Root mean square over all channels, full scale 1.0; 0.0 without samples."""
        return math.sqrt(self._meter.power / (self.frames * self._channels)) if self.frames else 0.0

    @property
    def true_peak(self) -> float:
        """Largest absolute value between the samples too, full scale 1.0: at 192 kHz or more, after
        ``finish``.
        """
        return max(self.peak, self._meter.true_peak)

    @property
    def integrated(self) -> float:
        """Integrated loudness in LUFS, gated at -70 LUFS and at -10 LU; -inf if nothing lies above.

        Raises
        ------
        ValueError : less than 0.4 s were measured.
        """
        tenths = self._meter.tenths
        if tenths.size < _BLOCK_TENTHS:
            raise ValueError("loudness needs 0.4 seconds at least")
        sums = np.convolve(tenths, np.ones(_BLOCK_TENTHS), mode="valid")
        powers = sums / (_BLOCK_TENTHS * self._tenth)
        heard = powers[powers > _power(_ABSOLUTE_GATE_LUFS)]
        if heard.size == 0:
            return -math.inf
        gate = float(np.mean(heard)) * 10.0 ** (_RELATIVE_GATE_LU / 10.0)
        return _lufs(float(np.mean(heard[heard > gate])))


def _lufs(power: float) -> float:
    return -0.691 + 10.0 * math.log10(power)


def _power(lufs: float) -> float:
    return float(10.0 ** ((lufs + 0.691) / 10.0))
