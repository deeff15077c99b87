"""Sizes, their borders, and the prefix slices of both kinds of slimming (format 7 and 8)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nam_core.errors import NamConfigError
from nam_core.format.config import Activation, ContainerConfig, NamModel, WaveNetConfig
from nam_core.format.nam_file import read_nam
from nam_core.format.quantities import macs_per_frame, num_parameters
from nam_core.format.slimming import Size, select, sizes
from nam_core.format.weight_layout import count_weights, split_weights, weight_parts

GOLDEN = Path(__file__).parents[1] / "golden"
GoldenJson = Callable[[str], dict[str, Any]]

# Lower border and channels of each size.
SIZES = {
    "slim_boosting": [(0.0, 2), (0.5, 6)],
    "slim_bottleneck": [(0.0, 1), (1 / 6, 2), (2 / 6, 3), (3 / 6, 4), (4 / 6, 5), (5 / 6, 6)],
    "slim_bottleneck_wide": [(0.0, 2), (0.5, 4)],
    "slim_default": [(0.0, 1), (0.2, 2), (0.4, 3), (0.6, 4), (0.8, 5)],
    "slim_explicit": [(0.0, 2), (1 / 3, 3), (2 / 3, 8)],
    "slim_gated": [(0.0, 1), (1 / 3, 4), (2 / 3, 6)],
    "slim_no_layer1x1": [(0.0, 2), (0.5, 4)],
    "slim_post_head": [(0.0, 1), (1 / 3, 2), (2 / 3, 4)],
    "container_two": [(0.0, 3), (0.5, 5)],
    "container_three": [(0.0, 2), (0.33333333, 3), (0.66666667, 6)],
}


def golden(name: str) -> NamModel:
    return read_nam(GOLDEN / f"{name}.nam")


def wavenet(model: NamModel) -> WaveNetConfig:
    assert isinstance(model.config, WaveNetConfig)
    return model.config


def size_at(model: NamModel, quality: float) -> Size:
    found = sizes(model)
    return next((size for size in found if size.low <= quality < size.high), found[-1])


def check_is_plain(model: NamModel, size: Size) -> None:
    """The selected model has no slimmable part left, and its size is as stated."""
    assert sizes(model) == (Size(0.0, 1.0, size.channels, size.parameters, size.macs_per_frame),)
    assert model.weights.size == count_weights(model.config)
    assert num_parameters(model.config) == size.parameters
    assert macs_per_frame(model.config) == size.macs_per_frame
    assert select(model, 0.0) is model


@pytest.mark.parametrize("name", SIZES)
def test_sizes_of_golden_models(name: str) -> None:
    found = sizes(golden(name))
    lows = [low for low, _ in SIZES[name]]
    assert [size.channels for size in found] == [(channels,) for _, channels in SIZES[name]]
    np.testing.assert_allclose([size.low for size in found], lows, rtol=0, atol=1e-8)
    assert [size.high for size in found] == [*[size.low for size in found[1:]], 1.0]
    assert all(small.parameters < large.parameters for small, large in pairwise(found))


@pytest.mark.parametrize("name", SIZES)
def test_selected_model_at_golden_values(name: str) -> None:
    """At every value of the golden outputs, borders included, sizes and select agree with the reference."""
    model = golden(name)
    arrays = np.load(GOLDEN / f"{name}.npz")
    for i, value in enumerate(arrays["slim_values"]):
        quality = min(float(value), 1.0)
        chosen = select(model, quality)
        check_is_plain(chosen, size_at(model, quality))
        if isinstance(model.config, ContainerConfig):
            submodel = model.config.submodels[arrays["slim_index"][i]].model
            assert chosen.config == submodel.config
            np.testing.assert_array_equal(chosen.weights, submodel.weights)
            assert chosen.metadata == model.metadata
            assert chosen.sample_rate == model.sample_rate


@pytest.mark.parametrize("name", SIZES)
def test_outputs_change_where_sizes_do(name: str) -> None:
    """Golden outputs of two neighbouring values are equal exactly if both select the same size."""
    model = golden(name)
    arrays = np.load(GOLDEN / f"{name}.npz")
    values = np.minimum(arrays["slim_values"], 1.0)
    for i in range(len(values) - 1):
        same_size = size_at(model, values[i]) == size_at(model, values[i + 1])
        assert same_size == np.array_equal(arrays["y64_slim"][i], arrays["y64_slim"][i + 1])


@pytest.mark.parametrize("name", ["plain_one_array", "condition_dsp_nested", "lstm_1x6", "linear_short"])
def test_models_that_cannot_slim(name: str) -> None:
    model = golden(name)
    (size,) = sizes(model)
    assert (size.low, size.high) == (0.0, 1.0)
    assert select(model, 0.3) is model
    check_is_plain(model, size)


@pytest.mark.parametrize("quality", [-0.1, 1.1, float("nan"), float("inf")])
def test_quality_out_of_range(quality: float) -> None:
    with pytest.raises(ValueError, match=r"quality must be from 0.0 .* to 1.0 .*; found"):
        select(golden("plain_one_array"), quality)


@pytest.mark.parametrize("count", [3, 10, 22, 49, 98, 107, 300])
def test_borders_are_the_first_quality_of_a_size(golden_json: GoldenJson, count: int) -> None:
    """floor(quality * count) decides; (i / count) * count can fall just below i, as 15 / 22 * 22 does."""
    data = golden_json("slim_no_layer1x1")
    array = data["config"]["layers"][0]
    array.update(channels=count, bottleneck=count, dilations=[1], kernel_sizes=[1], activation="Tanh")
    array.update(gating_mode="none", secondary_activation=None)
    array["slimmable"]["kwargs"] = {}
    array["head"] = {"out_channels": 1, "kernel_size": 1, "bias": False}
    data["weights"] = [0.5] * (count + count * count + count + count + count + 1)
    model = read_nam(data)
    found = sizes(model)
    assert [size.channels for size in found] == [(i + 1,) for i in range(count)]
    for index, size in enumerate(found[1:], 1):
        assert math.floor(size.low * count) == index
        assert math.floor(index / count * count) == (index if size.low == index / count else index - 1)
        assert wavenet(select(model, size.low)).layers[0].channels == index + 1
        assert wavenet(select(model, math.nextafter(size.low, 0.0))).layers[0].channels == index


def test_slices_are_prefixes() -> None:
    model = golden("slim_gated")
    slim = select(model, 0.5)
    full_parts = split_weights(weight_parts(model.config), model.weights)
    for name, tensor in split_weights(weight_parts(slim.config), slim.weights).items():
        whole = full_parts[name]
        np.testing.assert_array_equal(tensor, whole[tuple(slice(extent) for extent in tensor.shape)])
    # Both halves of a pair come from the first rows of the full convolution.
    assert full_parts["layers[0].conv[0].weight"].shape[:2] == (12, 6)
    assert split_weights(weight_parts(slim.config), slim.weights)["layers[0].conv[0].weight"].shape[:2] == (
        8,
        4,
    )
    assert not slim.weights.flags.writeable


def test_bottleneck_rules() -> None:
    """Without a list the bottleneck follows its own list; an explicit list applies to the bottleneck, too
    (format 7.4).
    """
    own = golden("slim_bottleneck")
    widths = [(array.channels, array.bottleneck) for array in (_array(own, size.low) for size in sizes(own))]
    assert widths == [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3)]
    wide = golden("slim_bottleneck_wide")
    assert wavenet(wide).layers[0].bottleneck > wavenet(wide).layers[0].channels
    array = _array(wide, 1.0)
    assert array.channels == array.bottleneck == wavenet(wide).layers[0].channels


def _array(model: NamModel, quality: float) -> Any:
    return wavenet(select(model, quality)).layers[0]


def test_full_size_keeps_the_weights() -> None:
    model = golden("slim_default")
    np.testing.assert_array_equal(select(model, 1.0).weights, model.weights)
    assert wavenet(select(model, 1.0)).layers[0].slimmable is None


def test_list_that_is_not_sorted_and_ends_below_the_channels(golden_json: GoldenJson) -> None:
    data = golden_json("slim_explicit")
    data["config"]["layers"][0]["slimmable"]["kwargs"]["allowed_channels"] = [4, 2, 6]
    assert [size.channels for size in sizes(read_nam(data))] == [(4,), (2,), (6,)]


def test_prelu_slopes_are_sliced() -> None:
    model = golden("slim_explicit")
    config = wavenet(model)
    array = config.layers[0]
    slopes = tuple(i / 10 for i in range(array.bottleneck))
    layers = tuple(replace(layer, activation=Activation("PReLU", slopes)) for layer in array.layers)
    config = replace(config, layers=(replace(array, layers=layers),))
    slim = wavenet(select(replace(model, config=config), 0.0))
    assert {layer.activation.parameters for layer in slim.layers[0].layers} == {(0.0, 0.1)}


def test_several_arrays_with_film_head1x1_and_condition(golden_json: GoldenJson) -> None:
    """The C++ core's rules: each array has its own list; a head has as many outputs as the next head sum."""
    data = golden_json("two_arrays")
    slimmable = {"method": "slice_channels_uniform", "kwargs": {}}
    for array in data["config"]["layers"]:
        array["slimmable"] = slimmable
    model = read_nam(data)
    first, second = wavenet(model).layers
    lows = {i / first.channels for i in range(1, first.channels)}
    lows |= {i / second.channels for i in range(1, second.channels)}
    assert [size.low for size in sizes(model)] == sorted({0.0, *lows})
    for size in sizes(model):
        chosen = select(model, size.low)
        check_is_plain(chosen, size)
        slim_first, slim_second = wavenet(chosen).layers
        assert size.channels == (slim_first.channels, slim_second.channels)
        assert slim_second.input_size == slim_first.channels
        assert slim_first.head.out_channels == slim_second.head_channels
        assert slim_second.head.out_channels == second.head.out_channels

    for name in ("film_all_gated", "head1x1", "condition_dsp_mono"):
        data = golden_json(name)
        for array in data["config"]["layers"]:
            array["slimmable"] = slimmable
        model = read_nam(data)
        for size in sizes(model):
            check_is_plain(select(model, size.low), size)
        assert len(sizes(model)) > 1


