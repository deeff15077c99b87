"""``nam_core.survey.modelset``: the models of the set, their sound, and the files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from model_set import MODEL_NAMES, set_model

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.format.config import FILM_NAMES
from nam_core.survey.modelset import writing
from nam_core.survey.modelset.sweep import architectures

GUITAR = dry_signal(48000, 48000, 1)[0]


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_every_size_sounds(name: str) -> None:
    file = set_model(name).file
    full = nam_core.load(file)
    for size in full.sizes:
        model = nam_core.load(file, quality=size.low)
        wet = model.process(GUITAR)
        assert np.isfinite(wet).all()
        # The output is as loud as the guitar. For the smaller sizes this holds only roughly, because weights
        # are random.
        low, high = (
            (0.5, 2.0) if size is full.sizes[-1] or full.architecture == "SlimmableContainer" else (0.1, 3.0)
        )
        assert low < np.std(wet) / np.std(GUITAR) < high
        # The model does not saturate: half the guitar gives a clearly quieter output, and another tune
        # another output.
        model.reset()
        assert np.std(model.process(0.5 * GUITAR)) < 0.95 * np.std(wet)
        model.reset()
        assert abs(np.corrcoef(model.process(GUITAR[::-1].copy()), wet)[0, 1]) < 0.5
        # The output for silence is silent.
        model.reset()
        assert np.abs(model.process(np.zeros(256, np.float32))).max() < (
            1e-3 if size is full.sizes[-1] else 0.1
        )


def test_index_describes_each() -> None:
    for name in MODEL_NAMES:
        model = set_model(name)
        info = nam_core.info(model.file)
        entry = model.entry
        assert (entry["name"], entry["file"]) == (name, f"{name}.nam")
        assert entry["macs_per_frame"] == info.macs_per_frame == nam_core.cost(model.file).macs_per_frame
        assert entry["parameters"] == info.parameters
        assert entry["channels"] == list(info.sizes[-1].channels)
        assert entry["sizes"] == len(info.sizes)
        assert entry["description"] and entry["family"]
        assert info.metadata.name == name
        assert info.sample_rate == 48000


def test_the_sweep_spans_the_format() -> None:
    arrays = [array for item in architectures() for array in item.file["config"].get("layers", [])]
    activations = {activation["type"] for array in arrays for activation in array["activation"]}
    assert activations == {
        *("Tanh", "ReLU", "LeakyReLU", "PReLU", "Sigmoid", "SiLU", "Hardswish", "Hardtanh", "LeakyHardtanh"),
        *("Softsign", "Softsigmoid"),
    }
    assert {mode for array in arrays for mode in array["gating_mode"]} == {"none", "gated", "blended"}
    for name in FILM_NAMES:
        assert any(array[name]["active"] for array in arrays)
    assert {array[name]["shift"] for array in arrays for name in FILM_NAMES if array[name]["active"]} == {
        True,
        False,
    }
    for key, least in (("channels", 8), ("bottleneck", 8), ("groups_input", 3)):
        assert len({array[key] for array in arrays}) >= least
    assert any(array["head1x1"]["active"] for array in arrays)
    assert any(not array["layer1x1"]["active"] for array in arrays)
    assert any(array["head"]["kernel_size"] > 1 for array in arrays)
    assert any(array["slimmable"] for array in arrays)
    configs = [item.file["config"] for item in architectures()]
    assert sum("condition_dsp" in config for config in configs) == 4
    assert sum(config.get("head") is not None for config in configs) == 3
    assert len(MODEL_NAMES) == len(set(MODEL_NAMES)) == writing.NUMBER_OF_MODELS


def few_models(monkeypatch: pytest.MonkeyPatch) -> list[writing.SetModel]:
    """Reduce the set to two models."""
    few = [set_model("a1-nano"), set_model("a2-container")]
    monkeypatch.setattr(writing, "models", lambda seed: iter(few))
    return few


def test_written_files_are_the_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = few_models(monkeypatch)
    folder = tmp_path / "new" / "set"
    assert [model.name for model in writing.write(folder)] == [model.name for model in few]
    assert sorted(path.name for path in folder.iterdir()) == ["a1-nano.nam", "a2-container.nam", "index.json"]
    for model in few:
        assert json.loads((folder / f"{model.name}.nam").read_text()) == model.file
    index = json.loads((folder / "index.json").read_text())
    assert (index["format"], index["seed"]) == ("nam_core modelset", 0)
    assert index["models"] == [model.entry for model in few]


def test_a_folder_that_is_not_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_models(monkeypatch)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "a1-nano.nam").write_text("old")
    with pytest.raises(FileExistsError, match="is not empty"):
        list(writing.write(tmp_path))
    assert (tmp_path / "a1-nano.nam").read_text() == "old"
    list(writing.write(tmp_path, overwrite=True))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert nam_core.load(tmp_path / "a1-nano.nam").macs_per_frame == 732
