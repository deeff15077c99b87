"""Mixes several captures of the same signal, as an engineer mixes microphones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..levels.impulse import delay
from ..model import Model, check_model

_PARTS = "blend takes a list with a tuple for each model: (model, gain in dB, polarity)"


@dataclass(frozen=True)
class BlendPart:
    """One model of a blend: its gain in dB, its polarity (1 or -1), and its delay in frames."""

    model: Model
    gain_db: float
    polarity: int
    delay: int


class Blend:
    """The aligned sum of several models, for whole recordings; ``blend`` makes one.

    ``render`` and ``render_file`` play it like a model. The result is float64.

    Attributes
    ----------
    parts : the models and how each is mixed. delay : frames by which the result is late.
    """

    def __init__(self, parts: Sequence[BlendPart]) -> None:
        self.parts = tuple(parts)
        self.delay = max(part.delay for part in self.parts)


def check_playable(model: object) -> None:
    """Raises TypeError, which says what to do, unless it is a ``Model`` or a ``Blend``."""
    if not isinstance(model, Blend):
        check_model(model)


def blend(parts: Sequence[tuple[Model, float, int]]) -> Blend:
    """Mix several captures, shifted so that all respond at the same time (``levels.delay``).

    Parameters
    ----------
    parts : for each model its gain in dB and its polarity, 1 or -1. All models have one input, and the same
        number of outputs, sample rate and dtype.

    Raises
    ------
    TypeError
        If a part is not such a tuple, or its model is not loaded.
    ValueError
        No parts, a gain that is not finite, a polarity that is neither 1 nor -1, or models that differ in
        outputs, sample rate or dtype.
    """
    if isinstance(parts, (str, bytes, dict)) or not isinstance(parts, Iterable):
        raise TypeError(f"{_PARTS}; found {type(parts).__name__}")
    if not parts:
        raise ValueError("blend needs one model at least")
    for part in parts:
        if not isinstance(part, (tuple, list)) or len(part) != 3:
            raise TypeError(f"{_PARTS}; one of them is {part!r}")
        check_model(part[0], "the model of a part")
    first = parts[0][0]
    made = []
    for model, gain_db, sign in parts:
        if sign not in (1, -1):
            raise ValueError(f"polarity must be 1 or -1; found {sign!r}")
        if not math.isfinite(gain_db):
            raise ValueError(f"the gain must be finite; found {gain_db}")
        if model.sample_rate != first.sample_rate:
            raise ValueError(
                f"blend takes models of one rate; found {first.sample_rate:g} and {model.sample_rate:g} Hz"
            )
        if model.output_channels != first.output_channels:
            raise ValueError("the models have different numbers of outputs")
        if model.dtype != first.dtype:
            raise ValueError(f"blend takes models of one dtype; found {first.dtype} and {model.dtype}")
        made.append(BlendPart(model, gain_db, sign, delay(model).frames))
    return Blend(made)
