"""Whole trainings of small networks: the result, the same bits in a second run, and arguments that are
refused.
"""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from training.conftest import DELAY, RATE, Recordings
from training.networks import NARROW, STUDENT

import nam_core
from nam_core.cli import main
from nam_core.cli import train as train_command
from nam_core.cli.messages import CommandError
from nam_core.errors import NamConfigError
from nam_core.format.building import container, layer_array
from nam_core.training import NamTrainingError, Progress, Recipe, TrainedCapture, train
from nam_core.training.architectures import architecture as find_architecture
from nam_core.training.data import read_pair
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers
from nam_core.training.recipes import FAST, TRAINER
from nam_core.training.run import Run

SMALL = {"frames": 2048, "batch": 4, "epochs": 2}
RECIPES = {
    "trainer": replace(TRAINER, **SMALL),  # type: ignore[arg-type]  # they are all ints
    "fast": replace(FAST, **SMALL),  # type: ignore[arg-type]
}


def trained(recordings: Recordings, recipe: Recipe = RECIPES["fast"], **options: Any) -> TrainedCapture:
    return train(
        recordings.dry,
        recordings.wet,
        recipe=recipe,
        **{"architecture": STUDENT, "threads": 1, "rate": RATE, **options},
    )


def weights(capture: TrainedCapture) -> list[float]:
    found: list[float] = capture.file["weights"]
    return found


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_capture_sounds_like_the_recording(recordings: Recordings, recipe: Recipe) -> None:
    capture = trained(recordings, recipe, epochs=3)
    assert capture.ended_by == "epochs"
    assert len(capture.history) == 3
    assert capture.esr[0] == min(epoch[0] for epoch in capture.history) < 0.5
    # The file has the level of the recording, and the ESR of ``capture.esr``.
    model = capture.model()
    delay = read_pair(recordings.dry, recordings.wet, rate=RATE).metadata["latency"]["calibration"][
        "recommended"
    ]
    assert abs(delay - DELAY) <= 3
    kept = 9 * RATE
    x, y = recordings.x[-kept:-delay], recordings.y[delay - kept :]
    field = model.receptive_field
    esr = nam_core.metrics.esr(model.process(x)[field - 1 :], y[field - 1 :])
    assert esr == pytest.approx(capture.esr[0], rel=1e-3)


def test_sizes_are_trained_side_by_side(recordings: Recordings) -> None:
    both = trained(recordings, architecture=container(NARROW, STUDENT), metadata={"name": "Box"})
    assert both.file["architecture"] == "SlimmableContainer"
    assert [entry["max_value"] for entry in both.file["config"]["submodels"]] == [0.5, 1.0]
    assert both.file["sample_rate"] == RATE
    metadata = both.file["metadata"]
    assert metadata["name"] == "Box"
    assert metadata["training"]["validation_esr"] == pytest.approx(sum(both.esr))
    assert metadata["training"]["settings"] == {"ignore_checks": False}
    # A size does not depend on the other sizes.
    alone = trained(recordings, architecture=NARROW)
    assert alone.file["weights"] == both.file["config"]["submodels"][0]["model"]["weights"]


def test_same_bits_for_threads_and_not_for_seeds(recordings: Recordings) -> None:
    one = trained(recordings, threads=1)
    assert weights(trained(recordings, threads=3)) == weights(one)
    assert weights(trained(recordings, threads=1, seed=1)) != weights(one)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_resumed_run_has_the_bits_of_one_run(recordings: Recordings, recipe: Recipe, tmp_path: Path) -> None:
    whole = trained(recordings, recipe, epochs=3)

    def stop(state: Progress) -> None:
        if state.epoch == 2:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "run.checkpoint"
    options: dict[str, Any] = {"epochs": 3, "checkpoint": checkpoint}
    first = trained(recordings, recipe, progress=stop, **options)
    assert first.ended_by == "interruption"
    assert first.history == whole.history[:2]
    resumed = trained(recordings, recipe, resume=True, **options)
    assert resumed.history == whole.history
    assert weights(resumed) == weights(whole)


