"""WaveNets as the training engine takes them: descriptions, parameters in the file's order, first weights."""

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

    Its parameters are the file's weights without the last one, which is ``head_scale``, and then PReLU's
    slopes layer by layer, which a file has in its config.

    Attributes
    ----------
    file : the .nam file's object; its weights count for nothing.
    config : of the file, checked.
    """

    file: Json
    config: WaveNetConfig

    @classmethod
    def of(cls, file: Json) -> Network:
        """The network of a file, whose weights may be missing.

        Raises NamFileError for a file that is not valid, NamConfigError with the place for what the training
        engine does not have.
        """
        model = read_nam(filled(file, _without_weights))
        config = model.config
        if not isinstance(config, WaveNetConfig):
            raise NamConfigError(
                f"{model.architecture} is not trained here{_ELSEWHERE}", location="architecture"
            )
        _check(config)
        return cls({**file, "weights": model.weights.tolist()}, config)

    @property
    def weight_count(self) -> int:
        """Weights of the file but for ``head_scale``."""
        return count_weights(self.config) - 1

    def describe(self) -> _core.ModelDescription:
        """What the engine takes."""
        lowered = lower(self._model(), Choices())
        assert isinstance(lowered.config, description.WaveNetConfig)
        layers = tuple(map(_with_slopes, self.config.layers, lowered.config.layers))
        return _core.ModelDescription(
            dataclasses.replace(lowered, config=dataclasses.replace(lowered.config, layers=layers))
        )

    def first_parameters(self, random: RandomNumbers) -> Parameters:
        """Weights as PyTorch's Conv1d begins: uniform within 1 / sqrt(inputs of one output); slopes as the
        file has them."""
        drawn: list[Parameters] = []
        limit = 0.0
        for part in weight_parts(self.config)[:-1]:
            # The bias has the bound of its convolution, which comes before it.
            if len(part.shape) == 3:
                limit = 1.0 / sqrt(part.shape[1] * part.shape[2])
            drawn.append(random.uniform(prod(part.shape), limit))
        slopes = [value for _, _, values in self._slopes() for value in values]
        return np.concatenate([*drawn, np.array(slopes, np.float32)])

    def with_parameters(self, parameters: Parameters, scale: float = 1.0) -> Json:
        """The file with these parameters, its output times ``scale``: as the trainer's data set undoes its
        own scaling, in ``head_scale``."""
        head_scale = self.config.head_scale * scale
        weights = [*parameters[: self.weight_count].tolist(), float(np.float32(head_scale))]
        layers = [dict(array) for array in self.file["config"]["layers"]]
        at = self.weight_count
        for a, j, values in self._slopes():
            slopes = parameters[at : at + len(values)].tolist()
            at += len(values)
            key = {"negative_slope": slopes[0]} if len(slopes) == 1 else {"negative_slopes": slopes}
            activations = list(layers[a]["activation"])
            activations[j] = {"type": "PReLU", **key}
            layers[a]["activation"] = activations
        config = {**self.file["config"], "layers": layers, "head_scale": head_scale}
        return {**self.file, "config": config, "weights": weights}

    def _model(self) -> NamModel:
        return read_nam(self.file)

    def _slopes(self) -> list[tuple[int, int, tuple[float, ...]]]:
        """Array, layer and first slopes of every PReLU."""
        return [
            (a, j, layer.activation.parameters)
            for a, array in enumerate(self.config.layers)
            for j, layer in enumerate(array.layers)
            if layer.activation.name == "PReLU"
        ]


def _without_weights(file: Json, config: Config) -> Json:
    """The file with zeros, but for a WaveNet's last weight, which says ``head_scale`` once more."""
    weights = [0.0] * count_weights(config)
    if isinstance(config, WaveNetConfig):
        weights[-1] = config.head_scale
    return {**file, "weights": weights}


_ELSEWHERE = "; the package's own nam-full trains it (pip install nam_core[reference])"


def _check(config: WaveNetConfig) -> None:
    """Refuse what the engine does not have, with its place."""

    def refuse(what: str, location: str) -> NamConfigError:
        return NamConfigError(f"{what} is not trained here{_ELSEWHERE}", location=f"config.{location}")

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
    """PReLU by its name: the player takes most of them for LeakyReLU, whose slope is not trained."""
    layers = tuple(
        dataclasses.replace(
            low, activation=description.ActivationConfig("PReLU", layer.activation.parameters)
        )
        if layer.activation.name == "PReLU"
        else low
        for layer, low in zip(array.layers, lowered.layers, strict=True)
    )
    return dataclasses.replace(lowered, layers=layers)
