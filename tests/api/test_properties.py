"""The properties of a model, with and without an engine."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from small_models import container, convnet, linear, lstm, wavenet

import nam_core

GOLDEN = Path(__file__).parents[1] / "golden"


def test_wavenet() -> None:
    model = nam_core.load(wavenet(channels=3, kernel_size=3, dilations=(1, 2, 4)))
    # Per layer: convolution 3*3*3 + 3, mixin 3, layer1x1 3*3 + 3; then rechannel 3, head 3 + 1, head_scale.
    assert model.num_parameters == 3 * (30 + 3 + 12) + 3 + 4 + 1
    assert model.macs_per_frame == 3 * (27 + 3 + 9) + 3 + 3
    assert model.receptive_field == 1 + 2 * (1 + 2 + 4)
    assert model.settles
    assert (model.input_channels, model.output_channels) == (1, 1)
    assert (model.architecture, model.version) == ("WaveNet", "0.7.0")
    assert (model.sample_rate, model.sample_rate_known) == (48000.0, True)
    assert model.sizes == (nam_core.Size(0.0, 1.0, (3,), model.num_parameters, model.macs_per_frame),)


def test_lstm() -> None:
    model = nam_core.load(lstm(sample_rate=None))
    assert model.receptive_field == 1
    assert not model.settles
    assert (model.sample_rate, model.sample_rate_known) == (48000.0, False)
    assert [size.channels for size in model.sizes] == [(4,)]


def test_container() -> None:
    nam = container(linear([0.5] * 4), linear([0.5] * 9))
    small, full = nam_core.load(nam, quality=0.0), nam_core.load(nam)
    assert small.architecture == full.architecture == "SlimmableContainer"
    assert (small.receptive_field, full.receptive_field) == (4, 9)
    assert (small.num_parameters, full.num_parameters) == (4, 9)
    assert small.sizes == full.sizes
    assert [(size.low, size.high, size.parameters) for size in full.sizes] == [(0.0, 0.5, 4), (0.5, 1.0, 9)]


def test_metadata() -> None:
    nam = {**linear([1.0]), "metadata": {"name": "Clean", "loudness": -12.5, "input_level_dbu": None, "x": 1}}
    metadata = nam_core.load(nam).metadata
    assert (metadata.name, metadata.loudness, metadata.input_level_dbu) == ("Clean", -12.5, None)
    assert metadata.raw["x"] == 1


def test_repr_says_what_it_is() -> None:
    text = repr(nam_core.load(wavenet(sample_rate=None), dtype="float64"))
    for part in ("WaveNet", "48000 Hz (assumed)", "receptive field 15", "float64"):
        assert part in text


@pytest.mark.parametrize(
    "source",
    [
        wavenet(),
        lstm(sample_rate=None),
        convnet(),
        linear([0.5, 0.25], in_channels=1, out_channels=3),
        container(lstm(), wavenet()),
        *[GOLDEN / f"{name}.nam" for name in ("condition_dsp_nested", "slim_gated", "container_three")],
    ],
    ids=lambda source: source.stem if isinstance(source, Path) else source["architecture"],
)
def test_info_agrees_with_the_engine(source: Any) -> None:
    info, model = nam_core.info(source), nam_core.load(source)
    for name in (
        "version",
        "architecture",
        "input_channels",
        "output_channels",
        "receptive_field",
        "settles",
    ):
        assert getattr(info, name) == getattr(model, name), name
    assert info.parameters == model.num_parameters
    assert info.macs_per_frame == model.macs_per_frame
    assert info.sizes == model.sizes
    assert info.metadata == model.metadata
    assert info.sample_rate == (model.sample_rate if model.sample_rate_known else None)
    assert info.receptive_field_seconds == model.receptive_field / model.sample_rate
    assert info.path == (str(source) if isinstance(source, Path) else None)


def test_info_of_a_nested_recurrent_model() -> None:
    nam = wavenet()
    nam["config"]["condition_dsp"] = lstm()
    assert not nam_core.info(nam).settles
    assert not nam_core.load(nam).settles


def test_info_counts_all_that_is_stored() -> None:
    info = nam_core.info(container(linear([0.5] * 4), linear([0.5] * 9)))
    assert (info.stored_parameters, info.parameters) == (13, 9)


def test_info_as_json() -> None:
    info = nam_core.info(GOLDEN / "container_three.nam")
    values = info.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert {field.name for field in dataclasses.fields(info)} <= values.keys()
    assert values["sizes"][0]["channels"] == list(info.sizes[0].channels)
    assert values["metadata"] == info.metadata.raw


def test_info_builds_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nam_core._core.EngineF32", None)
    monkeypatch.setattr("nam_core._core.EngineF64", None)
    assert nam_core.info(wavenet()).architecture == "WaveNet"
