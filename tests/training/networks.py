"""Networks and recordings for the tests of training."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nam_core import _core
from nam_core.format.building import head, layer_array, wavenet
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers

Json = dict[str, Any]
Array = npt.NDArray[np.float32]
ACTIVATIONS: list[Json] = [
    {"type": "Tanh"},
    {"type": "ReLU"},
    {"type": "LeakyReLU", "negative_slope": 0.02},
    {"type": "PReLU", "negative_slope": 0.25},
    {"type": "PReLU", "negative_slopes": [0.25, -0.1, 0.4]},
    {"type": "Sigmoid"},
    {"type": "SiLU"},
    {"type": "Hardswish"},
    {"type": "Hardtanh", "min_val": -0.2, "max_val": 0.3},
    {"type": "LeakyHardtanh", "min_val": -0.2, "max_val": 0.3, "min_slope": 0.1, "max_slope": 0.2},
    {"type": "Softsign"},
    {"type": "Softsigmoid"},
]


def two_arrays(activation: Json) -> Json:
    """One network with every feature: two arrays of different widths, with bottlenecks, head kernels and long
    dilations.
    """
    first = layer_array(
        5, [3, 2, 4], [1, 9, 300], bottleneck=3, activation=activation, head=head(3, 4, bias=False)
    )
    second = layer_array(
        7, [3, 1], [2, 5], input_size=5, bottleneck=3, activation=activation, head=head(1, 5)
    )
    return wavenet(first, second, head_scale=0.3)


class Step(NamedTuple):
    """One batch for a network, and its results."""

    network: Network
    parameters: Array
    inputs: Array
    targets: Array
    positions: npt.NDArray[np.int64]
    trainer: _core.Trainer
    frames: int

    def run(self, parameters: Array | None = None, threads: int = 1) -> tuple[dict[str, float], Array]:
        """The losses, and the gradient ``(parameters,)``."""
        gradient = np.zeros_like(self.parameters)
        used = self.parameters if parameters is None else parameters
        batch = (self.inputs, self.targets, self.positions)
        return self.trainer.step(0, used, *batch, gradient, threads, True), gradient


def step(
    file: Json, loss: dict[str, float], *, frames: int = 1024, items: int = 3, isa: str = "", seed: int = 1
) -> Step:
    """A batch of noise for the network of a file, with weights that give an audible output."""
    network = Network.of(file)
    parameters = network.first_parameters(RandomNumbers(seed))
    trainer = _core.Trainer([network.describe()], frames, loss, isa)
    field = trainer.receptive_field(0)
    rng = np.random.default_rng(seed)
    count = field + items * frames + 50
    inputs = (0.3 * rng.standard_normal(count)).astype(np.float32)
    targets = (0.1 * rng.standard_normal(count)).astype(np.float32)
    positions = np.array([field - 1 + 11 + item * frames for item in range(items)], np.int64)
    return Step(network, parameters, inputs, targets, positions, trainer, frames)


TEACHER = wavenet(layer_array(3, [4, 4], [1, 5], head=head(kernel_size=2)), head_scale=0.5)
STUDENT = wavenet(layer_array(4, [6, 6], [1, 7], head=head(kernel_size=4)), head_scale=0.1)
# A smaller size of STUDENT: the same layers with fewer channels.
NARROW = wavenet(layer_array(2, [6, 6], [1, 7], head=head(kernel_size=4)), head_scale=0.1)
