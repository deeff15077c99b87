"""The state of one network during training: parameters, the optimiser's moments, and the average of the
weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .recipes import Recipe

Parameters = npt.NDArray[np.float32]


class NetworkState:
    """The parameters of one network, and everything else that the next step depends on.

    Attributes
    ----------
    judged : the parameters that are validated and exported: the average if the recipe has one, else the
        parameters.
    """

    def __init__(self, trainer: _core.Trainer, index: int, first: Parameters, recipe: Recipe) -> None:
        self._trainer, self._index, self._recipe = trainer, index, recipe
        self._gradient = np.zeros_like(first)
        self.arrays: dict[str, npt.NDArray[Any]] = {"parameters": first.copy()}
        if recipe.averaging:
            self.arrays["average"] = first.copy()
        if recipe.optimiser == "soap":
            self.arrays["soap"] = np.zeros(trainer.soap_state_size(index))
        else:
            self.arrays["first"], self.arrays["second"] = np.zeros_like(first), np.zeros_like(first)

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
        """Do step ``number``, counted from 1, with a batch, and return its mean squared error. If that is not
        finite, nothing changes.
        """
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
