"""The candidate architectures, against the counts of the format's own reader."""

from __future__ import annotations

import pytest

from nam_core.engine.inspection import info
from nam_core.search.space import Architecture, Layers, layouts
from nam_core.survey.modelset.architectures import a2
from nam_core.survey.modelset.sounding_weights import with_weights

LAYOUTS = layouts(4093)


@pytest.mark.parametrize("index", range(0, len(LAYOUTS), 41))
@pytest.mark.parametrize("channels", [2, 5])
def test_counts(index: int, channels: int) -> None:
    architecture = Architecture(channels, LAYOUTS[index])
    found = info(with_weights(architecture.file(), 0))
    assert found.parameters == architecture.parameters
    assert found.receptive_field == architecture.layers.receptive_field >= 4093


def test_a2_is_among_them() -> None:
    (array,) = a2(8)["config"]["layers"]
    layers = Layers(tuple(array["kernel_sizes"]), tuple(array["dilations"]), array["head"]["kernel_size"])
    assert layers in LAYOUTS
    assert layers not in layouts(10_000)


def test_one_layout_for_each_cost() -> None:
    uniform = [layers for layers in LAYOUTS if len(set(layers.kernel_sizes)) == 1]
    keys = {(layers.kernel_sizes, layers.head_kernel_size) for layers in uniform}
    assert len(keys) == len(uniform)
    further = layouts(20_000)
    assert 0 < len(further) < len(LAYOUTS)
    assert all(layers.receptive_field >= 20_000 for layers in further)
