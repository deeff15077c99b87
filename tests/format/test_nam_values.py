"""Weights, numbers, metadata and sample rates: which are accepted, ignored and refused."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nam_core.errors import NamConfigError, NamError, NamFileError, NamWeightError
from nam_core.format.nam_file import read_nam

GoldenJson = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize(
    "bad", [float("nan"), float("inf"), -float("inf"), 1e39, 10**400, "0.5", None, True, [0.5], {}]
)
def test_weight_that_is_no_finite_number(golden_json: GoldenJson, bad: Any) -> None:
    data = golden_json("plain_one_array")
    data["weights"][17] = bad
    with pytest.raises(NamWeightError, match="must be a finite number") as caught:
        read_nam(data)
    assert caught.value.location == "weights[17]"


def test_nan_literal(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    data["weights"][17] = float("nan")
    with pytest.raises(NamFileError, match="found NaN, which is not JSON"):
        read_nam(json.dumps(data).encode())


@pytest.mark.parametrize("weights", [None, 3, "abc", {"0": 1.0}])
def test_weights_that_are_no_array(golden_json: GoldenJson, weights: Any) -> None:
    with pytest.raises(NamConfigError, match=r"weights: found .*; must be an array of numbers"):
        read_nam(golden_json("plain_one_array") | {"weights": weights})


def test_integers_and_doubles_as_weights(golden_json: GoldenJson) -> None:
    data = golden_json("linear_short")
    data["weights"][:5] = [1, -2, 0.1, np.float64(0.25), 2**80]
    expected = np.array([1, -2, 0.1, 0.25, 2.0**80], np.float32)
    np.testing.assert_array_equal(read_nam(data).weights[:5], expected)


@pytest.mark.parametrize(
    ("change", "part"), [(-1, "head.bias"), (1, "head.bias"), (-200, "layers[0].weight")]
)
def test_number_of_weights(golden_json: GoldenJson, change: int, part: str) -> None:
    data = golden_json("lstm_1x6")
    count = len(data["weights"])
    data["weights"] = (data["weights"] + [0.0])[: count + change]
    with pytest.raises(NamWeightError) as caught:
        read_nam(data)
    assert (caught.value.part, caught.value.expected, caught.value.got) == (part, count, count + change)


@pytest.mark.parametrize("weights", [{}, 0, None])
def test_container_weights_must_be_an_array(golden_json: GoldenJson, weights: Any) -> None:
    with pytest.raises(NamConfigError, match="weights"):
        read_nam(golden_json("container_two") | {"weights": weights})


def test_container_weights_are_unused(golden_json: GoldenJson) -> None:
    with pytest.warns(UserWarning, match="a container's own weights are not used"):
        model = read_nam(golden_json("container_two") | {"weights": [1.0, 2.0]})
    assert model.weights.size == 0


@pytest.mark.parametrize("bad", [0, -1, 1.5, True, "4", None, [4], 2**31, 1e300, 10**400, float("nan")])
def test_sizes_are_strict(golden_json: GoldenJson, bad: Any) -> None:
    data = golden_json("plain_one_array")
    data["config"]["layers"][0]["channels"] = bad
    with pytest.raises(NamConfigError, match="must be an integer") as caught:
        read_nam(data)
    assert caught.value.location == "config.layers[0].channels"


def test_integral_floats_are_integers(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    expected = read_nam(data).config
    array = data["config"]["layers"][0]
    array["channels"] = float(array["channels"])
    array["dilations"] = [float(dilation) for dilation in array["dilations"]]
    config = read_nam(data).config
    assert config == expected
    assert isinstance(config.layers[0].channels, int)  # type: ignore[union-attr]


# Sizes that would need terabytes; the weights do not fit them, and that must be found by arithmetic.
@pytest.mark.parametrize(
    ("name", "key", "location"),
    [
        ("lstm_1x6", "num_layers", "weights"),
        ("lstm_1x6", "hidden_size", "weights"),
        ("lstm_1x6", "out_channels", "weights"),
        ("convnet_tanh", "channels", "weights"),
        ("convnet_tanh", "out_channels", "weights"),
        ("linear_short", "receptive_field", "config"),
        ("slim_default", "layers[0].channels", "weights"),
        ("slim_default", "layers[0].bottleneck", "weights"),
        ("slim_default", "layers[0].kernel_sizes", "config"),
        ("slim_post_head", "head.channels", "weights"),
    ],
)
def test_absurd_sizes(golden_json: GoldenJson, name: str, key: str, location: str) -> None:
    data = golden_json(name)
    if key.startswith("layers[0]."):
        target = data["config"]["layers"][0]
        target.pop("bottleneck")
    else:
        target = data["config"]["head"] if key.startswith("head.") else data["config"]
    target[key.rsplit(".", maxsplit=1)[-1]] = 2**31 - 1
    with pytest.raises(NamError) as caught:
        read_nam(data)
    assert getattr(caught.value, "location", None) == location


def test_absurd_history(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    data["config"]["layers"][0]["dilations"][0] = 2**30
    with pytest.raises(NamConfigError, match=r"receptive field of .* frames; must be at most"):
        read_nam(data)


def test_head_scale_must_be_finite(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    data["config"]["head_scale"] = float("inf")
    with pytest.raises(NamConfigError, match=r"config.head_scale: found Infinity; must be a finite number"):
        read_nam(data)


@pytest.mark.parametrize(
    ("found", "expected"), [(44100, 44100.0), (47999.5, 47999.5), (None, None), (-1, None), (0, None)]
)
def test_sample_rate(golden_json: GoldenJson, found: float | None, expected: float | None) -> None:
    assert read_nam(golden_json("plain_one_array") | {"sample_rate": found}).sample_rate == expected


def test_sample_rate_is_optional(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    del data["sample_rate"]
    assert read_nam(data).sample_rate is None


@pytest.mark.parametrize("bad", ["48000", True, [], float("nan")])
def test_sample_rate_of_wrong_type(golden_json: GoldenJson, bad: Any) -> None:
    with pytest.raises(NamConfigError, match="sample_rate: found"):
        read_nam(golden_json("plain_one_array") | {"sample_rate": bad})


@pytest.mark.parametrize("rates", [(48000, None), (None, 48000), (None, None)])
def test_an_unknown_inner_or_outer_rate_fits_any(
    golden_json: GoldenJson, rates: tuple[float | None, float | None]
) -> None:
    data = golden_json("condition_dsp_mono")
    data["sample_rate"], data["config"]["condition_dsp"]["sample_rate"] = rates
    assert read_nam(data).sample_rate == rates[0]


def test_metadata(golden_json: GoldenJson) -> None:
    found = {"name": "Amp", "gear_type": None, "loudness": -20, "input_level_dbu": 12.5, "training": {"x": 1}}
    metadata = read_nam(golden_json("plain_one_array") | {"metadata": found}).metadata
    assert (metadata.name, metadata.gear_type, metadata.loudness) == ("Amp", None, -20.0)
    assert (metadata.input_level_dbu, metadata.output_level_dbu) == (12.5, None)
    assert metadata.raw == found


@pytest.mark.parametrize(
    ("metadata", "place"),
    [
        ("text", "metadata"),
        ({"loudness": "-20"}, "metadata.loudness"),
        ({"loudness": True}, "metadata.loudness"),
        ({"gain": float("nan")}, "metadata.gain"),
        ({"name": 7}, "metadata.name"),
    ],
)
def test_metadata_of_wrong_type_is_ignored(golden_json: GoldenJson, metadata: Any, place: str) -> None:
    with pytest.warns(UserWarning, match=f"^{place}: found .*; ignored$"):
        found = read_nam(golden_json("plain_one_array") | {"metadata": metadata}).metadata
    assert (found.name, found.loudness, found.gain) == (None, None, None)


def test_unknown_keys_are_ignored_and_the_dict_is_unchanged(golden_json: GoldenJson) -> None:
    data = golden_json("fuzz_5")
    expected = read_nam(data).config
    data["notes"] = data["config"]["notes"] = data["config"]["layers"][0]["notes"] = ["anything"]
    before = copy.deepcopy(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_nam(data).config == expected
    assert data == before
