"""Impulse responses at another sample rate or level, when the caller asks for it (format 15.3)."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np

from ..errors import NamConfigError
from .config import DEFAULT_SAMPLE_RATE, LinearConfig, NamModel
from .impulse_response import MAX_TAPS
from .weight_layout import Weights, split_weights, weight_parts

# Frames of silence behind the last tap: the resampler's filter reaches that far at any ratio up to 16.
_TAIL = 4096


def at_sample_rate(model: NamModel, sample_rate: float) -> NamModel:
    """The model for another sample rate: a Linear's taps resampled; the same object where the rate is right.

    The taps go through soxr's best sinc filter, times old rate / new rate, so that a cabinet is as loud at
    every rate; biases stay. What the filter rings before the first tap is lost: no output comes before its
    input.

    Parameters
    ----------
    sample_rate : Hz. A model that does not say its own is taken to run at 48000 Hz.

    Raises
    ------
    ValueError
        If the rate is not a positive number.
    NamConfigError
        If the rates differ and the model is no Linear, or the response would be too long.
    """
    if not 0.0 < sample_rate < float("inf"):
        raise ValueError(f"sample_rate must be a number of Hz above 0; found {sample_rate}")
    own = model.sample_rate or DEFAULT_SAMPLE_RATE
    if own == sample_rate:
        return model
    config = model.config
    if not isinstance(config, LinearConfig):
        raise NamConfigError(
            f"this {model.architecture} runs at {own:g} Hz; only impulse responses can be resampled. "
            f"Resample the recording to {own:g} Hz instead",
            path=model.path,
            location=f"{model.location}.sample_rate" if model.location else "sample_rate",
        )
    frames = max(1, ceil(config.receptive_field * sample_rate / own))
    if frames > MAX_TAPS:
        raise NamConfigError(f"has {frames} taps at {sample_rate:g} Hz; at most {MAX_TAPS}", path=model.path)
    parts = split_weights(weight_parts(config), model.weights)
    parts["weight"] = _resampled(parts["weight"], own, sample_rate, frames)
    return replace(
        model,
        config=replace(config, receptive_field=frames),
        weights=_flat(parts),
        sample_rate=float(sample_rate),
        source=None,
    )


def normalized(model: NamModel) -> NamModel:
    """A Linear scaled so that white noise keeps its level: its loudest response has energy 1.

    The energy is the sum of the squared taps; all responses and biases get one factor. A response of zeros
    stays.

    Raises
    ------
    NamConfigError
        If the model is no Linear.
    """
    if not isinstance(model.config, LinearConfig):
        message = f"this is a {model.architecture}; only impulse responses are normalized"
        raise NamConfigError(message, path=model.path)
    parts = split_weights(weight_parts(model.config), model.weights)
    energy = np.square(parts["weight"].astype(np.float64)).sum(axis=-1).max()
    factor = 1.0 / np.sqrt(energy) if energy > 0.0 else 1.0
    return replace(model, weights=_flat({name: part * factor for name, part in parts.items()}), source=None)


def _resampled(taps: Weights, old: float, new: float, frames: int) -> Weights:
    import soxr

    rows = taps.reshape(-1, taps.shape[-1]).astype(np.float64)
    result = np.zeros((len(rows), frames))
    for row, response in zip(result, rows, strict=True):
        made = soxr.resample(np.pad(response, (0, _TAIL)), old, new, quality="VHQ")[:frames]
        row[: len(made)] = made * (old / new)
    return result.astype(np.float32).reshape(*taps.shape[:-1], frames)


def _flat(parts: dict[str, Weights]) -> Weights:
    flat = np.concatenate([np.ravel(part) for part in parts.values()]).astype(np.float32)
    flat.flags.writeable = False
    return flat
