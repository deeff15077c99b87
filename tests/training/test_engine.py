"""The training engine alone; tests/reference/test_training.py compares it with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from training.networks import ACTIVATIONS, step, two_arrays

import nam_core
from nam_core import _core
from nam_core.errors import NamConfigError
from nam_core.format.building import head, layer_array, lstm, post_stack_head, wavenet
from nam_core.survey.modelset.architectures import a2
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers

EXACT: list[str] = nam_core.runtime_info()["exact_isas"]
LOSS = {"mse": 1.0, "mrstft": 0.0005}
EVERY_LOSS = {
    "mse": 1.0,
    "esr": 0.01,
    "dc": 0.5,
    "mrstft": 0.001,
    "pre_emphasis": 0.3,
    "pre_emphasis_mrstft": 0.001,
    "pre_emphasis_coefficient": 0.95,
    "pre_emphasis_mrstft_coefficient": 0.85,
}
WEIGHTS = ("mse", "esr", "dc", "mrstft", "pre_emphasis", "pre_emphasis_mrstft")


@pytest.mark.parametrize("activation", [{"type": "Tanh"}, {"type": "PReLU", "negative_slope": 0.25}])
def test_gradient_is_the_slope_of_the_loss(activation: dict[str, Any]) -> None:
    batch = step(two_arrays(activation), EVERY_LOSS, frames=1500)
    _, gradient = batch.run()
    direction = (gradient / np.linalg.norm(gradient)).astype(np.float32)

    def loss(distance: float) -> float:
        values, _ = batch.run((batch.parameters + np.float32(distance) * direction).astype(np.float32))
        return sum(EVERY_LOSS[name] * values[name] for name in WEIGHTS)

    slope = (loss(2e-3) - loss(-2e-3)) / 4e-3
    assert slope == pytest.approx(float(gradient @ direction), rel=2e-3)


@pytest.mark.parametrize("channels", [3, 8])
def test_same_bits_for_threads_and_instruction_sets(channels: int) -> None:
    wanted = step(a2(channels), LOSS, frames=2048, items=4, isa=EXACT[-1]).run(threads=1)
    for isa in EXACT:
        for threads in (1, 2, 3):
            losses, gradient = step(a2(channels), LOSS, frames=2048, items=4, isa=isa).run(threads=threads)
            assert losses == wanted[0]
            assert np.array_equal(gradient, wanted[1]), (isa, threads)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda activation: activation["type"])
def test_prediction_is_the_player_s_output(activation: dict[str, Any]) -> None:
    batch = step(two_arrays(activation), LOSS)
    prediction = batch.trainer.predict(0, batch.parameters, batch.inputs, 2)
    model = nam_core.load(batch.network.with_parameters(batch.parameters))
    field = batch.trainer.receptive_field(0)
    assert field == model.receptive_field
    played = model.process(batch.inputs)[field - 1 :]
    assert prediction == pytest.approx(played, abs=2e-6)


def test_prediction_does_not_depend_on_threads() -> None:
    batch = step(a2(3), LOSS)
    one = batch.trainer.predict(0, batch.parameters, batch.inputs, 1)
    assert np.array_equal(one, batch.trainer.predict(0, batch.parameters, batch.inputs, 3))


def test_last_layer1x1_is_not_trained() -> None:
    batch = step(a2(3), LOSS)
    trained = batch.trainer.trained(0)
    _, gradient = batch.run()
    assert np.flatnonzero(~trained).size == 3 * 3 + 3
    assert not gradient[~trained].any()
    assert gradient[trained].all()


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "soap"])
def test_optimiser_lowers_the_loss(optimiser: str) -> None:
    batch = step(two_arrays({"type": "Tanh"}), {"mse": 1.0})
    # The target is the output of another network of the same architecture.
    teacher = 3.0 * batch.network.first_parameters(RandomNumbers(2))
    targets = np.zeros_like(batch.targets)
    targets[batch.trainer.receptive_field(0) - 1 :] = batch.trainer.predict(0, teacher, batch.inputs, 1)
    batch = batch._replace(targets=targets)
    parameters = batch.parameters.copy()
    first, second = np.zeros_like(parameters), np.zeros_like(parameters)
    state = np.zeros(batch.trainer.soap_state_size(0))
    trainer, losses = batch.trainer, []
    for n in range(1, 61):
        loss, gradient = batch.run(parameters)
        losses.append(loss["mse"])
        if optimiser == "soap":
            trainer.soap(0, n, parameters, gradient, state, 0.01, 1)
        else:
            trainer.adam(0, n, parameters, gradient, first, second, 0.01, 1e-4, optimiser == "adamw")
    assert losses[-1] < 0.5 * losses[0]
    untouched = ~trainer.trained(0)
    assert np.array_equal(parameters[untouched], batch.parameters[untouched])


def test_soap_has_the_same_bits_for_threads() -> None:
    results = []
    for threads in (1, 3):
        batch = step(two_arrays({"type": "Tanh"}), {"mse": 1.0})
        parameters, state = batch.parameters.copy(), np.zeros(batch.trainer.soap_state_size(0))
        for n in range(1, 13):
            _, gradient = batch.run(parameters)
            batch.trainer.soap(0, n, parameters, gradient, state, 0.003, threads)
        results.append((parameters, state))
    assert np.array_equal(results[0][0], results[1][0])
    assert np.array_equal(results[0][1], results[1][1])


def test_silent_target_gives_finite_losses() -> None:
    batch = step(two_arrays({"type": "Tanh"}), EVERY_LOSS)
    losses, gradient = batch._replace(targets=np.zeros_like(batch.targets)).run()
    assert np.isfinite(gradient).all()
    assert np.isfinite(losses["esr"])


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (lstm(1, 4), "architecture"),
        (wavenet(layer_array(4, [3], [1], gating_mode="gated")), "config.layers[0].gating_mode[0]"),
        (wavenet(layer_array(4, [3], [1], films=("conv_pre_film",))), "config.layers[0].conv_pre_film"),
        (wavenet(layer_array(4, [3], [1]), post_stack_head=post_stack_head(2, [3], "Tanh")), "config.head"),
        (wavenet(layer_array(4, [3], [1], head=head(2))), "config.in_channels"),
    ],
)
def test_what_is_not_trained_is_refused_with_its_place(file: dict[str, Any], place: str) -> None:
    with pytest.raises(NamConfigError, match="cannot be trained here") as raised:
        Network.of(file)
    assert raised.value.location == place


def test_arrays_that_do_not_fit_are_refused() -> None:
    batch = step(two_arrays({"type": "Tanh"}), LOSS)
    with pytest.raises(ValueError, match=r"positions must be from \d+ to \d+; found \d+"):
        batch._replace(positions=batch.positions + 100).run()
    with pytest.raises(ValueError, match=r"targets must have \d+ values; found \d+"):
        batch._replace(targets=batch.targets[:-1]).run()
    with pytest.raises(_core.ConfigError, match="1024 frames"):
        step(two_arrays({"type": "Tanh"}), LOSS, frames=512)


def test_random_numbers_never_change() -> None:
    assert RandomNumbers(0, 1).permutation(6).tolist() == RandomNumbers(0, 1).permutation(6).tolist()
    assert RandomNumbers(0, 1).permutation(6).tolist() != RandomNumbers(0, 2).permutation(6).tolist()
    drawn = RandomNumbers(3).uniform(10000, 0.5)
    assert abs(drawn).max() <= 0.5
    assert drawn.std() == pytest.approx(0.5 / np.sqrt(3), rel=0.02)
