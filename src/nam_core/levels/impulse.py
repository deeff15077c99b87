"""The delay and the polarity of a model, which come from the chain that recorded it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model import Model, check_model

Array = npt.NDArray[np.float64]

# Peak of the impulses: -40 dBFS, at which amplifiers are nearly linear.
_LEVEL = 0.01
# Silence before the impulse, in which the state of an LSTM settles.
_SETTLING_SECONDS = 1.0


@dataclass(frozen=True)
class Delay:
    """The delay of a model.

    Attributes
    ----------
    frames : frames from an impulse to the strongest sample of the response; 0 for a model without delay.
    confidence : 0 to 1, how much stronger that sample is than all samples two or more frames away. Near 0 the
        response is spread out, as by a cabinet, and the delay is uncertain by a few frames.
    """

    frames: int
    confidence: float


@dataclass(frozen=True)
class Polarity:
    """The polarity of a model.

    Attributes
    ----------
    sign : 1, or -1 if the strongest sample of the response to an impulse is negative.
    confidence : 0 to 1, how much stronger that sample is than the strongest sample of the other sign. Near 0
        the response reaches equally far in both directions, and the polarity is undecided.
    """

    sign: int
    confidence: float


def _response(model: Model) -> Array:
    """The linear part of the impulse response, ``(frames,)``: half the difference of the two polarities'
    responses.
    """
    check_model(model)
    if model.input_channels != 1:
        raise ValueError(f"delay is defined for models with one input; this one has {model.input_channels}")
    start = 0 if model.settles else round(_SETTLING_SECONDS * model.sample_rate)
    frames = max(2 * model.receptive_field, round(0.1 * model.sample_rate))
    answers = []
    for sign in (1.0, -1.0):
        impulse = np.zeros(start + frames, dtype=model.dtype)
        impulse[start] = sign * _LEVEL
        player = model.copy()
        player.reset()
        answers.append(np.atleast_2d(np.asarray(player.process(impulse), dtype=np.float64))[0, start:])
    answer = (answers[0] - answers[1]) / (2.0 * _LEVEL)
    if not np.any(answer):
        raise ValueError("the model does not respond to an impulse of -40 dBFS")
    return np.asarray(answer)


def delay(model: Model) -> Delay:
    """Find the delay of a model or chain from its response to an impulse of -40 dBFS.

    Parameters
    ----------
    model : must have one input; of several outputs the first is used. Its state does not change.

    Raises
    ------
    TypeError : ``model`` is not loaded. ValueError : the model has several inputs, or does not respond.
    """
    answer = np.abs(_response(model))
    strongest = int(np.argmax(answer))
    others = answer.copy()
    others[max(0, strongest - 1) : strongest + 2] = 0.0
    return Delay(strongest, _ahead(float(np.max(others)), float(answer[strongest])))


def polarity(model: Model) -> Polarity:
    """Find whether a model or chain inverts the signal. Parameters and errors are those of ``delay``."""
    answer = _response(model)
    strongest = float(answer[np.argmax(np.abs(answer))])
    sign = 1 if strongest > 0 else -1
    return Polarity(sign, _ahead(float(np.max(-sign * answer, initial=0.0)), abs(strongest)))


def _ahead(second: float, first: float) -> float:
    return 1.0 - second / first
