"""The trainer takes the files of ``nam-core search``, and exports models of the predicted cost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import nam.data
from costing.synthetic_bench import TRUTH
from nam.train import lightning_module
from search.conftest import ERROR

import nam_core
from nam_core.costing.device_profile import DeviceProfile
from nam_core.search.ranking import Found, price
from nam_core.search.space import Architecture, layouts
from nam_core.search.train_config import write_train_configs

PROFILE = DeviceProfile({}, "avx2", "float32", (64,), TRUTH, ERROR)
LAYERS = layouts(4093)


@pytest.mark.parametrize("pair", [False, True], ids=["one size", "two sizes"])
@pytest.mark.parametrize("index", [100, len(LAYERS) - 1])
def test_exports_what_was_predicted(pair: bool, index: int, tmp_path: Path) -> None:
    full = price(Architecture(5, LAYERS[index]), PROFILE, 64)
    small = price(Architecture(2, LAYERS[index]), PROFILE, 64) if pair else None
    (path,) = write_train_configs([Found(full, small)], tmp_path)
    config = json.loads(path.read_text("utf-8"))
    kind = lightning_module.PackedLightningModule if pair else lightning_module.LightningModule
    network = kind.init_from_config(config).net
    network.sample_rate = 48000
    network.export(tmp_path)
    model = nam_core.load(tmp_path / "model.nam")
    wanted = [size for size in (small, full) if size is not None]
    assert [size.macs_per_frame for size in model.sizes] == [size.macs_per_frame for size in wanted]
    assert [size.parameters for size in model.sizes] == [size.architecture.parameters for size in wanted]
    assert model.receptive_field == network.receptive_field == LAYERS[index].receptive_field


def test_data_are_split_as_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("input.wav", "output.wav"):
        soundfile.write(name, 0.1 * np.sin(np.arange(480000) / 50.0), 48000, subtype="PCM_24")
    full = price(Architecture(2, LAYERS[0]), PROFILE, 64)
    write_train_configs([Found(full, None)], tmp_path)
    data = json.loads((tmp_path / "data.json").read_text("utf-8"))
    data["common"]["nx"] = LAYERS[0].receptive_field
    train, validation = (nam.data.init_dataset(data, split) for split in nam.data.Split)
    assert len(validation.y) == 432000
    assert len(train) == (480000 - 432000 - LAYERS[0].receptive_field + 1) // 8192
