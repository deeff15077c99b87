"""Pedal, amplifier and cabinet as one model, and models as files."""

from __future__ import annotations

import json
import math
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from .audio.json_files import write_json
from .errors import NamConfigError
from .format.nam_file import Source, read_nam
from .format.resampling import at_sample_rate, normalized
from .format.schema import LinearTaps
from .format.writing import json_object, one_tap, sequential
from .levels.model_loudness import loudness
from .loading import load
from .model import Model, check_model

# dB. More is no level of sound.
_MOST_GAIN = 200.0


def chain(
    models: Sequence[Source | Model],
    gains: Sequence[float] = (),
    *,
    sample_rate: float | None = None,
    normalize: bool = False,
    linear_taps: LinearTaps = "newest_first",
    **options: Any,
) -> Model:
    """Connect models, the output of each to the input of the next, as one model (format 15.1).

    Parameters
    ----------
    models : one or more; each anything that ``load`` takes, a sound file with an impulse response included,
        or a loaded ``Model``. Of a ``Model``, the file counts, and not its state or the size that it plays.
    gains : level changes between the models in dB, one fewer than there are models. They become models of
        their own, with one tap each. Without them nothing is changed.
    sample_rate : Hz at which the chain is to run: impulse responses of another rate are resampled to it.
    normalize : whether every impulse response is scaled so that white noise keeps its level. For one of
        several, load it so (``load(..., normalize=True)``) and pass the ``Model``.
    linear_taps : order of the taps in the models' files; of a ``Model``, ``load`` was told.
    options : as for ``load``, for the whole chain.

    Returns
    -------
    A new model in its start state. Its metadata is empty.

    Raises
    ------
    ValueError
        If there is no model, or another number of gains, or a gain that is not from -200 to 200.
    NamConfigError
        If the models' sample rates differ, or one takes another number of channels than the one before gives.
    TypeError
        If ``models`` is one model or no list, or one of them is nothing that ``load`` takes.
    """
    if isinstance(models, (str, bytes, dict, os.PathLike, Model)):
        raise TypeError("chain takes a list of models; for one model use load")
    if not isinstance(models, Sequence):
        raise TypeError(f"chain takes a list of models; found {type(models).__name__}")
    if not models:
        raise ValueError("a chain needs at least one model")
    if gains and len(gains) != len(models) - 1:
        raise ValueError(f"gains must be {len(models) - 1}, one between each two models; found {len(gains)}")
    if not all(abs(gain) <= _MOST_GAIN for gain in gains):
        raise ValueError(f"gains must be from -200 to 200 dB; found {list(gains)}")
    files = [
        model.nam if isinstance(model, Model) else read_nam(model, linear_taps=linear_taps)
        for model in models
    ]
    if sample_rate is not None:
        files = [file if file.sample_rate is None else at_sample_rate(file, sample_rate) for file in files]
    if normalize:
        files = [normalized(file) if file.architecture == "Linear" else file for file in files]
    first = next((file for file in files if file.sample_rate is not None), files[0])
    for file in files:
        if file.sample_rate is not None and file.sample_rate != first.sample_rate:
            raise NamConfigError(
                f"runs at {file.sample_rate:g} Hz, and {first.path or 'a model before it'} at "
                f"{first.sample_rate:g} Hz; impulse responses can be resampled: chain(..., sample_rate=HZ), "
                f"load(..., sample_rate={first.sample_rate:g}), nam-core combine --sample-rate HZ",
                path=file.path,
            )
    parts: list[dict[str, Any]] = []
    for index, file in enumerate(files):
        if index and gains and gains[index - 1] != 0.0:
            factor = 10 ** (gains[index - 1] / 20)
            parts.append(one_tap(factor, files[index - 1].config.out_channels, first.sample_rate))
        parts.append(json_object(file))
    return load(sequential(parts, first.sample_rate), **options)


def save(model: Model, path: str | os.PathLike[str], *, metadata: dict[str, Any] | None = None) -> None:
    """Write a model as a .nam file, with all its sizes; weights keep their float32 values.

    A chain becomes a Sequential with its models whole. Its ``loudness`` is measured as the trainer does
    (format 11.2), of the full size as ``load`` plays it. It is left out, with a warning that says why, if the
    trainer's standard input is not installed, or the chain has several inputs or is silent. The file appears
    under its name when it is complete.

    Parameters
    ----------
    model : any model, at any quality.
    path : name of the file.
    metadata : JSON values that replace those of the same names in the file's metadata.

    Raises
    ------
    OSError
        If the file cannot be written; an old one is then as it was.
    TypeError
        If ``model`` is not loaded.
    TypeError, ValueError
        If the metadata is not JSON, or has a number that is not finite.
    """
    check_model(model)
    file = json_object(model.nam)
    kept = {**(file.get("metadata") or {}), **(metadata or {})}
    json.dumps(metadata, allow_nan=False)
    is_unmeasured = model.architecture == "Sequential" and "loudness" not in kept
    if is_unmeasured and (measured := _loudness(file)) is not None:
        kept["loudness"] = measured
    write_json(path, {**file, "metadata": kept} if kept else file)


def _loudness(file: dict[str, Any]) -> float | None:
    """What the trainer would write; None, with a warning, where there is no such figure."""
    model = load(file, max_bytes=sys.maxsize)
    if model.input_channels != 1:
        reason = f"it is defined for one input, and this chain has {model.input_channels}"
    elif (measured := loudness(model).measured) is None:
        reason = (
            "it is measured with the trainer's standard input, which comes with "
            "`pip install nam_core[reference]`"
        )
    elif measured == -math.inf:
        reason = "the chain is silent"
    else:
        return measured
    warnings.warn(f"loudness is left out: {reason}", stacklevel=3)
    return None
