"""The state of networks that our engine trains: parameters, state of the optimiser, and average of the
parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .. import _core
from .networks import Json, Network
from .random_numbers import WEIGHTS, RandomNumbers
from .recipes import Recipe

Parameters = npt.NDArray[np.float32]


class Learner(Protocol):
    """A network during its training. ``arrays`` has, by name, every array that the next step depends on."""

    arrays: dict[str, npt.NDArray[Any]]

    @property
    def identity(self) -> Json:
        """The network and its engine as JSON, for comparison with a checkpoint."""

    @property
    def receptive_field(self) -> int:
        """Frames of the input that one frame of the output depends on."""

    @property
    def judged(self) -> Parameters:
        """The parameters that are validated and exported."""

    def step(
        self,
        number: int,
        rate: float,
        recordings: tuple[Parameters, Parameters],
        positions: npt.NDArray[np.int64],
        threads: int,
    ) -> float:
        """Do step ``number``, counted from 1, and return a loss. If it is not finite, nothing is changed.

        ``rate`` is the learning rate, ``recordings`` are inputs and targets, ``(frames,)`` each, and
        ``positions`` the first output frames of the step's items, ``(items,)``.
        """

    def predict(self, inputs: Parameters, threads: int) -> Parameters:
        """The outputs of the parameters ``judged`` for ``inputs``, ``(frames,)``, from the first whole
        receptive field on: ``(frames - receptive_field + 1,)``.
        """

    def file(self, parameters: Parameters, scale: float) -> Json:
        """The .nam file of these parameters, with its output multiplied by ``scale``."""


def engine_learners(networks: Sequence[Network], recipe: Recipe, seed: int, isa: str) -> list[Learner]:
    """Learners of our engine for the networks, with their first weights."""
    trainer = _core.Trainer([network.describe() for network in networks], recipe.frames, recipe.loss, isa)
    return [
        NetworkState(
            trainer, index, network, network.first_parameters(RandomNumbers(seed, WEIGHTS, index)), recipe
        )
        for index, network in enumerate(networks)
    ]


class NetworkState:
    """A ``Learner`` of our engine. ``judged`` is the average of the parameters if the recipe has
    averaging.
    """

    def __init__(
        self, trainer: _core.Trainer, index: int, network: Network, first: Parameters, recipe: Recipe
    ) -> None:
        self._trainer, self._index, self._recipe = trainer, index, recipe
        self._network = network
        self._gradient = np.zeros_like(first)
        self.arrays: dict[str, npt.NDArray[Any]] = {"parameters": first.copy()}
        if recipe.averaging:
            self.arrays["average"] = first.copy()
        if recipe.optimiser == "soap":
            self.arrays["soap"] = np.zeros(trainer.soap_state_size(index))
        else:
            self.arrays["first"], self.arrays["second"] = np.zeros_like(first), np.zeros_like(first)

    @property
    def identity(self) -> Json:
        """See ``Learner``."""
        return {name: self._network.file[name] for name in ("architecture", "config")}

    @property
    def receptive_field(self) -> int:
        """See ``Learner``."""
        return self._trainer.receptive_field(self._index)

    def predict(self, inputs: Parameters, threads: int) -> Parameters:
        """See ``Learner``."""
        return self._trainer.predict(self._index, self.judged, inputs, threads)

    def file(self, parameters: Parameters, scale: float) -> Json:
        """See ``Learner``."""
        return self._network.with_parameters(parameters, scale)

    @property
    def judged(self) -> Parameters:
        """See the class."""
        return self.arrays["average" if self._recipe.averaging else "parameters"]

    def step(
        self,
        number: int,
        rate: float,
        recordings: tuple[Parameters, Parameters],
        positions: npt.NDArray[np.int64],
        threads: int,
    ) -> float:
        """See ``Learner``; the loss is the mean squared error."""
        parameters = self.arrays["parameters"]
        batch = (*recordings, positions, self._gradient, threads, False)
        error = self._trainer.step(self._index, parameters, *batch)["mse"]
        if not np.isfinite(error) or not np.isfinite(self._gradient).all():
            return float("nan")
        common = (self._index, number, parameters, self._gradient)
        if self._recipe.optimiser == "soap":
            self._trainer.soap(*common, self.arrays["soap"], rate, threads)
        else:
            moments = (self.arrays["first"], self.arrays["second"])
            self._trainer.adam(*common, *moments, rate, self._recipe.weight_decay, False)
        if self._recipe.averaging:
            kept = np.float32(self._recipe.average_share(number))
            average = self.arrays["average"]
            average *= kept
            average += (np.float32(1.0) - kept) * parameters
        return error
