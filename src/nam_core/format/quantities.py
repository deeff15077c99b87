"""Quantities that follow from a config alone: multiply-adds, weights, and frames of history."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from .. import _core
from .config import (
    Config,
    ContainerConfig,
    ConvNetConfig,
    LinearConfig,
    LstmConfig,
    NamModel,
    SequentialConfig,
    WaveNetConfig,
)
from .weight_layout import count_weights, weight_parts


def macs_per_frame(config: Config) -> int:
    """Multiply-adds that one frame takes: every weight of every convolution and matrix, once.

    Biases, activations, the products of FiLM and head_scale are not counted. A ``condition_dsp`` is; of a
    container, its last submodel.
    """
    if isinstance(config, ContainerConfig):
        return macs_per_frame(config.submodels[-1].model.config)
    if isinstance(config, SequentialConfig):
        return sum(macs_per_frame(model.config) for model in config.models)
    # Vectors are biases, initial states and scales; what is applied to each frame has rows and columns.
    macs = sum(prod(part.shape) for part in weight_parts(config) if len(part.shape) > 1)
    if isinstance(config, LinearConfig) and config.in_channels == config.out_channels:
        return macs * config.in_channels
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        macs += macs_per_frame(config.condition_dsp.config)
    return macs


def receptive_field(config: Config) -> int:
    """Frames of input that influence one frame of output, the present one included (format 6.1).

    Nested conditions are included; of a container, the longest submodel counts. An LSTM has 1 by definition.
    """
    return _reach(config, lambda taps: taps)


def bit_memory(config: Config) -> int:
    """Frames of input that influence the bits of one frame of output, the present one included.

    More than ``receptive_field`` with responses that the engine convolves by transforms, each of which rounds
    all of its window (docs/numerics.md); the same everywhere else.
    """
    return _reach(config, lambda taps: _core.response_sizes(taps)["bit_memory"])


def grid(config: Config) -> int:
    """A model that begins in the middle of a stream does so at a multiple of so many frames.

    1 without long responses. Of several the largest counts: each divides the larger ones.
    """
    found = [1]

    def note(taps: int) -> int:
        found.append(_core.response_sizes(taps)["grid"])
        return taps

    _reach(config, note)
    return max(found)


def _reach(config: Config, of_response: Callable[[int], int]) -> int:
    """``receptive_field``, with a response of so many taps counted as ``of_response`` says."""
    if isinstance(config, ContainerConfig):
        return max(_reach(submodel.model.config, of_response) for submodel in config.submodels)
    if isinstance(config, SequentialConfig):
        return 1 + sum(_reach(model.config, of_response) - 1 for model in config.models)
    if isinstance(config, LinearConfig):
        return of_response(config.receptive_field)
    if isinstance(config, ConvNetConfig):
        return 1 + sum(config.dilations)
    if isinstance(config, WaveNetConfig):
        frames = 1 + sum(array.receptive_field - 1 for array in config.layers)
        if config.head:
            frames += sum(kernel_size - 1 for kernel_size in config.head.kernel_sizes)
        if config.condition_dsp is not None:
            frames += _reach(config.condition_dsp.config, of_response) - 1
        return frames
    return 1


def settles(config: Config) -> bool:
    """Whether the state, and that of every submodel, becomes constant on silence; false with an LSTM."""
    if isinstance(config, ContainerConfig):
        return all(settles(submodel.model.config) for submodel in config.submodels)
    if isinstance(config, SequentialConfig):
        return all(settles(model.config) for model in config.models)
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        return settles(config.condition_dsp.config)
    return not isinstance(config, LstmConfig)


def known_rate(model: NamModel) -> float | None:
    """The sample rate of a model in Hz; of a container that does not say its own, that of a submodel."""
    if model.sample_rate is None and isinstance(model.config, ContainerConfig):
        rates = (known_rate(submodel.model) for submodel in model.config.submodels)
        return next((rate for rate in rates if rate is not None), None)
    return model.sample_rate


def num_parameters(config: Config) -> int:
    """Number of weights in the file's sense, with those of a ``condition_dsp`` and of all submodels."""
    if isinstance(config, ContainerConfig):
        return sum(num_parameters(submodel.model.config) for submodel in config.submodels)
    if isinstance(config, SequentialConfig):
        return sum(num_parameters(model.config) for model in config.models)
    parameters = count_weights(config)
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        parameters += num_parameters(config.condition_dsp.config)
    return parameters
