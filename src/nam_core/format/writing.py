"""A model as the JSON object of a .nam file."""

from __future__ import annotations

import dataclasses
from typing import Any

from .config import LinearConfig, NamModel
from .nam_file import read_json
from .schema import ReadOptions

Json = dict[str, Any]

VERSION = "0.7.0"


def json_object(model: NamModel) -> Json:
    """The object that reads as this model: whole, with its metadata, and with every weight's float32 value.

    A file is given back as it was read, but for Linear models, whose taps are written newest first.

    Raises
    ------
    ValueError
        If the model is only a part of a file, such as one size of it.
    """
    if isinstance(model.config, LinearConfig):
        return _linear(model, model.config)
    if model.source is None:
        raise ValueError(f"this {model.architecture} is a part of a file; only whole files are written")
    contents, _, options = model.source
    value, _ = read_json(contents)
    assert isinstance(options, ReadOptions)
    return _turned(value) if options.linear_taps == "oldest_first" else dict(value)


def sequential(models: list[Json], sample_rate: float | None) -> Json:
    """The object of a Sequential of these objects."""
    return _outer("Sequential", {"models": models}, [], sample_rate)


def one_tap(gain: float, channels: int, sample_rate: float | None) -> Json:
    """The object of a Linear that multiplies every channel by ``gain``."""
    config: Json = {"receptive_field": 1, "bias": False}
    if channels != 1:
        config |= {"in_channels": channels, "out_channels": channels}
    return _outer("Linear", config, [gain], sample_rate)


def _outer(architecture: str, config: Json, weights: list[float], sample_rate: float | None) -> Json:
    file = {"version": VERSION, "architecture": architecture, "config": config, "weights": weights}
    return file if sample_rate is None else {**file, "sample_rate": sample_rate}


def _linear(model: NamModel, config: LinearConfig) -> Json:
    written = dataclasses.asdict(config)
    if config.in_channels == config.out_channels == 1:
        del written["in_channels"], written["out_channels"]
    file = _outer("Linear", written, model.weights.tolist(), model.sample_rate)
    return {**file, "metadata": model.metadata.raw} if model.metadata.raw else file


def _turned(value: Any) -> Any:
    """The same with the taps of every Linear in it in the other order."""
    if isinstance(value, list):
        return [_turned(item) for item in value]
    if not isinstance(value, dict):
        return value
    turned = {key: item if key == "weights" else _turned(item) for key, item in value.items()}
    if value.get("architecture") == "Linear":
        taps, weights = int(value["config"]["receptive_field"]), list(value["weights"])
        channels = [int(value["config"].get(f"{side}_channels", 1)) for side in ("in", "out")]
        responses = 1 if channels[0] == channels[1] else max(channels)
        rows = [weights[i * taps : (i + 1) * taps][::-1] for i in range(responses)]
        turned["weights"] = [tap for row in rows for tap in row] + weights[responses * taps :]
    return turned
