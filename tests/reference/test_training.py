"""The training engine against PyTorch: gradients by autograd in float64, and the package's steps."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from training.conftest import RATE, Recordings
from training.conftest import recordings as recordings  # a fixture
from training.networks import ACTIVATIONS, NARROW, STUDENT, Step, step, two_arrays

torch = pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import nam_core  # noqa: E402
from nam_core import _core, reference  # noqa: E402
from nam_core.errors import NamConfigError  # noqa: E402
from nam_core.format.building import (  # noqa: E402
    container,
    convnet,
    head,
    layer_array,
    linear,
    lstm,
    post_stack_head,
    slimmable,
    wavenet,
)
from nam_core.survey.modelset.architectures import a1, a2  # noqa: E402
from nam_core.training import Progress, TrainedCapture, train  # noqa: E402
from nam_core.training.architectures import architecture  # noqa: E402
from nam_core.training.networks import Network  # noqa: E402
from nam_core.training.recipes import FAST, TRAINER  # noqa: E402

RANDOM = np.random.default_rng(21)
SMOOTH = ("Tanh", "Sigmoid", "SiLU", "Softsign", "LeakyReLU", "ReLU")


def drawn() -> dict[str, Any]:
    """A network that our engine trains, with everything in it by chance."""
    arrays, inputs = [], 1
    count = int(RANDOM.integers(1, 4))
    bottleneck = int(RANDOM.integers(1, 5))
    for number in range(count):
        channels, layers = int(RANDOM.integers(1, 10)), int(RANDOM.integers(1, 5))
        outputs = 1 if number == count - 1 else bottleneck
        arrays.append(
            layer_array(
                channels,
                RANDOM.integers(1, 8, layers).tolist(),
                RANDOM.integers(1, 200, layers).tolist(),
                input_size=inputs,
                bottleneck=bottleneck,
                activation=[{"type": str(RANDOM.choice(SMOOTH))} for _ in range(layers)],
                head=head(outputs, int(RANDOM.integers(1, 17)), bias=bool(RANDOM.integers(2))),
            )
        )
        inputs = channels
    return wavenet(*arrays, head_scale=float(RANDOM.uniform(0.05, 1.0)))


AT_RANDOM = [drawn() for _ in range(12)]

pytestmark = pytest.mark.usefixtures("one_thread")
GROUPED = wavenet(layer_array(8, [3, 4], [1, 9], bottleneck=6, groups_input=2, head=head(1, 3)))
DRAWN = [two_arrays(activation) for activation in ACTIVATIONS]


def predictions(batch: Step, network: Any) -> tuple[Any, Any]:
    """The package's outputs for the batch, and the targets."""
    field, frames = batch.trainer.receptive_field(0), batch.frames
    items = [torch.tensor(batch.inputs[p - field + 1 : p + frames]) for p in batch.positions]
    targets = [torch.tensor(batch.targets[p : p + frames]) for p in batch.positions]
    inputs = torch.stack(items).double()
    return network(inputs, pad_start=False), torch.stack(targets).double()


def gradient_of(network: Any, slopes: int) -> npt.NDArray[np.float64]:
    """The gradients in the order of the file's weights, followed by PReLU's slopes."""
    parameters = list(network.parameters())
    found = [p.grad.clone() if p.grad is not None else torch.zeros_like(p) for p in parameters]
    with torch.no_grad():
        for parameter, gradient in zip(parameters, found, strict=True):
            parameter.copy_(gradient)
    weights = network._net.export_weights().astype(np.float64)[:-1]
    of_slopes = [m.weight.detach().numpy() for m in network.modules() if isinstance(m, torch.nn.PReLU)]
    assert sum(map(len, of_slopes)) == slopes
    return np.concatenate([weights, *of_slopes])


@pytest.mark.parametrize("file", [*DRAWN, *AT_RANDOM, GROUPED, a2(3), a2(8), a1(4), a1(16)])
def test_gradients_are_those_of_autograd(file: dict[str, Any]) -> None:
    batch = step(file, {"mse": 1.0})
    network: Any = reference.to_torch(batch.network.with_parameters(batch.parameters)).double()
    prediction, target = predictions(batch, network)
    loss = torch.mean((prediction - target) ** 2)
    loss.backward()
    values, gradient = batch.run(threads=2)
    wanted = gradient_of(network, len(gradient) - batch.network.weight_count)
    assert values["mse"] == pytest.approx(float(loss.detach()), rel=1e-6)
    assert np.linalg.norm(gradient - wanted) <= 1e-6 * np.linalg.norm(wanted)


