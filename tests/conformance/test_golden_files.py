"""Every golden file is read as its manifest says; every invalid file is refused at the right place."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nam_core.errors import NamConfigError, NamError, NamFileError, NamVersionError, NamWeightError
from nam_core.format.config import ContainerConfig
from nam_core.format.nam_file import read_nam
from nam_core.format.quantities import num_parameters, receptive_field
from nam_core.format.weight_layout import count, split_weights, weight_parts

GOLDEN = Path(__file__).parents[1] / "golden"
GOLDEN060 = Path(__file__).parents[1] / "golden060"
MANIFEST = json.loads((GOLDEN / "manifest.json").read_bytes())

LAYER = "config.layers[0]"
# The place where each invalid file is wrong, and the kind of error.
INVALID: dict[str, tuple[type[NamError], str]] = {
    "activation_length": (NamConfigError, f"{LAYER}.activation"),
    "activation_name": (NamConfigError, f"{LAYER}.activation[0].type"),
    "activation_type": (NamConfigError, f"{LAYER}.activation"),
    "architecture_unknown": (NamConfigError, "architecture"),
    "array_junction": (NamConfigError, f"{LAYER}.head.out_channels"),
    "condition_dsp_channels": (NamConfigError, f"{LAYER}.condition_size"),
    "condition_dsp_rate": (NamConfigError, "config.condition_dsp.sample_rate"),
    "condition_dsp_weights": (NamWeightError, "config.condition_dsp.weights"),
    "condition_size": (NamConfigError, f"{LAYER}.condition_size"),
    "container_empty": (NamConfigError, "config.submodels"),
    "container_equal": (NamConfigError, "config.submodels[1].max_value"),
    "container_last": (NamConfigError, "config.submodels[1].max_value"),
    "container_order": (NamConfigError, "config.submodels[1].max_value"),
    "container_rate": (NamConfigError, "config.submodels[0].model.sample_rate"),
    "container_sub_version": (NamVersionError, "config.submodels[0].model.version"),
    "container_sub_weights": (NamWeightError, "config.submodels[0].model.weights"),
    "convnet_weights": (NamWeightError, "weights"),
    "dilation_zero": (NamConfigError, f"{LAYER}.dilations[0]"),
    "film_without_head1x1": (NamConfigError, f"{LAYER}.head1x1_post_film"),
    "film_without_layer1x1": (NamConfigError, f"{LAYER}.layer1x1_post_film"),
    "gating_length": (NamConfigError, f"{LAYER}.gating_mode"),
    "gating_name": (NamConfigError, f"{LAYER}.gating_mode[0]"),
    "groups_indivisible": (NamConfigError, f"{LAYER}.groups_input"),
    "head_kernel_zero": (NamConfigError, f"{LAYER}.head.kernel_size"),
    "input_size_first": (NamConfigError, f"{LAYER}.input_size"),
    "input_size_second": (NamConfigError, "config.layers[1].input_size"),
    "kernel_both": (NamConfigError, f"{LAYER}.kernel_size"),
    "kernel_sizes_length": (NamConfigError, f"{LAYER}.kernel_sizes"),
    "layer1x1_inactive_bottleneck": (NamConfigError, f"{LAYER}.bottleneck"),
    "linear_weights": (NamWeightError, "weights"),
    "lstm_weights": (NamWeightError, "weights"),
    "missing_architecture": (NamConfigError, "architecture"),
    "missing_config": (NamConfigError, "config"),
    "missing_version": (NamConfigError, "version"),
    "missing_weights": (NamConfigError, "weights"),
    "mixin_groups_indivisible": (NamConfigError, f"{LAYER}.groups_input_mixin"),
    "no_array_head": (NamConfigError, f"{LAYER}.head"),
    "no_head_scale": (NamConfigError, "config.head_scale"),
    "no_kernel": (NamConfigError, f"{LAYER}.kernel_sizes"),
    "no_layers": (NamConfigError, "config.layers"),
    "not_json": (NamFileError, ""),
    "post_head_in_channels": (NamConfigError, "config.head.in_channels"),
    "post_head_no_kernels": (NamConfigError, "config.head.kernel_sizes"),
    "prelu_slopes_length": (NamConfigError, f"{LAYER}.activation[0].negative_slopes"),
    "root_array": (NamConfigError, ""),
    "secondary_length": (NamConfigError, f"{LAYER}.secondary_activation"),
    "slim_duplicate": (NamConfigError, f"{LAYER}.slimmable.kwargs.allowed_channels[1]"),
    "slim_empty": (NamConfigError, f"{LAYER}.slimmable.kwargs.allowed_channels"),
    "slim_method": (NamConfigError, f"{LAYER}.slimmable.method"),
    "slim_too_big": (NamConfigError, f"{LAYER}.slimmable.kwargs.allowed_channels[1]"),
    "slim_zero": (NamConfigError, f"{LAYER}.slimmable.kwargs.allowed_channels[0]"),
    "version_0_4_9": (NamVersionError, "version"),
    "version_0_7": (NamVersionError, "version"),
    "version_0_7_0-rc1": (NamVersionError, "version"),
    "version_0_8_0": (NamVersionError, "version"),
    "version_1_0_0": (NamVersionError, "version"),
    "version_abc": (NamVersionError, "version"),
    "weights_empty": (NamWeightError, "weights"),
    "weights_one_long": (NamWeightError, "weights"),
    "weights_one_short": (NamWeightError, "weights"),
}

INVALID060: dict[str, tuple[type[NamError], str]] = {
    "linear_1_to_2_one_response": (NamWeightError, "weights"),
    "linear_2_to_3": (NamConfigError, "config.out_channels"),
    "linear_no_taps": (NamConfigError, "config.receptive_field"),
    "sequential_bare_child": (NamConfigError, "config.models[0]"),
    "sequential_channels": (NamConfigError, "config.models[1]"),
    "sequential_child_version": (NamVersionError, "config.models[0].version"),
    "sequential_child_weights": (NamWeightError, "config.models[0].weights"),
    "sequential_empty": (NamConfigError, "config.models"),
    "sequential_lower_case": (NamConfigError, "architecture"),
    "sequential_no_models": (NamConfigError, "config.models"),
    "sequential_rate": (NamConfigError, "config.models[1].sample_rate"),
    "sequential_weights": (NamWeightError, "weights"),
    "sequential_wrapper_rate": (NamConfigError, "config.models[0].sample_rate"),
}


def test_all_files_are_covered() -> None:
    assert {f"{name}.nam" for name in INVALID060} == set(
        json.loads((GOLDEN060 / "invalid/index.json").read_bytes())
    )
    assert len(MANIFEST) == 99
    assert {f"{entry['name']}.nam" for entry in MANIFEST} == {path.name for path in GOLDEN.glob("*.nam")}
    assert {f"{name}.nam" for name in INVALID} == set(
        json.loads((GOLDEN / "invalid/index.json").read_bytes())
    )


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["name"])
def test_golden_file(entry: dict[str, Any]) -> None:
    model = read_nam(GOLDEN / f"{entry['name']}.nam")
    assert model.architecture == entry["architecture"]
    assert model.sample_rate == 48000.0
    assert model.weights.size == entry["weights"] == count(weight_parts(model.config))
    if "receptive_field" in entry:
        assert receptive_field(model.config) == entry["receptive_field"]
    parts = weight_parts(model.config)
    tensors = split_weights(parts, model.weights)
    assert list(tensors) == [part.name for part in parts]
    assert all(tensors[name].shape == shape for name, shape in parts)
    assert all(np.shares_memory(tensor, model.weights) for tensor in tensors.values())
    if isinstance(model.config, ContainerConfig):
        inner = sum(num_parameters(submodel.model.config) for submodel in model.config.submodels)
        assert num_parameters(model.config) == inner


@pytest.mark.parametrize(
    ("folder", "name", "kind", "location"),
    [(GOLDEN, name, *where) for name, where in INVALID.items()]
    + [(GOLDEN060, name, *where) for name, where in INVALID060.items()],
)
def test_invalid_file(folder: Path, name: str, kind: type[NamError], location: str) -> None:
    path = folder / "invalid" / f"{name}.nam"
    with pytest.raises(kind) as caught:
        read_nam(path)
    error = caught.value
    assert type(error) is kind
    assert isinstance(error, NamFileError)
    assert (error.path, error.location) == (str(path), location)
    assert str(path) in str(error)
    assert location in str(error)


def test_weight_errors_name_the_part() -> None:
    parts = {}
    for name in ("weights_one_short", "weights_one_long", "weights_empty", "container_sub_weights"):
        with pytest.raises(NamWeightError) as caught:
            read_nam(GOLDEN / "invalid" / f"{name}.nam")
        parts[name] = (caught.value.part, caught.value.expected, caught.value.got)
    assert parts == {
        "weights_one_short": ("head_scale", 314, 313),
        "weights_one_long": ("head_scale", 314, 315),
        "weights_empty": ("layers[0].rechannel.weight", 314, 0),
        "container_sub_weights": ("head_scale", 194, 193),
    }


def test_reading_is_fast() -> None:
    """A 26,000-weight container takes a few milliseconds; the bound leaves room for slow machines."""
    data = json.loads((GOLDEN / "a1_feather.nam").read_bytes())
    weights = data["weights"]
    data["config"]["layers"] = data["config"]["layers"][:1]
    array = data["config"]["layers"][0]
    array.update(channels=32, bottleneck=32, dilations=[2**i for i in range(8)])
    array["head"] = {"out_channels": 1, "kernel_size": 1, "bias": False}
    for key in ("head_size", "head_bias", "kernel_size", "activation", "gating_mode", "secondary_activation"):
        array.pop(key, None)
    array.update(kernel_sizes=2, activation="Tanh")
    needed = 32 + 8 * (32 * 32 * 2 + 32 + 32 + 32 * 32 + 32) + 32 + 1
    data["weights"] = (weights * (needed // len(weights) + 1))[:needed]
    text = json.dumps(data).encode()
    best = min(_seconds(text) for _ in range(5))
    assert best < 0.05


def _seconds(text: bytes) -> float:
    start = time.perf_counter()
    read_nam(text)
    return time.perf_counter() - start
