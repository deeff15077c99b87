"""Several captures of one signal, mixed as an engineer mixes microphones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..levels.impulse import delay
from ..model import Model
from .rendering import render


class _Part(NamedTuple):
    model: Model
    factor: float
    delay: int


class Blend:
    """The aligned sum of several models, for whole recordings; ``blend`` makes one.

    Attributes
    ----------
    sample_rate : Hz, of all models. delay : frames by which every model's answer is late in the result.
    """

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._parts = tuple(parts)
        self.sample_rate = self._parts[0].model.sample_rate
        self.delay = max(part.delay for part in self._parts)

    def render(self, audio: npt.ArrayLike) -> npt.NDArray[Any]:
        """Play a whole signal, ``(frames,)``, through every model from its start state, and sum.

        Returns
        -------
        float64 ``(frames,)``, or ``(channels, frames)`` where the models have several outputs.

        Raises
        ------
        TypeError, ValueError : as ``nam_core.render``.
        """
        total: npt.NDArray[np.float64] | None = None
        for part in self._parts:
            wet = np.asarray(render(part.model, audio), dtype=np.float64) * part.factor
            late = self.delay - part.delay
            if late:
                moved = np.zeros_like(wet)
                moved[..., late:] = wet[..., :-late]
                wet = moved
            total = wet if total is None else total + wet
        assert total is not None
        return total


def blend(parts: Sequence[tuple[Model, float, int]]) -> Blend:
    """Mix several captures, each moved so that all answer at the same time (``levels.delay``).

    Parameters
    ----------
    parts : for each model its gain in dB and its polarity, 1 or -1. All models have one input, as many
        outputs and one sample rate.

    Raises
    ------
    ValueError : no parts, a polarity that is neither 1 nor -1, or models that do not go together.
    """
    if not parts:
        raise ValueError("blend needs one model at least")
    first = parts[0][0]
    made = []
    for model, gain_db, sign in parts:
        if sign not in (1, -1):
            raise ValueError(f"polarity must be 1 or -1; found {sign!r}")
        if model.sample_rate != first.sample_rate:
            raise ValueError(
                f"blend takes models of one rate; found {first.sample_rate:g} and {model.sample_rate:g} Hz"
            )
        if model.output_channels != first.output_channels:
            raise ValueError("the models have different numbers of outputs")
        made.append(_Part(model, sign * 10.0 ** (gain_db / 20.0), delay(model).frames))
    return Blend(made)