def test_condition_dsp_is_not_slimmed(golden_json: GoldenJson) -> None:
    data = golden_json("condition_dsp_mono")
    data["config"]["condition_dsp"] = golden_json("container_two")
    model = read_nam(data)
    condition = wavenet(model).condition_dsp
    assert condition is not None
    (size,) = sizes(model)
    chosen = wavenet(select(model, 0.0)).condition_dsp
    assert chosen is not None
    assert chosen.config == select(condition, 1.0).config
    assert size.parameters == count_weights(model.config) + num_parameters(chosen.config)


@pytest.mark.parametrize("name", ["groups_input", "head_kernel"])
def test_what_cannot_be_cut_still_loads_and_plays_at_full_size(golden_json: GoldenJson, name: str) -> None:
    data = golden_json(name)
    array = data["config"]["layers"][0]
    array["slimmable"] = {"method": "slice_channels_uniform", "kwargs": {}}
    model = read_nam(data)
    (size,) = sizes(model)
    assert size.low == pytest.approx(1 - 1 / array["channels"])
    check_is_plain(select(model, 1.0), size)
    with pytest.raises(NamConfigError, match="cannot be slimmed") as caught:
        select(model, 0.0)
    assert caught.value.location == "config.layers[0]"


def test_nested_containers_and_slimmable_submodels(golden_json: GoldenJson) -> None:
    """The quality is passed on to a nested model inside the selected submodel."""
    data = golden_json("container_two")
    inner = golden_json("container_two")
    inner["config"]["submodels"][0]["max_value"] = 0.8
    data["config"]["submodels"][0]["model"] = golden_json("slim_default")
    data["config"]["submodels"][1]["model"] = inner
    model = read_nam(data)
    found = [(size.low, size.channels) for size in sizes(model)]
    assert found == [(0.0, (1,)), (0.2, (2,)), (0.4, (3,)), (0.5, (3,)), (0.8, (5,))]
    for size in sizes(model):
        check_is_plain(select(model, size.low), size)


def test_container_borders_are_clipped_to_one(golden_json: GoldenJson) -> None:
    data = golden_json("container_three")
    for submodel, max_value in zip(data["config"]["submodels"], (-1.0, 1.5, 2.0), strict=True):
        submodel["max_value"] = max_value
    model = read_nam(data)
    assert [(size.low, size.high, size.channels) for size in sizes(model)] == [
        (0.0, 1.0, (3,)),
        (1.0, 1.0, (6,)),
    ]
    assert wavenet(select(model, 0.999)).layers[0].channels == 3
    assert wavenet(select(model, 1.0)).layers[0].channels == 6


def test_chosen_submodel_has_the_known_sample_rate(golden_json: GoldenJson) -> None:
    data = golden_json("container_two")
    del data["sample_rate"]
    assert select(read_nam(data), 1.0).sample_rate == 48000.0
