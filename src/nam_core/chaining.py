"""Pedal, amplifier and cabinet as one model, and models as files."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import orjson

from .audio.safe_writing import write_file
from .errors import NamConfigError
from .format.nam_file import Source, read_nam
from .format.writing import json_object, one_tap, sequential
from .levels.model_loudness import loudness
from .loading import load
from .model import Model


def chain(models: Sequence[Source | Model], gains: Sequence[float] = (), **options: Any) -> Model:
    """Connect models, the output of each to the input of the next, as one model (format 15.1).

    Parameters
    ----------
    models : one or more; each anything that ``load`` takes, a sound file with an impulse response included,
        or a loaded ``Model``. Of a ``Model``, the file counts, and not its state or the size that it plays.
    gains : level changes between the models in dB, one fewer than there are models. They become models of
        their own, with one tap each. Without them nothing is changed.
    options : as for ``load``, for the whole chain.

    Returns
    -------
    A new model in its start state. Its metadata is empty.

    Raises
    ------
    ValueError
        If there is no model, or another number of gains, or a gain that is not finite.
    NamConfigError
        If the models' sample rates differ, or one takes another number of channels than the one before gives.
    """
    if not models:
        raise ValueError("a chain needs at least one model")
    if gains and len(gains) != len(models) - 1:
        raise ValueError(f"gains must be {len(models) - 1}, one between each two models; found {len(gains)}")
    if not all(-float("inf") < gain < float("inf") for gain in gains):
        raise ValueError(f"gains must be finite numbers of dB; found {list(gains)}")
    files = [model.nam if isinstance(model, Model) else read_nam(model) for model in models]
    first = next((file for file in files if file.sample_rate is not None), files[0])
    for file in files:
        if file.sample_rate is not None and file.sample_rate != first.sample_rate:
            raise NamConfigError(
                f"runs at {file.sample_rate:g} Hz, and {first.path or 'a model before it'} at "
                f"{first.sample_rate:g} Hz; an impulse response can be loaded at another rate first: "
                f"load(..., sample_rate={first.sample_rate:g})",
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
    (format 11.2) if the trainer's standard input is installed; else it is left out, with a warning. The file
    appears under its name when it is complete.

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
        If the metadata is not JSON.
    """
    file = json_object(model.nam)
    kept = {**(file.get("metadata") or {}), **(metadata or {})}
    if model.architecture == "Sequential" and "loudness" not in kept and model.input_channels == 1:
        measured = loudness(model).measured
        if measured is not None:
            kept["loudness"] = measured
        else:
            warnings.warn(
                "loudness is left out: it is measured with the trainer's standard input, which comes with "
                "`pip install nam_core[reference]`",
                stacklevel=2,
            )
    write_file(path, orjson.dumps({**file, "metadata": kept} if kept else file))
