"""Weights after a few training steps, by recorded hash: the same on every machine with fused multiply-add."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from training.networks import two_arrays

import nam_core
from nam_core import _core
from nam_core.survey.modelset.architectures import a2
from nam_core.training.networks import Json, Network
from nam_core.training.random_numbers import RandomNumbers
from nam_core.training.recipes import TRAINER

STEPS, FRAMES, ITEMS = 11, 2048, 3
EXACT: list[str] = nam_core.runtime_info()["exact_isas"]
RECORDED = {
    "a2 of 3 channels, adam": "5bd283e69ffc352c",
    "a2 of 3 channels, soap": "01aba71659539ea1",
    "a2 of 8 channels, adam": "d0dbbae0c23a3d4f",
    "a2 of 8 channels, soap": "eddb82b9a8f68222",
    "two arrays, adam": "1410317e8e24cffb",
    "two arrays, soap": "8f6d92bbaf9cd5d7",
}
FILES = {"a2 of 3 channels": a2(3), "a2 of 8 channels": a2(8), "two arrays": two_arrays({"type": "Tanh"})}


def weights_after_training(file: Json, optimiser: str, isa: str) -> bytes:
    network = Network.of(file)
    trainer = _core.Trainer([network.describe()], FRAMES, TRAINER.loss, isa)
    field = trainer.receptive_field(0)
    count = field + ITEMS * FRAMES
    # Signals from raw words of the generator too, which no release of NumPy changes.
    inputs, targets = (RandomNumbers(stream).uniform(count, 0.5) for stream in (1, 2))
    positions = field - 1 + FRAMES * np.arange(ITEMS, dtype=np.int64)
    parameters = network.first_parameters(RandomNumbers(3))
    gradient, first, second = (np.zeros_like(parameters) for _ in range(3))
    state = np.zeros(trainer.soap_state_size(0))
    for number in range(1, STEPS + 1):
        trainer.step(0, parameters, inputs, targets, positions, gradient, 2, True)
        if optimiser == "soap":
            trainer.soap(0, number, parameters, gradient, state, 0.008, 2)
        else:
            trainer.adam(0, number, parameters, gradient, first, second, 0.004, 3.17e-7, False)
    assert np.isfinite(parameters).all()
    return parameters.tobytes()


@pytest.mark.parametrize("isa", EXACT)
@pytest.mark.parametrize("name", RECORDED)
def test_trained_weights(name: str, isa: str) -> None:
    architecture, optimiser = name.split(", ")
    weights = weights_after_training(FILES[architecture], optimiser, isa)
    assert hashlib.sha256(weights).hexdigest()[:16] == RECORDED[name]
