"""``nam_core.cost`` is checked by hand for some models, and against other counts for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_models import convnet, linear, lstm, wavenet

import nam_core
from nam_core.costing import Cost
from nam_core.format import building
from nam_core.format.config import LinearConfig, SequentialConfig, WaveNetConfig
from nam_core.format.quantities import macs_per_frame
from nam_core.format.slimming import select
from nam_core.survey.modelset.architectures import a1, a2

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.nam"))


def by_part(found: Cost) -> dict[str, tuple[int, int, int]]:
    """Multiply-adds, activations and calls of each part."""
    total: dict[str, tuple[int, int, int]] = {}
    for part in found.parts:
        macs, activations, calls = total.get(part.part, (0, 0, 0))
        evaluations = sum(part.activations.values())
        total[part.part] = (macs + part.macs, activations + evaluations, calls + part.calls)
    return total


def test_a1_standard_by_hand() -> None:
    found = nam_core.cost(a1(16), isa="avx2")
    assert found.macs_per_frame == 13320
    # The first layers read one channel through the rechannel's weights; nobody reads the last layer1x1.
    assert found.executed_macs_per_frame == 13320 - 16 * 3 * 15 - 8 * 8
    assert found.activations == {"Tanh": 10 * 16 + 10 * 8}
    assert by_part(found) == {
        "input": (0, 0, 0),
        "rechannel": (16 + 16 * 8, 0, 2),
        "conv history": (0, 0, 0),
        # Three taps, and the condition.
        "conv": (16 * (3 + 1) + 9 * 16 * (3 * 16 + 1) + 10 * 8 * (3 * 8 + 1), 0, 20),
        "conv input": (0, 0, 0),
        "activation": (0, 240, 0),
        # Four panels of 4 rows, or two: the convolution's call does it too.
        "layer1x1": (10 * 16 * 16 + 9 * 8 * 8, 0, 0),
        "head_rechannel": (16 * 8 + 8, 0, 2),
        "head_scale": (0, 0, 1),
        "output": (0, 0, 0),
    }
    assert found.calls == 25


def test_what_is_fused_depends_on_the_instruction_set() -> None:
    """Five rows are one panel with AVX-512 (eight rows), and two unequal panels with AVX2 (four rows)."""
    array = building.layer_array(5, [3, 3], [1, 1])
    wide, narrow = (nam_core.cost(building.wavenet(array), isa=isa) for isa in ("neon", "avx2"))
    found = [{part.part: part for part in cost.parts}["layer1x1"] for cost in (wide, narrow)]
    assert [(part.panels, part.fused, part.calls) for part in found] == [((5,), True, 0), ((3, 2), False, 1)]
    assert wide.executed_macs_per_frame == narrow.executed_macs_per_frame
    # What stays in registers is neither written nor read.
    assert wide.bytes < narrow.bytes


def test_a2_lite_by_hand() -> None:
    found = nam_core.cost(a2(3))
    taps = 21 * 6 + 2 * 15
    assert found.macs_per_frame == 3 + 23 * 3 + 9 * taps + 23 * 9 + 3 * 16 == 1731
    assert found.activations == {"LeakyReLU": 69}


def test_bytes_of_one_convolution_by_hand() -> None:
    """A layer of 4 channels and 3 taps: values that its kernel reads and writes per frame, blocks of 64
    frames.
    """
    array = building.layer_array(4, [3, 3], [1, 5], activation={"type": "ReLU"})
    parts = {part.part: part for part in nam_core.cost(building.wavenet(array)).parts}
    conv = parts["conv"]  # the second layer's; the first one's reads the input
    weights = 4 * (3 * 4 + 1) + 4
    assert (conv.count, conv.rows, conv.terms) == (1, 4, 13)
    assert conv.bytes_read == 4 * (3 * 4 + 1) + round(4 * weights / 64)
    assert conv.bytes_written == 4 * 4
    # Another activation than the fused ones is a pass of its own: it reads z and the head sum, writes both.
    activation = parts["activation"]
    assert (activation.fused, activation.calls) == (False, 2)
    assert activation.bytes_read == activation.bytes_written == 2 * 2 * 4 * 4


def test_pairs_films_and_head1x1_are_passes() -> None:
    array = building.layer_array(
        4,
        [2],
        [3],
        gating_mode="blended",
        films=["conv_post_film", "activation_post_film"],
        head1x1={"active": True, "out_channels": 2, "groups": 2},
        layer1x1={"active": False, "groups": 1},
    )
    found = by_part(nam_core.cost(building.wavenet(array)))
    assert found["conv"] == (8 * 1 * 2, 0, 1)  # of the one input channel
    assert found["conv_post_film"] == (16, 0, 1)
    assert found["input_mixin"] == (8, 0, 1)
    assert found["input_mixin add"] == (0, 0, 1)
    assert found["activation"] == (0, 8, 2)
    assert found["blended"] == (0, 0, 1)
    assert found["activation_post_film"] == (8, 0, 1)
    assert found["head1x1"] == (2 * 2, 0, 1)
    assert found["head_sum"] == (0, 0, 1)
    assert "residual" not in found


def test_lstm_and_linear_by_hand() -> None:
    found = nam_core.cost(lstm())
    assert found.macs_per_frame == found.executed_macs_per_frame == 4 * 4 * (1 + 4) + 4 * 4 * (4 + 4) + 4
    assert found.activations == {"Sigmoid": 24, "Tanh": 16}
    assert nam_core.cost(linear([0.5] * 100)).executed_macs_per_frame == 100
    assert nam_core.cost(convnet()).activations == {"Tanh": 12}


def test_a_long_response_by_hand() -> None:
    """30,000 taps: 256 direct, 31 partitions of 256, and 6 of 4,096, the last of which is not full."""
    found = nam_core.cost(linear([0.5] * 30_000))
    small, large = [part for part in found.parts if part.part == "transform"]
    spectra = [part for part in found.parts if part.part == "spectra"]
    # There and back, three real multiply-adds per value and pass: 4 passes, and 6.
    assert [part.macs for part in (small, large)] == [2 * 3 * 4, 2 * 3 * 6]
    # Each pass and the turning reads and writes them all: real and imaginary parts of 4 bytes.
    assert [part.bytes_read for part in (small, large)] == [2 * 5 * 8, 2 * 7 * 8]
    assert [part.bytes_written for part in (small, large)] == [2 * 5 * 8, 2 * 7 * 8]
    # Products of complex values, one per partition.
    assert [part.macs for part in spectra] == [4 * 31, 4 * 6]
    assert [part.bytes_read for part in spectra] == [31 * 16, 6 * 16]
    assert found.macs_per_frame == 30_000
    assert found.executed_macs_per_frame == 256 + 24 + 36 + 4 * 31 + 4 * 6


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def spared(config: Any) -> int:
    """Multiply-adds that the engine saves: folded rechannels, and what follows the last layer."""
    if isinstance(config, SequentialConfig):
        return sum(spared(model.config) for model in config.models)
    if not isinstance(config, WaveNetConfig):
        return 0
    total = 0
    for array in config.layers:
        first, inner = array.layers[0], array.channels // array.groups_input
        if array.input_size < inner and "conv_pre_film" not in array.films:
            total += array.conv_channels(first) * (inner - array.input_size) * first.kernel_size
    if (layer1x1 := array.layer1x1) is not None:
        total += array.channels * array.bottleneck // layer1x1.groups
        if film := array.films.get("layer1x1_post_film"):
            total += array.channels * (2 if film.shift else 1) * array.condition_size // film.groups
    return total + (spared(config.condition_dsp.config) if config.condition_dsp else 0)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_nominal_and_executed_differ_by_what_is_spared(path: Path) -> None:
    model = nam_core.read_nam(path)
    try:
        sizes = nam_core.load(path).sizes
    except nam_core.NamConfigError:
        sizes = ()
    for quality in (1.0, *(size.low for size in sizes)):
        found = nam_core.cost(path, quality)
        config = select(model, quality).config
        assert found.macs_per_frame == macs_per_frame(config)
        if isinstance(config, LinearConfig) and nam_core.load(path).grid > 1:  # by transforms
            assert found.executed_macs_per_frame < macs_per_frame(config)
            continue
        assert found.executed_macs_per_frame == macs_per_frame(config) - spared(config)
        assert all(part.macs == part.count * part.rows * part.terms for part in found.parts)


def test_file_config_and_file_without_weights_cost_the_same() -> None:
    model = nam_core.read_nam(wavenet())
    expected = nam_core.cost(model)
    without_weights = {key: value for key, value in wavenet().items() if key != "weights"}
    assert (
        nam_core.cost(wavenet()) == nam_core.cost(model.config) == nam_core.cost(without_weights) == expected
    )
    with pytest.raises(nam_core.NamConfigError, match="weights"):
        nam_core.load(without_weights)


def test_weights_may_be_missing_in_nested_models_only_for_the_cost() -> None:
    size = a2(3)
    assert nam_core.cost(building.container(size, a2(8)), 0.0).macs_per_frame == 1731
    array = building.layer_array(2, [3], [1])
    file = building.wavenet(array, condition_dsp=building.wavenet(array))
    parts = by_part(nam_core.cost(file))
    assert parts["condition_dsp conv"] == parts["conv"]


def test_a_wrong_number_of_weights_is_still_refused() -> None:
    with pytest.raises(nam_core.NamWeightError):
        nam_core.cost({**wavenet(), "weights": [0.0]})


def test_quality_is_checked() -> None:
    with pytest.raises(ValueError, match="quality"):
        nam_core.cost(wavenet(), 1.5)


def test_isa_and_dtype_are_checked() -> None:
    with pytest.raises(ValueError, match="isa must be one of avx512, avx2, neon"):
        nam_core.cost(wavenet(), isa="mmx")
    with pytest.raises(ValueError, match="dtype must be"):
        nam_core.cost(wavenet(), dtype="float16")
    assert nam_core.cost(wavenet(), dtype="float64").bytes > 1.9 * nam_core.cost(wavenet()).bytes


def test_to_dict_and_back() -> None:
    found = nam_core.cost(a1(8))
    values: dict[str, Any] = json.loads(json.dumps(found.to_dict()))
    assert Cost.from_dict(values) == found
    assert values["macs_per_frame"] == found.macs_per_frame
    executed = sum(part["macs"] for part in values["parts"])
    assert values["executed_macs_per_frame"] == found.executed_macs_per_frame == executed
    assert values["calls"] == sum(part["calls"] for part in values["parts"])
    assert values["bytes"] == sum(part["bytes_read"] + part["bytes_written"] for part in values["parts"])


def test_text_is_a_table_with_totals() -> None:
    lines = str(nam_core.cost(a1(16), isa="avx2")).splitlines()
    assert lines[-1].split() == ["all", "12,536", "240", "9,924", "25"]
    assert any(line.split()[:2] == ["rechannel", "144"] for line in lines)
