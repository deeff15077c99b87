"""Checks of a pair of recordings, with messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import NamError
from ..evaluation.alignment import align

Array = npt.NDArray[np.float32]

# Largest drift in frames from the beginning of the recording to its end. Clocks that differ by one millionth
# drift by 9 frames in three minutes at 48 kHz.
_MOST_DRIFT = 6.0
# Number of parts whose delays are compared, and the fewest frames of a part.
_DRIFT_PARTS = 12
_LEAST_PART = 12_000
# The delays of the parts count as a line if their median distance from it, divided by the drift, is at most
# this. Measured on the targets of bench.training_targets: a drift of 60 frames gave 0.02 to 0.07 on the four
# targets without a cabinet, a drift of 8 frames gave 0.24 and 0.25 on two of them. Without drift, no target
# gave less than 0.39.
_MOST_SCATTER = 0.25
_LEAST_CORRELATION = 0.1
_MOST_NOISE_DB = -40.0
# Frames by which the recording may seem to be early, if the computer's compensation of latency is wrong.
_EARLIEST = -100
# The largest sample of 16 bits.
_FULL_SCALE = 32767.0 / 32768.0
# The linear response starts where it first reaches _ONSET of its peak, and _ONSET_NOISE times its median. It
# is searched for in so many frames before the strongest correlation: a resonant cabinet moved that by 120 and
# 185 frames in two targets of bench.training_targets.
_ONSET = 0.3
_ONSET_NOISE = 6.0
_ONSET_FRAMES = 400
_WHERE = 1 << 19


class NamTrainingError(NamError, ValueError):
    """Recordings that cannot be trained on, or only with ``force``."""


@dataclass(frozen=True)
class Finding:
    """A fault of a pair. ``may_be_forced`` : whether ``force`` allows the training in spite of the fault."""

    message: str
    may_be_forced: bool = True


def loudness_findings(dry: Array, wet: Array) -> list[Finding]:
    """Check a pair, ``(frames,)`` each, for silence, and the recording for clipping."""
    for name, signal in (("the dry signal", dry), ("the recording", wet)):
        if not np.any(signal):
            return [Finding(f"{name} is silent", may_be_forced=False)]
    clipped = int(np.count_nonzero(np.abs(wet) >= _FULL_SCALE))
    if clipped:
        return [Finding(f"the recording clips: {clipped} samples are at full scale; lower its level")]
    return []


def delay_findings(dry: Array, wet: Array) -> tuple[int, list[Finding]]:
    """The delay of the recording in frames, and findings about the delay. Both signals are ``(frames,)``.

    The delay is the start of the linear response, not its peak: a model cannot respond before its input.
    """
    whole = align(dry, wet)
    if whole.confidence < _LEAST_CORRELATION:
        message = f"the two hardly correlate ({whole.confidence:.2f}, at best 1)"
        return 0, [Finding(message + "; is it the right recording?")]
    delay = _onset(dry, wet, round(whole.delay))
    if delay < _EARLIEST:
        message = f"the recording begins {-delay} frames before the dry signal; were the two swapped?"
        return delay, [Finding(message)]
    drift = _drift(dry, wet, delay)
    if abs(drift) > _MOST_DRIFT:
        message = f"the recording drifts by {drift:.1f} frames from its beginning to its end"
        return delay, [Finding(message + ": play and record with one interface, or one clock")]
    return delay, []


def noise_findings(dry: Array, wet: Array, rate: int) -> list[Finding]:
    """Measure the noise of the recording while the dry signal has been silent for half a second. Both are
    ``(frames,)``, and ``rate`` is in Hz.
    """
    quiet = np.abs(dry) < 1e-5
    # Number of silent frames up to each frame.
    run = np.arange(dry.size) - np.maximum.accumulate(np.where(quiet, -1, np.arange(dry.size)))
    silent = run > rate // 2
    if np.count_nonzero(silent) < rate // 10:
        return []
    # The mean is subtracted: a constant is an offset, which a model can learn.
    noise = float(np.std(wet[silent].astype(np.float64)))
    level = float(np.sqrt(np.mean(wet[~silent].astype(np.float64) ** 2)))
    if noise <= 0.0 or level <= 0.0:
        return []
    decibels = 20.0 * np.log10(noise / level)
    if decibels <= _MOST_NOISE_DB:
        return []
    return [Finding(f"in silence the recording has noise at {decibels:.0f} dB relative to its level")]


def _drift(dry: Array, wet: Array, near: int) -> float:
    """Frames by which the delay grows from the beginning to the end, 0.0 if it does not grow steadily.

    Clocks that differ make the delay grow by the same number of frames in each part. A change of music or a
    resonant cabinet also moves the peak of the correlation, but in one jump or at random. The slope is the
    median of the slopes between any two parts (Theil and Sen). The drift is computed from this slope or from
    the median step between neighbouring parts, whichever is smaller.
    """
    length = dry.size // _DRIFT_PARTS
    if length < _LEAST_PART:
        return 0.0
    delays = []
    for start in range(0, _DRIFT_PARTS * length, length):
        x, y = dry[start : start + length], wet[start : start + length]
        if np.any(x) and np.any(y):
            delays.append(align(x, y, max_delay=abs(near) + 2000).delay)
    if len(delays) < _DRIFT_PARTS * 2 // 3:
        return 0.0
    found = np.asarray(delays)
    first, second = np.triu_indices(found.size, 1)
    slope = float(np.median((found[second] - found[first]) / (second - first)))
    from_line = found - slope * np.arange(found.size)
    scatter = float(np.median(np.abs(from_line - np.median(from_line))))
    step = float(np.median(np.diff(found)))
    if slope * step <= 0.0 or scatter > abs(slope) * _DRIFT_PARTS * _MOST_SCATTER:
        return 0.0
    return _DRIFT_PARTS * min(slope, step, key=abs)


def _onset(dry: Array, wet: Array, strongest: int) -> int:
    """The start of the linear response, before the frame at which it is strongest."""
    first = max(0, int(np.argmax(np.convolve(np.abs(dry[::64]), np.ones(512), "valid"))) * 64 - 1000)
    x = dry[first : first + _WHERE].astype(np.float64)
    y = wet[max(0, first + strongest - 1024) : first + strongest + _WHERE - 1024].astype(np.float64)
    shift = max(0, first + strongest - 1024) - first
    size = 1 << (x.size + y.size).bit_length()
    spectrum = np.fft.rfft(x, size)
    power = np.abs(spectrum) ** 2
    response = np.fft.irfft(np.conj(spectrum) * np.fft.rfft(y, size) / (power + 1e-3 * power.mean()), size)
    at = strongest - shift
    window = np.abs(response[np.arange(at - _ONSET_FRAMES, at + 8) % size])
    least = max(_ONSET * window.max(), min(_ONSET_NOISE * np.median(window), window.max()))
    onset = int(np.argmax(window >= least))
    return at - _ONSET_FRAMES + onset + shift - 1
