"""Which architectures fit a budget, and in which order."""

from __future__ import annotations

import pytest

import nam_core
from nam_core.costing.device_profile import DeviceProfile
from nam_core.search.ranking import search, steps

REACH = 9000


def test_all_fit_and_none_is_beaten(profile: DeviceProfile) -> None:
    done: list[int] = []
    results = search(profile, 0.01, receptive_field=REACH, advance=done.append)
    assert sum(done) == steps(REACH)
    found = [item.full for item in results]
    assert found
    for item in found:
        counted = nam_core.cost(item.architecture.file(), isa="avx2")
        assert item.ns_per_sample == profile.predict(counted, 64)
        assert item.macs_per_frame == counted.macs_per_frame
        assert item.core_share == pytest.approx(item.ns_per_sample * 48000 / 1e9)
        assert item.core_share <= 0.01
        assert item.architecture.layers.receptive_field >= REACH
    parameters = [item.architecture.parameters for item in found]
    depths = [len(item.architecture.layers.dilations) for item in found]
    assert parameters == sorted(parameters, reverse=True)
    assert depths == sorted(set(depths))


def test_more_budget_gives_more_parameters(profile: DeviceProfile) -> None:
    small, large = (search(profile, share, receptive_field=REACH)[0].full for share in (0.004, 0.02))
    assert small.architecture.parameters < large.architecture.parameters


def test_small_sizes_have_the_layers_of_the_full_ones(profile: DeviceProfile) -> None:
    results = search(profile, 0.02, small_share=0.005, receptive_field=REACH)
    for item in results:
        assert item.small is not None
        assert item.small.architecture.layers == item.full.architecture.layers
        assert item.small.architecture.channels < item.full.architecture.channels
        assert item.small.core_share <= 0.005
        assert [size["channels"] for size in item.to_dict()["sizes"]] == [
            item.small.architecture.channels,
            item.full.architecture.channels,
        ]


def test_nothing_fits(profile: DeviceProfile) -> None:
    with pytest.raises(
        ValueError, match=r"no architecture with a receptive field of 9,000 frames fits; allow"
    ):
        search(profile, 1e-6, receptive_field=REACH)
