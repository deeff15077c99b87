"""The loudness of a model, as the trainer computes it for a file's metadata (format 11.2)."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..audio.reader import read_audio
from ..model import Model, check_model

# Path of the standard input inside neural-amp-modeler.
_STANDARD_INPUT = Path("models", "_resources", "loudness_input.wav")
# If the stated loudness differs from the measured loudness by more than this many dB, it was not measured on
# this model. The trainer's figures differ by 1e-4 dB, those of its first versions by 0.01 dB.
IMPLAUSIBLE_DB = 0.5


@dataclass(frozen=True)
class Loudness:
    """The loudness of a model in dB: RMS of its output for the standard input.

    Attributes
    ----------
    measured : found by running the model; None if the standard input is not installed.
    stated : read from the file, for the present size; None if the file does not state it.
    """

    measured: float | None
    stated: float | None

    @property
    def value(self) -> float | None:
        """The measured loudness if there is one, otherwise the stated loudness or None."""
        return self.stated if self.measured is None else self.measured

    @property
    def plausible(self) -> bool:
        """Whether the stated loudness is plausible; some files hold a placeholder."""
        if self.measured is None or self.stated is None:
            return True
        return abs(self.measured - self.stated) <= IMPLAUSIBLE_DB


def loudness(model: Model, standard_input: str | os.PathLike[str] | None = None) -> Loudness:
    """Measure the loudness of a model at its present size, as the trainer does when it writes a file.

    The model plays the trainer's standard input, one second, from its start state, without resampling. The
    result is the RMS of the output: no weighting, no gating, DC included. It equals the trainer's result to
    1e-4 dB.

    Parameters
    ----------
    model : must have one input; its state does not change.
    standard_input : path of ``loudness_input.wav``; None takes the one inside an installed
        neural-amp-modeler, without importing that package.

    Returns
    -------
    ``Loudness``. Without the standard input, ``measured`` is None.

    Raises
    ------
    TypeError : ``model`` is not loaded. ValueError : the model has several inputs. FileNotFoundError :
        ``standard_input`` does not exist.
    """
    check_model(model)
    if model.input_channels != 1:
        raise ValueError(f"loudness needs a model with one input; this one has {model.input_channels}")
    path = _installed_input() if standard_input is None else Path(standard_input)
    stated = model.stated_loudness
    if path is None:
        return Loudness(None, stated)
    signal = _read(str(path), path.stat().st_mtime_ns)
    player = model.copy()
    player.reset()
    output = np.asarray(player.process(signal), dtype=np.float64)
    rms = math.sqrt(float(np.mean(output**2)))
    return Loudness(20.0 * math.log10(rms) if rms > 0.0 else -math.inf, stated)


def standard_input() -> npt.NDArray[np.float32] | None:
    """The trainer's standard input, float32 ``(frames,)``; None if neural-amp-modeler is not installed."""
    path = _installed_input()
    return None if path is None else _read(str(path), path.stat().st_mtime_ns)


def _installed_input() -> Path | None:
    """The path of the standard input inside an installed neural-amp-modeler; None if it is not installed."""
    spec = find_spec("nam")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _STANDARD_INPUT
        if path.is_file():
            return path
    return None


@lru_cache(maxsize=4)
def _read(path: str, _changed: int) -> npt.NDArray[np.float32]:
    signal, _ = read_audio(path)
    return np.ascontiguousarray(signal[0], np.float32)