def test_default_recipe_is_fast(recordings: Recordings) -> None:
    # One step of the recipe needs more audio than one of the pairs has.
    pairs = [recordings.dry] * 2, [recordings.wet] * 2
    options: dict[str, Any] = {"architecture": NARROW, "epochs": 1, "rate": RATE, "threads": 1}
    assert weights(train(*pairs, **options)) == weights(train(*pairs, recipe="fast", **options))


def test_checkpoint_of_another_run_is_refused(recordings: Recordings, tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.checkpoint"
    trained(recordings, epochs=1, checkpoint=checkpoint)
    with pytest.raises(NamTrainingError, match="with other recordings or other settings"):
        trained(recordings, epochs=1, seed=5, checkpoint=checkpoint, resume=True)
    checkpoint.write_bytes(b"nothing")
    with pytest.raises(NamTrainingError, match="is not a checkpoint"):
        trained(recordings, epochs=1, checkpoint=checkpoint, resume=True)
    with pytest.raises(FileNotFoundError):
        trained(recordings, checkpoint=tmp_path / "missing" / "run.checkpoint")


def test_run_of_minutes_goes_on_with_its_epochs(recordings: Recordings, tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.checkpoint"
    options: dict[str, Any] = {"checkpoint": checkpoint, "minutes": 0.03}
    seen: list[Progress] = []

    def stop_later(state: Progress) -> None:
        seen.append(state)
        if state.epoch == 1:
            raise KeyboardInterrupt

    trained(recordings, progress=stop_later, **options)
    resumed = trained(recordings, resume=True, **options | {"minutes": 1000})
    assert len(resumed.history) == seen[-1].epochs


def test_training_goes_on_without_a_checkpoint(
    recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Any, about: Any, arrays: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    whole = trained(recordings)
    monkeypatch.setattr("nam_core.training.run.write_checkpoint", full)
    with pytest.warns(UserWarning, match="No space left on device; the training goes on"):
        capture = trained(recordings, checkpoint=tmp_path / "run.checkpoint")
    assert weights(capture) == weights(whole)


def test_ends_at_the_wanted_esr(recordings: Recordings) -> None:
    capture = trained(recordings, epochs=20, until_esr=0.9)
    assert capture.ended_by == "esr"
    assert len(capture.history) < 20


def test_minutes_become_epochs(recordings: Recordings) -> None:
    seen: list[Progress] = []
    capture = trained(recordings, minutes=0.02, progress=seen.append)
    assert capture.ended_by == "epochs"
    assert len(capture.history) == seen[-1].epochs
    assert seen[-1].seconds_left == 0.0


def test_divergence_keeps_the_last_good_state(recordings: Recordings) -> None:
    explodes = replace(RECIPES["trainer"], rate=1e-3, gamma=1e30)
    capture = trained(recordings, explodes, epochs=4)
    assert capture.ended_by == "divergence"
    assert np.isfinite(weights(capture)).all()
    with pytest.raises(NamTrainingError, match="a loss became infinite in the first epoch"):
        trained(recordings, replace(RECIPES["trainer"], rate=1e30))


def test_several_pairs_and_a_pair_that_judges(recordings: Recordings) -> None:
    dry, wet = recordings.dry, recordings.wet
    capture = train(
        [dry, dry],
        [wet, wet],
        architecture=STUDENT,
        recipe=RECIPES["fast"],
        validation=(dry, wet),
        epochs=1,
        rate=RATE,
    )
    # This training has twice as many steps, and it also trains on the validation recording.
    assert capture.esr[0] < trained(recordings, epochs=1).esr[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "epochs must be above 0"),
        ({"rate": 0}, "rate must be above 0"),
        ({"seed": -5}, "seed must be 0 or above; found -5"),
        ({"epochs": 1, "minutes": 1}, "not both"),
        ({"resume": True}, "resume needs checkpoint"),
        ({"metadata": {"colour": "red"}}, "unknown metadata colour"),
        ({"architecture": "a3"}, "a3 is no file and no architecture"),
        ({"delay": 9 * RATE}, "leaves no frames of the part that is validated with"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], words: str, recordings: Recordings) -> None:
    with pytest.raises(ValueError, match=words):
        trained(recordings, **options)
    with pytest.raises(ValueError, match="unknown recipe slow"):
        train(recordings.dry, recordings.wet, recipe="slow")
    with pytest.raises(ValueError, match="found 2 dry and 1 wet"):
        train([recordings.dry, recordings.dry], recordings.wet)


def test_command_writes_a_capture(
    recordings: Recordings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shape, output = tmp_path / "shape.nam", tmp_path / "amp.nam"
    shape.write_bytes(orjson.dumps(Network.of(STUDENT).file))
    pair = [str(recordings.dry), str(recordings.wet)]
    # One step of the trainer's recipe needs more audio than one of the pairs has.
    options = ["--also", *pair, "--architecture", str(shape), "--epochs", "1", "--rate", "8000"]
    status = main(["train", *pair, "-o", str(output), *options])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert "epoch 1 of 1: ESR" in printed.err
    assert "ESR" in printed.out
    assert nam_core.load(output).metadata.name == "amp"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".checkpoint"] == []
    assert main(["train", *pair, "-o", pair[0]]) == 2
    assert "this is also an input" in capsys.readouterr().err
    assert main(["train", pair[1], pair[0], "-o", str(output)]) == 2
    assert "nam-core train: " in capsys.readouterr().err


def test_command_keeps_the_checkpoint_of_an_interrupted_run(
    recordings: Recordings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shape, output = tmp_path / "shape.nam", tmp_path / "amp.nam"
    shape.write_bytes(orjson.dumps(Network.of(NARROW).file))
    pair = [str(recordings.dry), str(recordings.wet)]
    command = ["train", *pair, "--also", *pair, "-o", str(output), "--architecture", str(shape)]
    command += ["--epochs", "2", "--rate", str(RATE)]
    advance = Run.advance

    def interrupted(run: Run, *rest: Any) -> bool:
        if run.history:
            raise KeyboardInterrupt
        return advance(run, *rest)

    monkeypatch.setattr(Run, "advance", interrupted)
    assert main(command) == 130
    assert "repeat the command with --resume" in capsys.readouterr().err
    first = nam_core.load(output)
    monkeypatch.setattr(Run, "advance", advance)
    assert main([*command, "--resume"]) == 0
    assert not output.with_name("amp.nam.checkpoint").exists()
    assert first.receptive_field == nam_core.load(output).receptive_field


def test_capture_is_kept_where_the_disk_is_full(
    recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = trained(recordings, epochs=1)
    output = tmp_path / "missing" / "amp.nam"
    with pytest.raises(CommandError, match="No such file or directory; the capture is in ") as raised:
        train_command._write(str(output), capture)
    spare = Path(str(raised.value).rpartition(" is in ")[2])
    assert nam_core.load(spare).sample_rate == RATE
    spare.unlink()
    spare.parent.rmdir()


def test_architectures_of_the_trainer_s_model_files() -> None:
    layers = {**layer_array(3, [2, 2], [1, 2], activation="PReLU"), "activation": "PReLU"}
    net = {"name": "WaveNet", "config": {"layers_configs": [layers], "head_scale": 0.5}}
    (file,) = find_architecture({"net": net, "loss": {}})
    network = Network.of(file)
    parameters = network.first_parameters(RandomNumbers(0))
    assert nam_core.load(network.with_parameters(parameters)).receptive_field == 4
    packed = {"name": "PackedWaveNet", "config": {"submodels": [{"name": "a", "config": net["config"]}] * 2}}
    assert find_architecture({"net": packed}) == [file, file]
    lstm = {"name": "LSTM", "config": {"hidden_size": 3, "train_burn_in": 4096}}
    (other,) = find_architecture({"net": lstm})
    assert other["config"] == {"num_layers": 1, "input_size": 1, "hidden_size": 3}
    with pytest.raises(NamConfigError, match="is not a model file of the trainer"):
        find_architecture({"net": {"name": "WaveNet"}})
    with pytest.raises(NamConfigError, match="nor a model file of the trainer"):
        find_architecture({"loss": {}})
