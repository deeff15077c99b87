"""The frequency weighting of ITU-R BS.1770: a high shelf for the head, and a high-pass at 38 Hz."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .products import times

Array = npt.NDArray[np.float64]
Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]

# Frames that one product of matrices weights, and how many of them another one connects by their states.
_BLOCK = 64
_GROUP = 16
_STATES = 4


def _shelf(sample_rate: float) -> Biquad:
    """The first stage for any rate: the analogue filter that gives BS.1770's coefficients at 48 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    b = ((high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - band * k / q + k * k) / a0)
    return b, (1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0)


def _high_pass(sample_rate: float) -> Biquad:
    """The second stage, likewise."""
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0)


class _Matrices(NamedTuple):
    """The recursive filters over a block of frames, as matrices that take rows of frames or of states.

    Attributes
    ----------
    output : ``(_BLOCK, _BLOCK)``, from the block to its weighted frames. rest : ``(_STATES, _BLOCK)``, what
        the states before it add. drive : ``(_BLOCK, _STATES)``, from the block to the states after it.
    power : ``(_BLOCK + 1, _STATES, _STATES)``, from states to those so many frames later.
    group : ``(_GROUP * _STATES, _GROUP * _STATES)``, from what drives the blocks of a group to the states
        after each. decay : ``(_STATES, _GROUP * _STATES)``, what the states before the group add to them.
    """

    output: Array
    rest: Array
    drive: Array
    power: Array
    group: Array
    decay: Array

    @property
    def power_of_group(self) -> Array:
        """From the states before a group to those after it."""
        return self.decay[:, -_STATES:]


def _step(stages: tuple[Biquad, Biquad], x: float, state: Array) -> float:
    """One frame through both filters (transposed direct form II)."""
    for stage, (b, a) in enumerate(stages):
        s = state[2 * stage : 2 * stage + 2]
        y = b[0] * x + s[0]
        s[0], s[1] = b[1] * x - a[1] * y + s[1], b[2] * x - a[2] * y
        x = y
    return x


@lru_cache(maxsize=8)
def _matrices(sample_rate: float) -> _Matrices:
    stages = (_shelf(sample_rate), _high_pass(sample_rate))
    # The answer to an impulse, and the states after it.
    state, impulse, after = np.zeros(_STATES), np.zeros(_BLOCK), np.zeros((_BLOCK, _STATES))
    for t in range(_BLOCK):
        impulse[t] = _step(stages, 1.0 if t == 0 else 0.0, state)
        after[t] = state
    # The same for each state by itself.
    rest, power = np.zeros((_STATES, _BLOCK)), np.zeros((_BLOCK + 1, _STATES, _STATES))
    power[0] = np.eye(_STATES)
    for index, state in enumerate(np.eye(_STATES)):
        for t in range(_BLOCK):
            rest[index, t] = _step(stages, 0.0, state)
            power[t + 1, index] = state
    lag = np.arange(_BLOCK)[None, :] - np.arange(_BLOCK)[:, None]
    output = np.where(lag >= 0, impulse[lag], 0.0)
    blocks = [np.linalg.matrix_power(power[_BLOCK], n) for n in range(_GROUP + 1)]
    zero = np.zeros((_STATES, _STATES))
    group = np.block(
        [[blocks[to - by] if to >= by else zero for to in range(_GROUP)] for by in range(_GROUP)]
    )
    return _Matrices(output, rest, after[::-1].copy(), power, group, np.hstack(blocks[1:]))


class KWeighting:
    """Filters a stream of ``(channels, frames)`` pieces: recursive filters as products of matrices."""

    def __init__(self, sample_rate: float, channels: int) -> None:
        self._matrices = _matrices(sample_rate)
        self._states = np.zeros((channels, _STATES))

    def process(self, audio: Array) -> Array:
        """The weighted piece, ``(channels, frames)`` float64. Allocates."""
        out = np.empty(audio.shape)
        for row, weighted, states in zip(audio, out, self._states, strict=True):
            self._weight(row, weighted, states)
        return out

    def _weight(self, row: Array, out: Array, states: Array) -> None:
        """One channel; ``states`` become those after it."""
        m = self._matrices
        count = row.size // _BLOCK
        whole = count * _BLOCK
        blocks = row[:whole].reshape(count, _BLOCK)
        groups = -(-count // _GROUP)
        drive = np.zeros((groups * _GROUP, _STATES))
        drive[:count] = blocks @ m.drive
        # After each block, as if each group began with silence; then what was before the group is added.
        after = times(drive.reshape(groups, _GROUP * _STATES), m.group)
        first = np.empty((groups + 1, _STATES))
        first[0] = states
        for number in range(groups):
            first[number + 1] = first[number] @ m.power_of_group + after[number, -_STATES:]
        after += first[:-1] @ m.decay
        before = np.concatenate([states, after.ravel()])[: (count + 1) * _STATES].reshape(-1, _STATES)
        out[:whole] = times(blocks, m.output).ravel()
        out[:whole] += (before[:-1] @ m.rest).ravel()
        left = row[whole:]
        out[whole:] = left @ m.output[: left.size, : left.size] + before[-1] @ m.rest[:, : left.size]
        states[:] = before[-1] @ m.power[left.size] + left @ m.drive[_BLOCK - left.size :]
