"""Peak, true peak, RMS and integrated loudness of a signal of any length (ITU-R BS.1770-5, EBU R 128)."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .k_weighting import KWeighting
from .products import times

Array = npt.NDArray[np.float64]

_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
# Tenths of a second in one gating block; blocks start every tenth.
_BLOCK_TENTHS = 4
# BS.1770 annex 2 asks for a rate of 192 kHz at least.
_TRUE_PEAK_RATE = 192000.0
# Taps of the sinc that gives a value between two samples, and frames for which it is one matrix.
_SINC_TAPS = 32
_SINC_BLOCK = 64
_KAISER = 6.0
# So many at a time stay in a core's cache.
_CACHED_FRAMES = 1 << 14
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
        self._block = np.zeros((channels, _CACHED_FRAMES))
        self._filled = 0  # frames of the block that have arrived

    def add(self, audio: npt.ArrayLike) -> None:
        """Measure the next piece, ``(frames,)`` for one channel or ``(channels, frames)``, full scale 1.0.

        Raises
        ------
        ValueError : another shape, a sample that is not finite, or a meter that has finished.
        """
        signal = np.atleast_2d(np.asarray(audio))
        if self._finished:
            raise ValueError("this meter has finished; measure with a new one")
        if signal.ndim != 2 or signal.shape[0] != self._channels:
            raise ValueError(f"this meter takes {self._channels} channels; found shape {np.shape(audio)}")
        while signal.shape[1]:
            end = min(self._filled + signal.shape[1], _CACHED_FRAMES)
            part = self._block[:, self._filled : end]
            part[:], signal = np.split(signal, [part.shape[1]], axis=1)
            peak = max(float(part.max()), -float(part.min()))
            if not math.isfinite(peak):
                raise ValueError("audio must be finite")
            self.peak = max(self.peak, peak)
            self.frames += part.shape[1]
            self._filled = end
            if end == _CACHED_FRAMES:
                self._measure()

    def finish(self) -> None:
        """Measure what has arrived since the last block; no more can be added."""
        if not self._finished:
            if self._filled:
                self._measure()
            nothing = np.zeros((self._channels, 0))
            self._true_peak = self._oversampling.peak(nothing, self.true_peak, last=True)
            self._finished = True

    def _measure(self) -> None:
        """Measure the block, as far as it is filled, and begin another."""
        block = np.ascontiguousarray(self._block[:, : self._filled])
        self._filled = 0
        # Not by einsum: its order of addition depends on where the memory lies.
        self._power += float(np.square(block).sum())
        self._true_peak = self._oversampling.peak(block, self.true_peak)
        weighted = self._weighting.process(block)
        self._gate(np.einsum("i,ij,ij->j", self._weights, weighted, weighted))

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
        """Root mean square over all channels, full scale 1.0; 0.0 without samples."""
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
    """The stream at 192 kHz or more, for its peak: values between the samples by a windowed sinc."""

    def __init__(self, sample_rate: float, channels: int) -> None:
        factor = max(1, math.ceil(_TRUE_PEAK_RATE / sample_rate))
        self._gap = factor - 1
        self._matrix = _between(factor)
        # By how much a value can exceed all samples that it is made of.
        self._most = float(np.abs(self._matrix).sum(axis=0).max(initial=0.0))
        self._held = np.zeros((channels, _SINC_TAPS - 1), np.float32)

    def peak(self, piece: Array, known: float, last: bool = False) -> float:
        """The largest magnitude between the samples, or ``known``, if that is larger."""
        if not self._gap:
            return known
        parts = [self._held, np.asarray(piece, np.float32)]
        if last:
            parts.append(np.zeros(self._held.shape, np.float32))
        signal = np.concatenate(parts, axis=1)
        frames = signal.shape[1] - _SINC_TAPS + 1
        count = -(-frames // _SINC_BLOCK)
        self._held = signal[:, frames:]
        signal = np.pad(signal, ((0, 0), (0, (count + 1) * _SINC_BLOCK - signal.shape[1])))
        for row in signal:
            # Most blocks are so quiet that no value between their samples can be larger than what is known.
            loudest = np.abs(row).reshape(count + 1, _SINC_BLOCK).max(axis=1)
            is_loud = np.maximum(loudest[:-1], loudest[1:]) * self._most > known
            windows = sliding_window_view(row, _SINC_BLOCK + _SINC_TAPS - 1)[::_SINC_BLOCK]
            between = times(windows[is_loud], self._matrix)
            if is_loud[-1]:
                # Beyond the last frame, what comes next is not there yet.
                between[-1, (frames - (count - 1) * _SINC_BLOCK) * self._gap :] = 0.0
            known = max(known, float(between.max(initial=0.0)), -float(between.min(initial=0.0)))
        return known


@lru_cache(maxsize=8)
def _between(factor: int) -> npt.NDArray[np.float32]:
    """From a row of frames to the ``factor - 1`` values between each two of them, block by block."""
    taps = np.arange(_SINC_TAPS)
    matrix = np.zeros((_SINC_BLOCK + _SINC_TAPS - 1, _SINC_BLOCK * (factor - 1)), np.float32)
    for step in range(1, factor):
        place = taps - (_SINC_TAPS / 2 - 1) - step / factor
        edge = np.sqrt(np.maximum(0.0, 1.0 - (place / (_SINC_TAPS / 2)) ** 2))
        sinc = np.sinc(place) * np.i0(_KAISER * edge)
        for frame in range(_SINC_BLOCK):
            matrix[frame : frame + _SINC_TAPS, frame * (factor - 1) + step - 1] = sinc / sinc.sum()
    return matrix
