"""Writes a trained capture as a .nam file, with the metadata that the trainer writes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ..format.building import container
from ..levels.model_loudness import standard_input
from ..loading import load

Json = dict[str, Any]

# Input levels at which the trainer measures how much a model compresses.
_GAINS = 11
# The metadata that a user may give (the trainer's UserMetadata).
USER_METADATA = (
    *("name", "modeled_by", "gear_type", "gear_make", "gear_model", "tone_type"),
    *("input_level_dbu", "output_level_dbu"),
)


def capture_file(sizes: Sequence[Json], sample_rate: int, metadata: Json) -> Json:
    """Return the file of one size, or a SlimmableContainer of several sizes, as the trainer exports it.

    Loudness and gain are measured with the trainer's standard input. If neural-amp-modeler is not installed,
    the file does not state them.

    Parameters
    ----------
    sizes : complete WaveNet files at the level of the recording, smallest size first.
    metadata : metadata of the whole file, except date, loudness and gain.
    """
    now = datetime.now()
    names = ("year", "month", "day", "hour", "minute", "second")
    date: Json = {"date": {name: getattr(now, name) for name in names}}
    complete = [
        {**size, "metadata": {**date, **_measured(size)}, "sample_rate": sample_rate} for size in sizes
    ]
    if len(complete) == 1:
        return {**complete[0], "metadata": {**complete[0]["metadata"], **metadata}}
    # The metadata of a container is that of its largest size.
    return {
        **container(*complete),
        "metadata": {**complete[-1]["metadata"], **metadata},
        "sample_rate": sample_rate,
    }


def _measured(size: Json) -> Json:
    """Loudness in dB, and gain from 0 (a linear model) to 1 (the trainer's models/base.py)."""
    signal = standard_input()
    if signal is None:
        return {}
    model = load(size)
    levels = []
    for n in range(_GAINS):
        model.reset()
        played = model.process((signal * np.float32(n / (_GAINS - 1))).astype(np.float32))
        levels.append(math.sqrt(float(np.mean(np.asarray(played, np.float64) ** 2))))
    if levels[-1] <= 0.0:
        return {}
    most = levels[-1] * _GAINS
    gain = (sum(levels) - 0.5 * most) / (0.5 * most)
    return {"loudness": 20.0 * math.log10(levels[-1]), "gain": min(1.0, max(0.0, gain))}
