"""WaveNets for the training engine: descriptions, parameters in the file's order, first weights."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from ..engine import description
from ..engine.lowering import Choices, lower
from ..errors import NamConfigError
from ..format.building import filled
from ..format.config import Config, LayerArray, NamModel, WaveNetConfig
from ..format.nam_file import read_nam
from ..format.weight_layout import count_weights, weight_parts
from .random_numbers import RandomNumbers

Json = dict[str, Any]
Parameters = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """One network that can be trained here.

    Its parameters are the file's weights without the last one (``head_scale``), followed by the slopes of
    every PReLU, layer by layer. A file stores the slopes in its config.

    Attributes
    ----------
    file : the object of the .nam file; its weights are ignored.
    config : the checked config of the file.
    """

    file: Json
    config: WaveNetConfig

    @classmethod
    def of(cls, file: Json) -> Network:
        """Return the network of a file, whose weights may be missing.

        Raises NamFileError if the file is not valid, and NamConfigError with the place if the training engine
        lacks a feature that the file uses.
        """
        model = without_weights(file)
        config = model.config
        if not isinstance(config, WaveNetConfig):
            raise NamConfigError(
                f"{model.architecture} cannot be trained here{_ELSEWHERE}", location="architecture"
            )
        _check(config)
        return cls({**file, "weights": model.weights.tolist()}, config)

    @property
    def weight_count(self) -> int:
        """The number of weights in the file without ``head_scale``."""
        return count_weights(self.config) - 1

    def describe(self) -> _core.ModelDescription:
        """The description that the engine takes."""
        lowered = lower(self._model(), Choices())
        assert isinstance(lowered.config, description.WaveNetConfig)
        layers = tuple(map(_with_slopes, self.config.layers, lowered.config.layers))
        return _core.ModelDescription(
            dataclasses.replace(lowered, config=dataclasses.replace(lowered.config, layers=layers))
        )

    def first_parameters(self, random: RandomNumbers) -> Parameters:
        """First weights as in PyTorch's Conv1d: uniform from -L to L, where L is 1 / sqrt(number of inputs of
        one output). The slopes are those of the file.
        """
        drawn: list[Parameters] = []
        limit = 0.0
        for part in weight_parts(self.config)[:-1]:
            # The bias has the same limit as its convolution, which comes before it.
            if len(part.shape) == 3:
                limit = 1.0 / sqrt(part.shape[1] * part.shape[2])
            drawn.append(random.uniform(prod(part.shape), limit))
        slopes = [value for _, _, values in self._slopes() for value in values]
        return np.concatenate([*drawn, np.array(slopes, np.float32)])

    def with_parameters(self, parameters: Parameters, scale: float = 1.0) -> Json:
        """The file with these parameters, and with its output multiplied by ``scale``. ``head_scale`` takes
        the factor, as in the trainer, which undoes the scaling of its data set in the same way.
        """
        head_scale = self.config.head_scale * scale
        weights = [*parameters[: self.weight_count].tolist(), float(np.float32(head_scale))]
        layers = [dict(array) for array in self.file["config"]["layers"]]
        at = self.weight_count
        for a, j, values in self._slopes():
            slopes = parameters[at : at + len(values)].tolist()
            at += len(values)
            key = {"negative_slope": slopes[0]} if len(slopes) == 1 else {"negative_slopes": slopes}
            activations = layers[a]["activation"]
            if not isinstance(activations, list):
                activations = [activations] * len(self.config.layers[a].layers)
            activations = [*activations]
            activations[j] = {"type": "PReLU", **key}
            layers[a]["activation"] = activations
        config = {**self.file["config"], "layers": layers, "head_scale": head_scale}
        return {**self.file, "config": config, "weights": weights}

    def _model(self) -> NamModel:
        return read_nam(self.file)

    def _slopes(self) -> list[tuple[int, int, tuple[float, ...]]]:
        """Array index, layer index and first slopes of every PReLU."""
        return [
            (a, j, layer.activation.parameters)
            for a, array in enumerate(self.config.layers)
            for j, layer in enumerate(array.layers)
            if layer.activation.name == "PReLU"
        ]


def without_weights(file: Json) -> NamModel:
    """The model of a file, whose weights may be missing and are ignored.

    Raises NamFileError for a file that is not valid.
    """
    return read_nam(filled(file, _with_zeros))


def _with_zeros(file: Json, config: Config) -> Json:
    """The file with weights of zero. Only a WaveNet's last weight is not zero, because it repeats
    ``head_scale``.
    """
    weights = [0.0] * count_weights(config)
    if isinstance(config, WaveNetConfig):
        weights[-1] = config.head_scale
    return {**file, "weights": weights}


_ELSEWHERE = " (the engine pytorch trains it, if the package does)"


def _check(config: WaveNetConfig) -> None:
    """Raise an error with the place if the config uses a feature that the training engine lacks."""

    def refuse(what: str, location: str) -> NamConfigError:
        return NamConfigError(f"{what} cannot be trained here{_ELSEWHERE}", location=f"config.{location}")

    if config.condition_dsp is not None:
        raise refuse("a condition_dsp", "condition_dsp")
    if config.head is not None:
        raise refuse("a post-stack head", "head")
    if config.in_channels != 1 or config.out_channels != 1:
        raise refuse("a model with several inputs or outputs", "in_channels")
    for a, array in enumerate(config.layers):
        place = f"layers[{a}]"
        if array.films:
            raise refuse("FiLM", f"{place}.{next(iter(array.films))}")
        if array.head1x1 is not None:
            raise refuse("head1x1", f"{place}.head1x1")
        if array.layer1x1 is None:
            raise refuse("an array without layer1x1", f"{place}.layer1x1")
        if array.slimmable is not None:
            raise refuse("a slimmable array", f"{place}.slimmable")
        for j, layer in enumerate(array.layers):
            if layer.is_pair:
                raise refuse("gating", f"{place}.gating_mode[{j}]")
            if layer.activation.name == "Fasttanh":
                raise refuse("Fasttanh", f"{place}.activation[{j}]")


def _with_slopes(array: LayerArray, lowered: description.LayerArrayConfig) -> description.LayerArrayConfig:
    """Keep PReLU as PReLU. For playing, most PReLUs are lowered to LeakyReLU, whose slope cannot be
    trained.
    """
    layers = tuple(
        dataclasses.replace(
            low, activation=description.ActivationConfig("PReLU", layer.activation.parameters)
        )
        if layer.activation.name == "PReLU"
        else low
        for layer, low in zip(array.layers, lowered.layers, strict=True)
    )
    return dataclasses.replace(lowered, layers=layers)