def test_every_loss_is_the_trainer_s() -> None:
    from nam.train.lightning_module import LightningModule, LossConfig

    weights = {"mse": 1.0, "dc": 0.5, "mrstft": 0.002, "pre_emphasis": 0.3, "pre_emphasis_mrstft": 0.001}
    coefficients = {"pre_emphasis_coefficient": 0.95, "pre_emphasis_mrstft_coefficient": 0.85}
    batch = step(two_arrays({"type": "Tanh"}), {**weights, **coefficients, "esr": 0.01}, frames=1500)
    network: Any = reference.to_torch(batch.network.with_parameters(batch.parameters)).double()
    config = LossConfig(
        mrstft_weight=0.002,
        dc_weight=0.5,
        pre_emph_weight=0.3,
        pre_emph_coef=0.95,
        pre_emph_mrstft_weight=0.001,
        pre_emph_mrstft_coef=0.85,
    )
    module = LightningModule(network, loss_config=config)
    prediction, target = predictions(batch, network)
    parts = module._get_loss_dict(prediction, target)
    esr = module._esr_loss(prediction, target)
    (sum(part.weight * part.value for part in parts.values()) + 0.01 * esr).backward()
    values, gradient = batch.run()
    names = {"MSE": "mse", "DC MSE": "dc", "MRSTFT": "mrstft", "Pre-emphasized MSE": "pre_emphasis"}
    for theirs, ours in {**names, "Pre-emphasized MRSTFT": "pre_emphasis_mrstft"}.items():
        assert values[ours] == pytest.approx(float(parts[theirs].value.detach()), rel=2e-6), theirs
    assert values["esr"] == pytest.approx(float(esr.detach()), rel=1e-6)
    wanted = gradient_of(network, 0)
    # torch's own float32 is 3e-4 from its float64: logarithms of magnitudes near 0 have steep slopes.
    assert np.linalg.norm(gradient - wanted) <= 1e-3 * np.linalg.norm(wanted)


def test_first_steps_are_the_package_s() -> None:
    """The package's packed A2 with its optimiser, the same first weights and batches: equal losses to 6
    digits.
    """
    from nam.train.lightning_module import PackedLightningModule

    torch.manual_seed(0)
    config = json.loads(files("nam.train._resources").joinpath("config_model_packed.json").read_text())
    module = PackedLightningModule.init_from_config(config)
    optimiser = module.configure_optimizers()["optimizer"]
    frames, items, networks = 2048, 2, [Network.of(file) for file in architecture("a2")]
    trainer = _core.Trainer([n.describe() for n in networks], frames, {"mse": 1.0, "mrstft": 0.0005}, "")
    state = []
    for index in range(2):
        weights = module.net.extract_submodel(index)._export_weights()[:-1].astype(np.float32)
        state.append([weights, *(np.zeros_like(weights) for _ in range(3))])
    rng, field = np.random.default_rng(0), trainer.receptive_field(0)
    inputs = (0.3 * rng.standard_normal(field + 5 * items * frames)).astype(np.float32)
    targets = (0.1 * np.tanh(3 * inputs)).astype(np.float32)
    for n in range(4):
        positions = field - 1 + frames * np.arange(n * items, (n + 1) * items)
        x = torch.tensor(np.stack([inputs[p - field + 1 : p + frames] for p in positions]))
        y = torch.tensor(np.stack([targets[p : p + frames] for p in positions]))
        optimiser.zero_grad()
        theirs = module.training_step((x, y), 0)
        theirs.backward()
        optimiser.step()
        module.net.apply_mask()
        ours = 0.0
        for index, (parameters, gradient, first, second) in enumerate(state):
            loss = trainer.step(index, parameters, inputs, targets, positions, gradient, 2, True)
            ours += loss["mse"] + 0.0005 * loss["mrstft"]
            trainer.adam(index, n + 1, parameters, gradient, first, second, 0.004, 3.17e-7, False)
        # Adam's first steps are as long for a gradient of rounding errors as for any other: then they part.
        assert ours == pytest.approx(float(theirs.detach()), rel=1e-6 if n < 2 else 1e-3)


