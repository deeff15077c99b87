"""The outer object of a .nam file, and of every model nested in one (format 1.1, 1.4)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from ...errors import NamWeightError
from ..config import Config, ContainerConfig, LinearConfig, NamModel, SequentialConfig, WaveNetConfig
from ..quantities import known_rate, receptive_field
from ..weight_layout import Weights, check_weights, count_weights, split_weights, weight_parts
from .container import read_container
from .cursor import Cursor, describe
from .metadata import read_metadata
from .nesting import ReadNested
from .other_architectures import read_convnet, read_linear, read_lstm
from .sequential import read_sequential
from .version import read_version
from .wavenet import read_wavenet
from .weights import read_weights

# Real files nest two deep. The limit is there so that a crafted file cannot exhaust Python's stack.
MAX_NESTING = 64

# Hz. What is beyond no converter has, and lengths in seconds become frames by it.
MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 1.0, 10e6

# Where a file need not hold its weights, nothing else keeps its sizes small. Real models have some thousands.
MAX_WEIGHTS_UNSEEN = 2**24

# In frames: almost six minutes at 48 kHz. A file of a few bytes can ask for any dilation, and the engine must
# keep that much history; real models stay below a second.
MAX_RECEPTIVE_FIELD = 2**24


# The order in which a file lists the taps of its Linear models (format D4).
LinearTaps = Literal["newest_first", "oldest_first"]


class ReadOptions(NamedTuple):
    """How a file is read, the models nested in it included.

    ``weights_may_be_missing``: a model without ``weights`` gets zeros instead of an error. ``linear_taps``:
    the order in the file; the weights that are read always have the newest tap first.
    """

    weights_may_be_missing: bool = False
    linear_taps: LinearTaps = "newest_first"


_AS_IT_IS = ReadOptions()


def read_model(cursor: Cursor, options: ReadOptions = _AS_IT_IS, nesting: int = 0) -> NamModel:
    """The complete, validated model at the cursor.

    Parameters
    ----------
    cursor : the model's object.
    options : how it is read.
    nesting : number of models that this one is nested in.

    Raises
    ------
    NamVersionError, NamConfigError, NamWeightError
        If the model is not valid; they name the place.
    """
    if nesting > MAX_NESTING:
        raise cursor.error(f"nested in {nesting} models; must be in at most {MAX_NESTING}")

    def read_nested(inner: Cursor) -> NamModel:
        return read_model(inner, options, nesting + 1)

    version = read_version(cursor["version"])
    sample_rate = _read_sample_rate(cursor["sample_rate"])
    config = _read_config(cursor, read_nested)
    _check_sample_rates(sample_rate, config)
    if isinstance(config, SequentialConfig) and sample_rate is None:
        sample_rate = next((rate for model in config.models if (rate := known_rate(model))), None)
    if options.weights_may_be_missing and cursor["weights"].is_absent:
        # A view of a single zero: it takes no memory, whatever sizes the config claims.
        count = count_weights(config)
        if count > MAX_WEIGHTS_UNSEEN:
            raise cursor["config"].error(f"implies {count} weights; must be at most {MAX_WEIGHTS_UNSEEN}")
        weights = np.broadcast_to(np.float32(0), count)
    else:
        weights = _read_weights(cursor["weights"], config)
        if isinstance(config, LinearConfig) and options.linear_taps == "oldest_first":
            weights = _reversed_taps(config, weights)
    return NamModel(
        version=version,
        architecture=cursor["architecture"].text(),
        config=config,
        weights=weights,
        sample_rate=sample_rate,
        metadata=read_metadata(cursor["metadata"]),
        path=cursor.path,
        location=cursor.location,
    )


def _read_config(cursor: Cursor, read_nested: ReadNested) -> Config:
    architecture, config = cursor["architecture"], cursor["config"]
    result: Config
    match architecture.text():
        case "WaveNet":
            result = read_wavenet(config, read_nested)
        case "SlimmableContainer":
            result = read_container(config, read_nested)
        case "Sequential":
            result = read_sequential(config, read_nested)
        case "LSTM":
            result = read_lstm(config)
        case "ConvNet":
            result = read_convnet(config)
        case "Linear":
            result = read_linear(config)
        case _:
            raise architecture.wrong("one of WaveNet, SlimmableContainer, LSTM, ConvNet, Linear, Sequential")
    frames = receptive_field(result)
    if frames > MAX_RECEPTIVE_FIELD:
        raise config.error(
            f"implies a receptive field of {frames} frames; must be at most {MAX_RECEPTIVE_FIELD}"
        )
    return result


def _read_weights(cursor: Cursor, config: Config) -> Weights:
    weights = read_weights(cursor)
    if isinstance(config, ContainerConfig):
        if weights.size:
            cursor.warn(f"found {describe(cursor.value)}; a container's own weights are not used")
        return weights[:0]
    if isinstance(config, SequentialConfig) and weights.size:
        message = f"found {describe(cursor.value)}; must be empty: the models in it have their own"
        raise NamWeightError(
            message, expected=0, got=weights.size, path=cursor.path, location=cursor.location
        )
    check_weights(config, weights, cursor.path, cursor.location)
    return weights


def _reversed_taps(config: LinearConfig, weights: Weights) -> Weights:
    """The same responses with their last taps first; biases stay behind them."""
    parts = split_weights(weight_parts(config), weights)
    parts["weight"] = parts["weight"][..., ::-1]
    flat = np.concatenate([part.ravel() for part in parts.values()])
    flat.flags.writeable = False
    return flat


def _read_sample_rate(cursor: Cursor) -> float | None:
    if cursor.is_absent:
        return None
    sample_rate = cursor.number()
    # The C++ core writes "unknown" as -1, and hosts treat every rate <= 0 as unknown.
    if sample_rate <= 0:
        return None
    if not MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE:
        raise cursor.wrong(
            f"from {MIN_SAMPLE_RATE:g} to {MAX_SAMPLE_RATE:.0f} Hz, or 0 where it is not known"
        )
    return sample_rate


def _check_sample_rates(sample_rate: float | None, config: Config) -> None:
    """Refuse a nested model whose rate is known and differs from the known outer one (format 2.6, 8)."""
    inner_models: list[NamModel] = []
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        inner_models = [config.condition_dsp]
    elif isinstance(config, ContainerConfig):
        inner_models = [submodel.model for submodel in config.submodels]
    elif isinstance(config, SequentialConfig):
        inner_models = list(config.models)
    whose = "the model around it"
    for model in inner_models:
        own = known_rate(model)
        if sample_rate is not None and own is not None and sample_rate != own:
            rate = Cursor(own, model.path, f"{model.location}.sample_rate")
            raise rate.wrong(f"{sample_rate}, the rate of {whose}")
        if isinstance(config, SequentialConfig) and sample_rate is None and own is not None:
            # A chain without a rate runs at the first one that is known in it.
            sample_rate, whose = own, "a model before it"
