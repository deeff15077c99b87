"""Adds a description of the machine to every benchmark's JSON, as ``nam-core bench`` writes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

import nam_core
from bench.models import model_file
from nam_core.survey.machine import Watch, describe, fma_limit

_LIMIT_ROUNDS = 20


@pytest.hookimpl
def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Add the state of the machine at the start: build, instruction sets, clock, load, FMA limit of the best
    instruction set.
    """
    model = nam_core.load(model_file("a1-nano"))
    limit = max(fma_limit(model) for _ in range(_LIMIT_ROUNDS))
    machine_info["nam_core"] = {
        **asdict(describe(Watch(), model.isa, limit)),
        "isas": nam_core.runtime_info()["isas"],
    }
