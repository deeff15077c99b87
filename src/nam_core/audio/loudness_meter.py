"""Peak, true peak, RMS and integrated loudness of a signal of any length (ITU-R BS.1770-5, EBU R 128)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .k_weighting import KWeighting

Array = npt.NDArray[np.float64]

_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
# Tenths of a second in one gating block; blocks start every tenth.
_BLOCK_TENTHS = 4
# BS.1770 annex 2 asks for a rate of 192 kHz at least.
_TRUE_PEAK_RATE = 192000.0
# Weights of the channels of 5.0 and 5.1 (left, right, centre, LFE, surrounds); 1 for all others.
_SURROUND = {5: (1.0, 1.0, 1.0, 1.41, 1.41), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}


class LoudnessMeter:
    """Measures a signal that arrives piece by piece; memory grows by 80 bytes a second.

    Parameters
    ----------
    sample_rate : Hz, above 0.
    channels : of every piece.

    Attributes
    ----------
    peak : largest absolute sample, full scale 1.0.
    frames : measured so far.

    Raises
    ------
    ValueError : the rate or the number of channels is not above 0.
    """

    def __init__(self, sample_rate: float, channels: int = 1) -> None:
        if not sample_rate > 0 or channels < 1:
            raise ValueError(f"a meter needs a sample rate and channels; found {sample_rate} Hz, {channels}")
        self.peak = 0.0
        self.frames = 0
        self._channels = channels
        self._power = 0.0
        self._true_peak = 0.0
        self._finished = False
        self._weighting = KWeighting(sample_rate, channels)
        self._weights = np.array(_SURROUND.get(channels, (1.0,) * channels))
        self._tenth = max(1, round(sample_rate / 10))
        self._tenths: list[float] = []  # weighted energy of each tenth of a second
        self._open, self._open_frames = 0.0, 0
        self._oversampling = _Oversampling(sample_rate, channels)

    def add(self, audio: npt.ArrayLike) -> None:
        """Measure the next piece, ``(frames,)`` for one channel or ``(channels, frames)``, full scale 1.0.

        Raises
        ------
        ValueError : another shape, a sample that is not finite, or a meter that has finished.
        """
        piece = np.atleast_2d(np.asarray(audio, dtype=np.float64))
        if self._finished:
            raise ValueError("this meter has finished; measure with a new one")
        if piece.ndim != 2 or piece.shape[0] != self._channels:
            raise ValueError(f"this meter takes {self._channels} channels; found shape {np.shape(audio)}")
        if piece.shape[1] == 0:
            return
        self.peak = max(self.peak, float(np.max(np.abs(piece))))
        if not math.isfinite(self.peak):
            raise ValueError("audio must be finite")
        self.frames += piece.shape[1]
        self._power += float(np.sum(piece**2))
        self._true_peak = max(self._true_peak, self._oversampling.peak(piece, last=False))
        self._gate(self._weights @ self._weighting.process(piece) ** 2)

    def finish(self) -> None:
        """Measure what the filter of the true peak still holds; no more can be added."""
        if not self._finished:
            nothing = np.zeros((self._channels, 0))
            self._true_peak = max(self._true_peak, self._oversampling.peak(nothing, last=True))
            self._finished = True

    def _gate(self, energy: Array) -> None:
        first = min(self._tenth - self._open_frames, energy.size)
        self._open += float(np.sum(energy[:first]))
        self._open_frames += first
        if self._open_frames < self._tenth:
            return
        self._tenths.append(self._open)
        whole = (energy.size - first) // self._tenth * self._tenth
        self._tenths += np.sum(energy[first : first + whole].reshape(-1, self._tenth), axis=1).tolist()
        rest = energy[first + whole :]
        self._open, self._open_frames = float(np.sum(rest)), rest.size

    @property
    def rms(self) -> float:
        """Root mean square over all channels, full scale 1.0; 0.0 before the first sample."""
        return math.sqrt(self._power / (self.frames * self._channels)) if self.frames else 0.0

    @property
    def true_peak(self) -> float:
        """Largest absolute value between the samples too, full scale 1.0: at 192 kHz or more, after
        ``finish``.
        """
        return max(self.peak, self._true_peak)

    @property
    def integrated(self) -> float:
        """Integrated loudness in LUFS, gated at -70 LUFS and at -10 LU; -inf if nothing lies above.

        Raises
        ------
        ValueError : less than 0.4 s were measured.
        """
        tenths = np.array(self._tenths)
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


class _Oversampling:
    """The stream at 192 kHz or more, for its peak."""

    def __init__(self, sample_rate: float, channels: int) -> None:
        import soxr

        factor = max(1, math.ceil(_TRUE_PEAK_RATE / sample_rate))
        self._stream = None
        if factor > 1:
            self._stream = soxr.ResampleStream(
                sample_rate, factor * sample_rate, channels, dtype="float64", quality="HQ"
            )

    def peak(self, piece: Array, last: bool) -> float:
        if self._stream is None:
            return 0.0
        out = self._stream.resample_chunk(np.ascontiguousarray(piece.T), last=last)
        return float(np.max(np.abs(out), initial=0.0))
