"""``nam-core selftest``: it passes here, and it can fail."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import nam_core
from nam_core import selftest
from nam_core.format.config import FILM_NAMES
from nam_core.selftest.models import models
from nam_core.selftest.stimulus import stimulus

EXACT: list[str] = nam_core.runtime_info()["exact_isas"]
MODELS = models()


def test_every_exact_instruction_set_passes(run: Any) -> None:
    result = run("selftest")
    assert result.status == 0
    lines = {line.split()[0]: line for line in result.out.splitlines()}
    assert list(lines) == nam_core.runtime_info()["isas"]
    for isa, line in lines.items():
        expected = f"ok, {len(MODELS)} models have the recorded bits" if isa in EXACT else "not compared"
        assert expected in line


def test_json(run: Any) -> None:
    result = run("selftest", "--json")
    found = json.loads(result.out)
    assert (result.status, found["passed"], found["isas"]) == (0, True, [r["isa"] for r in found["results"]])
    assert [r["isa"] for r in found["results"] if r["exact"]] == EXACT
    for entry in found["results"]:
        assert entry["mismatches"] == []
        assert entry["checked"] == (len(MODELS) if entry["exact"] else 0)
        assert (entry["seconds"] > 0.0) == entry["exact"]


@pytest.mark.skipif(not EXACT, reason="no instruction set with fused multiply-add: nothing is compared")
def test_a_bit_that_differs_is_reported(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = {**selftest.recorded(), "LSTM": ["0" * 64]}
    monkeypatch.setattr(selftest, "recorded", lambda: recorded)
    result = run("selftest")
    assert result.status == 1
    assert f"{EXACT[0]:<14}FAILED, 1 of {len(MODELS)} models differ (LSTM)" in result.out
    result = run("selftest", "--json")
    found = json.loads(result.out)
    assert (result.status, found["passed"]) == (1, False)
    assert {tuple(entry["mismatches"]) for entry in found["results"] if entry["exact"]} == {("LSTM",)}


def test_every_model_is_recorded_in_each_of_its_sizes() -> None:
    recorded = selftest.recorded()
    assert list(recorded) == list(MODELS)
    for name, (source, _) in MODELS.items():
        assert len(recorded[name]) == len(set(recorded[name])) == len(nam_core.load(source).sizes)
    # No two models sound the same.
    hashes = [digest for name, found in recorded.items() if name != "container" for digest in found]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("name", MODELS)
def test_the_models_answer_the_signal(name: str) -> None:
    source, options = MODELS[name]
    y = nam_core.load(source, **options).process(stimulus())
    # Loud enough that the last bits of what is inside reach the output, and not saturated.
    assert 0.02 < float(np.std(y)) < 50.0
    assert np.unique(y).size > 500


def test_together_they_have_everything() -> None:
    text = json.dumps([source for source, _ in MODELS.values()])
    known = [
        *("WaveNet", "LSTM", "ConvNet", "Linear", "SlimmableContainer", "condition_dsp", "slimmable"),
        *("gated", "blended", "groups_input", "groups_input_mixin", "bottleneck", "head1x1", "layer1x1"),
        *("batchnorm", "kernel_sizes", "Tanh", "Sigmoid", "ReLU", "LeakyReLU", "PReLU", "SiLU", "Softsign"),
        *("Softsigmoid", "Hardswish", "Hardtanh", "LeakyHardtanh"),
    ]
    assert [word for word in (*known, *FILM_NAMES) if f'"{word}"' not in text] == []
