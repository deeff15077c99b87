"""The kernels that ``cost`` counts are the ones that the engine calls, as its own profile tells."""

from __future__ import annotations

from collections import Counter

import pytest
from model_set import MODEL_NAMES, set_model

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.format.config import FILM_NAMES

BLOCK = 64
AUDIO = dry_signal(BLOCK, 48000, 1)[0]

# Parts that the profile calls otherwise.
PROFILE_NAMES = {
    **dict.fromkeys(FILM_NAMES, "film"),
    **dict.fromkeys(("gated", "blended"), "gating"),
    **dict.fromkeys(("input_mixin add", "head_sum", "residual", "tier_sum"), "sums"),
    "post_stack_head activation": "activation",
}
# Copies are no kernels.
NO_KERNELS = ("copy", "unused")
# Only few blocks need one.
RARE = ("history", "transform", "spectra")


def counted(cost: nam_core.Cost) -> Counter[str]:
    """Kernels of each part of the profile; what is fused counts by itself there."""
    found: Counter[str] = Counter()
    for part in cost.parts:
        if part.kind not in NO_KERNELS:
            name = part.part.removeprefix("condition_dsp ")
            if part.kind in RARE or name in RARE:
                continue
            found[PROFILE_NAMES.get(name, name)] += part.count
    return found


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_kernel_calls(name: str) -> None:
    file = set_model(name).file
    for size in nam_core.load(file).sizes:
        model = nam_core.load(file, quality=size.low)
        _, parts = model._engine.profile(AUDIO, BLOCK)
        calls = {part: count for part, (_, count) in parts.items() if part not in ("overhead", *RARE)}
        assert calls == counted(nam_core.cost(file, size.low))
