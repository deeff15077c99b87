"""The gains around a model: plain gains, normalisation by loudness, calibration by dBu (format 11.4)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from ..model import Model, check_model
from .model_loudness import loudness

# Limits of an interface's level, dBu RMS of a sine at full scale; a level outside is a mistake.
_PLAUSIBLE_DBU = (-60.0, 60.0)


@dataclass(frozen=True)
class Gains:
    """Gains in dB before and after a model."""

    input_db: float
    output_db: float

    @property
    def input_factor(self) -> float:
        """The input gain as a factor."""
        return float(10.0 ** (self.input_db / 20.0))

    @property
    def output_factor(self) -> float:
        """The output gain as a factor."""
        return float(10.0 ** (self.output_db / 20.0))


def gains(
    model: Model,
    *,
    input_gain_db: float = 0.0,
    output_gain_db: float = 0.0,
    normalize: float | None = None,
    interface_dbu: float | None = None,
) -> Gains:
    """Return the gains before and after a model, at its present size, for a wanted level.

    Parameters
    ----------
    model : the model that the gains are for.
    input_gain_db, output_gain_db : added to the gains that the other arguments give.
    normalize : target loudness of the output in dB, such as the plugin's -18. The loudness of the model is
        measured (``loudness``), or read from its file if it cannot be. Not together with ``interface_dbu``.
    interface_dbu : dBu RMS of a 1 kHz sine that reads 0 dBFS peak at your interface's input. The input gain
        restores the level at which the amplifier was captured (``metadata.input_level_dbu``), the output gain
        the level that the amplifier had (``metadata.output_level_dbu``).

    Returns
    -------
    ``Gains``. A gain whose level is not known is 0 dB.

    Warns
    -----
    UserWarning : the file lacks a level that is needed, or states an implausible one. Nothing is guessed.

    Raises
    ------
    TypeError : ``model`` is not loaded.
    ValueError : both ``normalize`` and ``interface_dbu`` are given, or the interface level is outside -60 to
        60 dBu.
    """
    check_model(model)
    if normalize is not None and interface_dbu is not None:
        raise ValueError("normalize and interface_dbu both set the output level; choose one of them")
    before, after = input_gain_db, output_gain_db
    # The warning names the file, because the warnings of a whole batch are read later.
    of = f"{model.path}: " if model.path else ""
    if normalize is not None:
        found = loudness(model)
        if not found.plausible:
            _warn(
                f"{of}the file states a loudness of {found.stated:.2f} dB; "
                f"measured is {found.measured:.2f} dB, which is used"
            )
        if found.value is None:
            _warn(f"{of}the loudness is not known: the file does not state it; the output is not normalised")
        elif found.value == float("-inf"):
            _warn(f"{of}the model is silent; nothing is normalised")
        else:
            after += normalize - found.value
    if interface_dbu is not None:
        _check(interface_dbu)
        meta = model.metadata
        captured = _plausible(meta.input_level_dbu, f"{of}the file", "input_level_dbu")
        amplifier = _plausible(meta.output_level_dbu, f"{of}the file", "output_level_dbu")
        before += 0.0 if captured is None else interface_dbu - captured
        after += 0.0 if amplifier is None else amplifier - interface_dbu
    return Gains(before, after)


def _check(interface_dbu: float) -> None:
    low, high = _PLAUSIBLE_DBU
    if not low <= interface_dbu <= high:
        raise ValueError(f"interface_dbu must be from {low:g} to {high:g} dBu; found {interface_dbu}")


def _plausible(dbu: float | None, file: str, name: str) -> float | None:
    low, high = _PLAUSIBLE_DBU
    if dbu is None:
        _warn(f"{file} does not state {name}; no gain is set from it")
    elif not low <= dbu <= high:
        _warn(f"{file} states {name} = {dbu:g} dBu, which no interface has; no gain is set from it")
        return None
    return dbu


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=3)