def test_trained_file_has_its_esr_in_the_package(recordings: Recordings) -> None:
    recipe = replace(FAST, frames=2048, batch=4, epochs=1)
    options: dict[str, Any] = {"architecture": container(NARROW, STUDENT), "recipe": recipe, "rate": RATE}
    capture = train(recordings.dry, recordings.wet, **options)
    delay = capture.file["metadata"]["training"]["data"]["latency"]["calibration"]["recommended"]
    x, y = recordings.x[-9 * RATE : -delay], recordings.y[delay - 9 * RATE :]
    for network, esr in zip(reference.to_torch_submodels(capture.file), capture.esr, strict=True):
        field = network.receptive_field
        with torch.no_grad():
            played = network(torch.tensor(x), pad_start=False).numpy()
        assert nam_core.metrics.esr(played, y[field - 1 :]) == pytest.approx(esr, rel=1e-4)


BY_THE_PACKAGE = {
    "LSTM": lstm(2, 3),
    "ConvNet": convnet(4, [1, 2]),
    "ConvNet without batchnorm": convnet(4, [1, 2], batchnorm=False),
    "Linear": linear(16, True),
    "gated": wavenet(layer_array(4, [3], [1], gating_mode="gated", head=head(kernel_size=2))),
    "FiLM": wavenet(layer_array(4, [3], [1], films=("conv_pre_film",))),
    "post-stack head": wavenet(
        layer_array(4, [3], [1], head=head(2)), post_stack_head=post_stack_head(2, [3], "Tanh")
    ),
}


@pytest.mark.parametrize("file", BY_THE_PACKAGE.values(), ids=BY_THE_PACKAGE)
def test_engine_pytorch_trains_what_the_package_has(recordings: Recordings, file: dict[str, Any]) -> None:
    capture = train_small(recordings, file)
    assert capture.history[1] < capture.history[0]
    ((x, y),) = capture.validation
    model = capture.model()
    first = max(1, model.receptive_field or 1) - 1
    # The file has the ESR that was stated. An LSTM's file begins from the state after silence.
    esr = nam_core.metrics.esr(model.process(x)[first:], y[first:])
    assert esr == pytest.approx(capture.esr[0], rel=1e-2 if file["architecture"] == "LSTM" else 1e-4)


def test_engine_pytorch_takes_the_recipe_trainer(recordings: Recordings) -> None:
    # One step of the recipe needs more audio than one of the pairs has.
    pairs = [recordings.dry] * 2, [recordings.wet] * 2
    options: dict[str, Any] = {"architecture": BY_THE_PACKAGE["Linear"], "engine": "pytorch", "epochs": 1}
    options |= {"rate": RATE, "threads": 1}
    default, named = train(*pairs, **options), train(*pairs, recipe="trainer", **options)
    assert default.file["weights"] == named.file["weights"]


def test_engine_pytorch_goes_on_from_its_checkpoint(recordings: Recordings, tmp_path: Path) -> None:
    def stop(state: Progress) -> None:
        if state.epoch == 1:
            raise KeyboardInterrupt

    whole = train_small(recordings, BY_THE_PACKAGE["ConvNet"])
    checkpoint = tmp_path / "run.checkpoint"
    train_small(recordings, BY_THE_PACKAGE["ConvNet"], checkpoint=checkpoint, progress=stop)
    resumed = train_small(recordings, BY_THE_PACKAGE["ConvNet"], checkpoint=checkpoint, resume=True)
    assert resumed.history == whole.history
    assert resumed.file["weights"] == whole.file["weights"]


def test_engine_pytorch_refuses_with_words(recordings: Recordings) -> None:
    array = layer_array(4, [3], [1], slimmable=slimmable(2, 4))
    with pytest.raises(NamConfigError, match="a slimmable array cannot be trained"):
        train_small(recordings, wavenet(array))
    with pytest.raises(ValueError, match="the engine pytorch has only the recipe trainer"):
        train(recordings.dry, recordings.wet, recipe="fast", engine="pytorch", rate=RATE)
    with pytest.raises(ValueError, match="no engine is called tensorflow"):
        train(recordings.dry, recordings.wet, engine="tensorflow", rate=RATE)


def train_small(recordings: Recordings, file: dict[str, Any], **options: Any) -> TrainedCapture:
    recipe = replace(TRAINER, frames=2048, batch=4, epochs=2)
    options |= {"architecture": file, "recipe": recipe, "engine": "pytorch", "rate": RATE, "threads": 1}
    return train(recordings.dry, recordings.wet, **options)
