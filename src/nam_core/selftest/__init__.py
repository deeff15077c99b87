"""Checks this installation: compares the float32 engine's bits with recorded hashes.

Used by ``nam-core selftest``. The models are made in code, small, and together they have every architecture,
every activation and every part of a layer.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .. import _core
from ..loading import load
from .models import models
from .stimulus import digest, stimulus

FILE = Path(__file__).with_name("hashes.json")


@dataclass(frozen=True)
class IsaResult:
    """The result of one instruction set. ``exact``: whether its bits must equal the recorded ones, which is
    so with fused multiply-add. Without it nothing is compared. ``mismatches`` are the names of the models
    whose bits differ, of ``checked``; ``seconds`` is how long it took."""

    isa: str
    exact: bool
    checked: int
    mismatches: tuple[str, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def run() -> list[IsaResult]:
    """Check every instruction set that this processor has, best first. Takes some tenths of a second each."""
    return [
        _check(entry["name"]) if entry["fused"] else IsaResult(entry["name"], False, 0, (), 0.0)
        for entry in _core.kernel_sets()
        if entry["supported"]
    ]


def measured(isa: str) -> dict[str, list[str]]:
    """By name of the model, a hash of its output in each of its sizes, smallest first."""
    signal, found = stimulus(), {}
    for name, (source, options) in models().items():
        sizes = load(source).sizes
        qualities = [(size.low + size.high) / 2 for size in sizes]
        played = [load(source, quality=q, isa=isa, **options) for q in qualities]
        found[name] = [digest(model.process(signal)) for model in played]
    return found


@cache
def recorded() -> dict[str, list[str]]:
    """The recorded result of ``measured`` (tests/conformance/hashes.py)."""
    content: dict[str, list[str]] = json.loads(FILE.read_text("utf-8"))
    return content


def _check(isa: str) -> IsaResult:
    start = time.perf_counter()
    found, expected = measured(isa), recorded()
    mismatches = tuple(name for name in expected if found.get(name) != expected[name])
    return IsaResult(isa, True, len(expected), mismatches, time.perf_counter() - start)
