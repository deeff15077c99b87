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
from ..model import Model

# Where neural-amp-modeler keeps its standard input.
_STANDARD_INPUT = Path("models", "_resources", "loudness_input.wav")
# A figure in a file that is this far from what is measured is no measurement of this model.
IMPLAUSIBLE_DB = 1.0


@dataclass(frozen=True)
class Loudness:
    """The loudness of a model in dB: RMS of its output for the standard input.

    Attributes
    ----------
    measured : by running the model; None where the standard input is not at hand.
    stated : by the file, for the present size; None where it says nothing.
    """

    measured: float | None
    stated: float | None

    @property
    def value(self) -> float | None:
        """The measured figure, else the stated one, else None."""
        return self.stated if self.measured is None else self.measured

    @property
    def plausible(self) -> bool:
        """Whether the stated figure is plausible: some files hold a placeholder."""
        if self.measured is None or self.stated is None:
            return True
        return abs(self.measured - self.stated) < IMPLAUSIBLE_DB


def loudness(model: Model, standard_input: str | os.PathLike[str] | None = None) -> Loudness:
    """Measure how loud a model is at its present size, as the trainer does when it writes a file.

    The model plays the trainer's standard input, one second, from its start state, without resampling. The
    result is the plain RMS of the output: no weighting, no gating, DC counts. It equals the trainer's to 1e-4
    dB.

    Parameters
    ----------
    model : one input; its state does not change.
    standard_input : path of ``loudness_input.wav``; None takes that of an installed neural-amp-modeler,
        without importing it.

    Returns
    -------
    ``Loudness``. Without standard input, ``measured`` is None and the file's own figure counts.

    Raises
    ------
    ValueError : the model has several inputs. FileNotFoundError : ``standard_input`` does not exist.
    """
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
    """The trainer's standard input, float32 ``(frames,)``; None where neural-amp-modeler is not installed."""
    path = _installed_input()
    return None if path is None else _read(str(path), path.stat().st_mtime_ns)


def _installed_input() -> Path | None:
    """The standard input of an installed trainer's package; None without one."""
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
