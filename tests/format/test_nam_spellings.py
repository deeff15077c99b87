"""Older spellings, aliases and defaults mean what their newer spelling means (format 2, 3, 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nam_core.errors import NamConfigError
from nam_core.format.config import Activation, ConvNetConfig, Layer1x1, LayerArray, WaveNetConfig
from nam_core.format.nam_file import read_nam

GoldenJson = Callable[[str], dict[str, Any]]


def array_of(data: dict[str, Any], **changes: Any) -> LayerArray:
    """The first layer array of a golden file after changing some keys; ``...`` removes the key."""
    array = data["config"]["layers"][0]
    for key, value in changes.items():
        if value is ...:
            array.pop(key, None)
        else:
            array[key] = value
    config = read_nam(data).config
    assert isinstance(config, WaveNetConfig)
    return config.layers[0]


@pytest.mark.parametrize("name", ["plain_one_array", "two_arrays", "gated"])
def test_legacy_golden_pairs(golden_json: GoldenJson, name: str) -> None:
    new, legacy = read_nam(golden_json(name)), read_nam(golden_json(f"{name}_legacy"))
    assert legacy.version == "0.5.4"
    assert legacy.config == new.config
    np.testing.assert_array_equal(legacy.weights, new.weights)


def test_optional_keys_have_defaults(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    expected = array_of(data)
    films = [key for key in data["config"]["layers"][0] if key.endswith("_film")]
    assert len(films) == 8
    optional = ["bottleneck", "head1x1", "layer1x1", "groups_input", "groups_input_mixin", "gating_mode"]
    removed: dict[str, Any] = dict.fromkeys([*optional, *films, "secondary_activation", "slimmable"], ...)
    assert array_of(data, **removed) == expected
    del data["config"]["head"]
    assert array_of(data) == expected


def test_scalars_hold_for_all_layers(golden_json: GoldenJson) -> None:
    expected = array_of(golden_json("gated"))
    kernel_size = expected.layers[0].kernel_size
    assert {layer.kernel_size for layer in expected.layers} == {kernel_size}
    scalars = {"activation": "Tanh", "gating_mode": "gated", "secondary_activation": "Sigmoid"}
    assert array_of(golden_json("gated"), **scalars, kernel_sizes=kernel_size) == expected
    sizes = {"kernel_sizes": ..., "kernel_size": [kernel_size] * len(expected.layers)}
    assert array_of(golden_json("gated"), **sizes) == expected
    # The secondary activation of a pair is Sigmoid unless the file names one.
    assert array_of(golden_json("gated"), secondary_activation=..., gating_mode="gated") == expected
    # "gated" is a word of the past: it counts only if there is no gating_mode.
    assert array_of(golden_json("gated"), gated=False) == expected


def test_null_secondary_activation_of_a_pair(golden_json: GoldenJson) -> None:
    with pytest.raises(NamConfigError, match=r"secondary_activation.*found null"):
        array_of(golden_json("gated"), secondary_activation=None)


@pytest.mark.parametrize("filler", ["", None, 7])
def test_secondary_activation_without_a_pair_is_ignored(golden_json: GoldenJson, filler: Any) -> None:
    expected = array_of(golden_json("plain_one_array"))
    entries = [filler] * len(expected.layers)
    assert array_of(golden_json("plain_one_array"), secondary_activation=filler) == expected
    assert array_of(golden_json("plain_one_array"), secondary_activation=entries) == expected


def test_head_wins_over_its_legacy_keys(golden_json: GoldenJson) -> None:
    expected = array_of(golden_json("plain_one_array"))
    assert array_of(golden_json("plain_one_array"), head_size=77, head_bias="?") == expected
    head = expected.head
    legacy = {"head": None, "head_size": head.out_channels, "head_bias": head.bias}
    assert array_of(golden_json("plain_one_array"), **legacy) == expected


def test_head_dilation(golden_json: GoldenJson) -> None:
    data = golden_json("head_kernel")
    plain = array_of(data)
    data["config"]["layers"][0]["head"]["head_dilation"] = 5
    dilated = array_of(data)
    assert plain.head.head_dilation == 1
    assert dilated.head.lookback == 5 * plain.head.lookback


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("Tanh", Activation("Tanh")),
        ({"type": "SiLU"}, Activation("SiLU")),
        ({"name": "Softsign"}, Activation("Softsign")),
        ("Fasttanh", Activation("Fasttanh")),
        ("LeakyReLU", Activation("LeakyReLU", (0.01,))),
        ({"type": "LeakyReLU", "negative_slope": 0.2}, Activation("LeakyReLU", (0.2,))),
        ("PReLU", Activation("PReLU", (0.25,))),
        ({"type": "PReLU", "negative_slope": 0.1, "negative_slopes": [1] * 99}, Activation("PReLU", (0.1,))),
        ({"type": "PReLU", "negative_slopes": [1]}, Activation("PReLU", (1.0,))),
        ({"type": "Hardtanh", "min_val": -2}, Activation("Hardtanh", (-2.0, 1.0))),
        (
            {"type": "LeakyHardTanh", "max_val": 3, "max_slope": 0.5},
            Activation("LeakyHardtanh", (-1.0, 3.0, 0.01, 0.5)),
        ),
    ],
)
def test_activations(golden_json: GoldenJson, found: Any, expected: Activation) -> None:
    array = array_of(golden_json("plain_one_array"), activation=found)
    assert {layer.activation for layer in array.layers} == {expected}


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ("GELU", 'activation: found "GELU"; must be one of Tanh, ReLU'),
        ("_Softsign", 'found "_Softsign"'),
        ({}, "activation.type: missing"),
        ({"type": 3}, "activation.type: found 3; must be a string"),
        ({"type": "LeakyReLU", "negative_slope": "x"}, "activation.negative_slope: found"),
        ({"type": "PReLU", "negative_slopes": []}, "activation.negative_slopes: found"),
        ({"type": "Hardtanh", "min_val": 1.0, "max_val": 1.0}, "min_val must be less"),
        (None, "activation: found null"),
    ],
)
def test_activations_that_are_refused(golden_json: GoldenJson, found: Any, message: str) -> None:
    with pytest.raises(NamConfigError, match=message):
        array_of(golden_json("plain_one_array"), activation=found)


def test_convnet_activation_is_a_class_name(golden_json: GoldenJson) -> None:
    data = golden_json("convnet_tanh")
    for found in ("_Softsign", "Softsign", {"type": "_Softsign"}):
        data["config"]["activation"] = found
        config = read_nam(data).config
        assert isinstance(config, ConvNetConfig)
        assert config.activation == Activation("Softsign")


@pytest.mark.parametrize("inactive", [False, None, {}, {"active": False, "groups": 3}, {"shift": False}])
def test_inactive_film(golden_json: GoldenJson, inactive: Any) -> None:
    expected = array_of(golden_json("plain_one_array"))
    assert array_of(golden_json("plain_one_array"), conv_pre_film=inactive) == expected


def test_film_must_be_an_object(golden_json: GoldenJson) -> None:
    with pytest.raises(NamConfigError, match="conv_pre_film: found true; must be false, or an object"):
        array_of(golden_json("plain_one_array"), conv_pre_film=True)


def test_1x1_objects_with_missing_members(golden_json: GoldenJson) -> None:
    expected = array_of(golden_json("plain_one_array"))
    assert array_of(golden_json("plain_one_array"), layer1x1={}, head1x1={}) == expected
    assert expected.layer1x1 == Layer1x1(groups=1)
    with pytest.raises(NamConfigError, match=r"head1x1.out_channels: missing"):
        array_of(golden_json("plain_one_array"), head1x1={"active": True})


def test_slimmable_without_method_is_not_slimmable(golden_json: GoldenJson) -> None:
    with pytest.warns(UserWarning, match=r"config.layers\[0\].slimmable: no slimming method"):
        assert array_of(golden_json("slim_default"), slimmable={"kwargs": {}}).slimmable is None


def test_slimmable_list_beyond_the_bottleneck(golden_json: GoldenJson) -> None:
    data = golden_json("slim_bottleneck")
    kwargs = data["config"]["layers"][0]["slimmable"]["kwargs"]
    kwargs["allowed_channels"] = [2, 3, 6]
    with pytest.raises(NamConfigError, match=r"allowed_channels\[2\]: found 6; must be at most 3"):
        read_nam(data)


def test_other_channel_counts(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    data["config"]["in_channels"] = 2
    with pytest.raises(NamConfigError, match=r"input_size: found 1; must be 2, the input channels"):
        read_nam(data)
    data = golden_json("lstm_1x6")
    data["config"]["in_channels"] = 2
    with pytest.raises(NamConfigError, match=r"config.in_channels: found 2; must be 1, the input_size"):
        read_nam(data)


def test_condition_dsp_of_another_architecture(golden_json: GoldenJson) -> None:
    data = golden_json("condition_dsp_mono")
    data["config"]["condition_dsp"] = golden_json("lstm_1x6")
    config = read_nam(data).config
    assert isinstance(config, WaveNetConfig)
    assert config.condition_dsp is not None
    assert config.condition_dsp.architecture == "LSTM"
    assert config.condition_dsp.location == "config.condition_dsp"
