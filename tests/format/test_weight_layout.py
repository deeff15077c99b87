"""Names, order and shapes of the weights (format 5, 9), and the cost of a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nam_core.format.nam_file import read_nam
from nam_core.format.quantities import macs_per_frame, num_parameters, receptive_field
from nam_core.format.weight_layout import WeightPart, count, count_weights, split_weights, weight_parts

GOLDEN = Path(__file__).parents[1] / "golden"


def parts_of(name: str) -> dict[str, tuple[int, ...]]:
    return {part.name: part.shape for part in weight_parts(read_nam(GOLDEN / f"{name}.nam").config)}


def test_wavenet() -> None:
    parts = parts_of("film_all_gated")
    of_each_layer = [
        "conv[{}].weight",
        "conv[{}].bias",
        "input_mixin[{}].weight",
        "layer1x1[{}].weight",
        "layer1x1[{}].bias",
        "head1x1[{}].weight",
        "head1x1[{}].bias",
        "conv_pre_film[{}].weight",
        "conv_pre_film[{}].bias",
        "conv_post_film[{}].weight",
        "conv_post_film[{}].bias",
        "input_mixin_pre_film[{}].weight",
        "input_mixin_pre_film[{}].bias",
        "input_mixin_post_film[{}].weight",
        "input_mixin_post_film[{}].bias",
        "activation_pre_film[{}].weight",
        "activation_pre_film[{}].bias",
        "activation_post_film[{}].weight",
        "activation_post_film[{}].bias",
        "layer1x1_post_film[{}].weight",
        "layer1x1_post_film[{}].bias",
        "head1x1_post_film[{}].weight",
        "head1x1_post_film[{}].bias",
    ]
    layers = [name.format(j) for j in range(3) for name in of_each_layer]
    array = ["rechannel.weight", *layers, "head.weight"]
    expected = [*(f"layers[0].{name}" for name in array), "head_scale"]
    assert list(parts) == expected
    assert parts["head_scale"] == (1,)


def test_post_stack_head_and_head_kernel() -> None:
    parts = parts_of("post_head_three")
    assert [name for name in parts if name.startswith("head[")][:2] == ["head[0].weight", "head[0].bias"]
    assert list(parts)[-1] == "head_scale"
    config = read_nam(GOLDEN / "head_kernel.nam").config
    head = config.layers[0].head  # type: ignore[union-attr]
    assert parts_of("head_kernel")["layers[0].head.weight"][2] == head.kernel_size > 1


def test_depthwise_groups() -> None:
    channels = parts_of("groups_depthwise")["layers[0].rechannel.weight"][0]
    assert parts_of("groups_depthwise")["layers[0].conv[0].weight"][:2] == (channels, 1)


def test_lstm() -> None:
    assert parts_of("lstm_2x5") == {
        "layers[0].weight": (20, 6),
        "layers[0].bias": (20,),
        "layers[0].initial_hidden": (5,),
        "layers[0].initial_cell": (5,),
        "layers[1].weight": (20, 10),
        "layers[1].bias": (20,),
        "layers[1].initial_hidden": (5,),
        "layers[1].initial_cell": (5,),
        "head.weight": (1, 5),
        "head.bias": (1,),
    }


@pytest.mark.parametrize("name", ["lstm_1x6", "lstm_2x5", "lstm_3x4"])
def test_lstm_is_counted_without_listing_its_parts(name: str) -> None:
    config = read_nam(GOLDEN / f"{name}.nam").config
    assert count_weights(config) == count(weight_parts(config))


def test_convnet() -> None:
    parts = parts_of("convnet_batchnorm")
    block = [name for name in parts if name.startswith("blocks[0]")]
    norm = [
        f"blocks[0].batchnorm.{name}" for name in ("running_mean", "running_var", "weight", "bias", "eps")
    ]
    assert block == ["blocks[0].conv.weight", *norm]
    assert list(parts)[-2:] == ["head.weight", "head.bias"]
    plain = [name for name in parts_of("convnet_tanh") if name.startswith("blocks[1]")]
    assert plain == ["blocks[1].conv.weight", "blocks[1].conv.bias"]


def test_linear_and_container() -> None:
    assert parts_of("linear_bias") == {"weight": (1, 1, 64), "bias": (1,)}
    assert parts_of("container_two") == {}


def test_split_refuses_another_count() -> None:
    with pytest.raises(ValueError, match="found 3 weights; the parts need 4"):
        split_weights([WeightPart("a", (2, 2))], np.zeros(3, np.float32))


def test_preset_numbers() -> None:
    """The published counts and receptive fields of the presets (format 10)."""
    nano, feather = (read_nam(GOLDEN / f"a1_{name}.nam").config for name in ("nano", "feather"))
    assert [num_parameters(nano), num_parameters(feather)] == [842, 3026]
    assert [receptive_field(nano), receptive_field(feather)] == [4093, 4093]
    lite = read_nam(GOLDEN / "a2_channels_3.nam").config
    assert (num_parameters(lite), receptive_field(lite)) == (1871, 6347)
    # Rechannel and mixins 3 each, convolutions 9 per tap, layer1x1 9, head 3 per tap.
    taps = 21 * 6 + 2 * 15
    assert macs_per_frame(lite) == 3 + 23 * 3 + 9 * taps + 23 * 9 + 3 * 16


def test_costs_include_the_condition_and_choose_of_containers() -> None:
    model = read_nam(GOLDEN / "condition_dsp_mono.nam")
    condition = model.config.condition_dsp  # type: ignore[union-attr]
    assert condition is not None
    assert num_parameters(model.config) == model.weights.size + condition.weights.size
    assert macs_per_frame(model.config) > macs_per_frame(condition.config)
    container = read_nam(GOLDEN / "container_three.nam").config
    inner = [submodel.model.config for submodel in container.submodels]  # type: ignore[union-attr]
    assert macs_per_frame(container) == macs_per_frame(inner[-1])
    assert receptive_field(container) == max(receptive_field(config) for config in inner)
