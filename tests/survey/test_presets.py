"""Presets: the published shapes, and weights that give an audible output."""

from __future__ import annotations

import numpy as np
import pytest

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.survey.presets import NAMES, preset

# Spec section 10.
PUBLISHED_WEIGHTS = {
    "a1-standard": 13802,
    "a1-lite": 6554,
    "a1-feather": 3026,
    "a1-nano": 842,
    "a2-full": 12146,
    "a2-lite": 1871,
    "lstm-1x24": 2569,
    "lstm-2x8": 905,
    "lstm-1x16": 1201,
    "lstm-1x12": 709,
}


@pytest.mark.parametrize("name", PUBLISHED_WEIGHTS)
def test_number_of_weights(name: str) -> None:
    assert len(preset(name)["weights"]) == PUBLISHED_WEIGHTS[name]


def test_receptive_fields() -> None:
    assert nam_core.load(preset("a1-standard")).receptive_field == 4093
    assert nam_core.load(preset("a2-full")).receptive_field == 6347


def test_the_container_has_lite_and_full() -> None:
    sizes = nam_core.load(preset("a2-container")).sizes
    assert [size.channels for size in sizes] == [(3,), (8,)]
    assert [size.low for size in sizes] == [0.0, 0.5]


def test_seed() -> None:
    assert preset("a1-nano") == preset("a1-nano", seed=0)
    assert preset("a1-nano", seed=1)["weights"] != preset("a1-nano")["weights"]


def test_unknown_name() -> None:
    with pytest.raises(ValueError, match="a3-full; there are a1-standard, "):
        preset("a3-full")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_other_seeds_sound_too(name: str, seed: int) -> None:
    guitar = dry_signal(48000, 48000, 1)[0]
    wet = nam_core.load(preset(name, seed)).process(guitar)
    assert np.isfinite(wet).all()
    assert 0.5 < np.std(wet) / np.std(guitar) < 2.0
