"""Checks of audio arrays: which ones a model takes, and the errors for others."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.floating[Any]]


def audio_shape(channels: int, frames: int) -> tuple[int, ...]:
    """``(frames,)`` for one channel, ``(channels, frames)`` for several."""
    return (frames,) if channels == 1 else (channels, frames)


def not_finite(samples: Audio) -> npt.NDArray[np.bool_] | None:
    """Which samples are NaN or infinite, in an array of the same shape; None if all are finite."""
    finite = np.isfinite(samples)
    return None if finite.all() else ~finite


def prepare(block: npt.ArrayLike, channels: int, dtype: np.dtype[Any]) -> Audio:
    """Return the block as a contiguous array of this dtype and number of channels; itself if it is one.

    Raises
    ------
    TypeError
        For integer audio.
    ValueError
        For a wrong shape, or a sample that is NaN or infinite, in ``dtype``.
    """
    array = np.asarray(block)
    if array.dtype.kind != "f":
        # Signed samples of a sound file; unsigned ones have an offset, and Python's ints no full scale.
        scalable = isinstance(block, np.ndarray) and array.dtype.kind == "i"
        how = f", and divide by {np.iinfo(array.dtype).max + 1}" if scalable else ""
        raise TypeError(
            f"audio must be floating-point with full scale 1.0; found {array.dtype}: convert it{how}"
        )
    if channels == 1 and array.ndim != 1:
        found = f"this model takes one channel, shape (frames,); found shape {array.shape}: "
        raise ValueError(found + _to_one_channel(array.shape))
    if channels > 1 and (array.ndim != 2 or array.shape[0] != channels):
        found = (
            f"this model takes {channels} channels, shape ({channels}, frames); found shape {array.shape}: "
        )
        raise ValueError(found + _to_several_channels(array.shape, channels))
    # Too large for float32 is infinite there, and refused below.
    with np.errstate(over="ignore"):
        converted = np.require(array, dtype, ["C_CONTIGUOUS", "ALIGNED"])
    bad = not_finite(converted)
    if bad is not None:
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        value = array[place]
        where = f"frame {place[-1]}" + (f" of channel {place[0]}" if channels > 1 else "")
        raise ValueError(f"audio must be finite; found {value} at {where}")
    return converted


def check_out(out: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise TypeError or ValueError if ``out`` cannot take a result of this shape and dtype."""
    if not isinstance(out, np.ndarray) or out.dtype != dtype:
        found = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
        raise TypeError(f"out must be a {dtype} array; found {found}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}; found {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable; found a read-only array")


def _to_one_channel(shape: tuple[int, ...]) -> str:
    """What to do with an array of this shape where one channel is wanted."""
    if len(shape) != 2:
        return "pass an array with one axis"
    if shape[1] == 1:
        return "take the column (block[:, 0])"
    if shape[0] == 1:
        return "take the row (block[0])"
    # Whichever axis is longer is taken to be time: soundfile and sounddevice put it first.
    one = "column (block[:, 0], block[:, 1], ...)" if shape[0] > shape[1] else "row (block[0], block[1], ...)"
    return f"choose one {one}, or play each with a model of its own (Model.copy)"


def _to_several_channels(shape: tuple[int, ...], channels: int) -> str:
    """What to do with an array of this shape where several channels are wanted."""
    if len(shape) == 2 and shape[1] == channels:
        return "turn it over (block.T)"
    if len(shape) == 1:
        return f"stack {channels} signals (numpy.stack([first, second, ...]))"
    return f"pass {channels} rows, one for each channel"
