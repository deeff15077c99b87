"""The kernels in a plan are those that the engine calls, according to its profile."""

from __future__ import annotations

from collections import Counter

import pytest
from model_set import MODEL_NAMES, set_model

import nam_core
from nam_core import _core
from nam_core.audio.dry_signal import dry_signal
from nam_core.costing.vector_units import vector_unit
from nam_core.engine.planning import describe_architecture
from nam_core.format.slimming import select_config

BLOCK = 64
AUDIO = dry_signal(BLOCK, 48000, 1)[0]

# Copies are no kernels, and of the others only few blocks need one.
NO_KERNELS = ("copy", "history", "transform", "spectra")


def planned(plan: _core.Plan) -> Counter[str]:
    """The number of kernel calls in each part of the profile. The profile counts the steps of a fused layer
    separately, and the layers of an LSTM together.
    """
    return Counter(
        step.part
        for step in plan.steps
        if step.kind not in NO_KERNELS and not (step.kind == "lstm" and step.joined)
    )


@pytest.mark.parametrize("isa", nam_core.runtime_info()["isas"])
@pytest.mark.parametrize("name", MODEL_NAMES)
def test_kernel_calls(name: str, isa: str) -> None:
    nam = nam_core.read_nam(set_model(name).file)
    unit = vector_unit(isa, "float32")
    for size in nam_core.load(set_model(name).file).sizes:
        model = nam_core.load(set_model(name).file, quality=size.low, isa=isa)
        _, parts = model._engine.profile(AUDIO, BLOCK)
        calls = {part: count for part, (_, count) in parts.items() if part not in ("overhead", *NO_KERNELS)}
        described = describe_architecture(select_config(nam, size.low))
        plan = _core.plan(described, False, unit.lanes, unit.panel_rows)
        assert calls == planned(plan)
        assert model.executed_macs_per_frame == plan.macs
