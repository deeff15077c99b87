"""Results of an imaginary device, whose times are known, for all sizes of a set of architectures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nam_core
from nam_core.costing import Cost
from nam_core.costing.device_work import amounts
from nam_core.format.building import lstm
from nam_core.survey.modelset.architectures import a1, a2
from nam_core.survey.modelset.sweep import architectures

# ns for one of each; of the size that they have on real machines.
TRUTH = {
    "multiply_add": 0.08,
    "operand": 0.06,
    "wait": 0.1,
    "panel": 10.0,
    "line": 1.4,
    "kernel": 20.0,
    "tanh": 2.5,
    "exponential": 2.2,
    "division": 1.1,
    "pass": 0.35,
    "film": 0.8,
    "copy": 0.7,
    "lstm_multiply_add": 0.09,
    "lstm_column": 1.3,
    "lstm_frame": 35.0,
}
BLOCKS = (16, 64, 256)
MACHINE = {"processor": "an imaginary device"}


def costs() -> dict[str, Cost]:
    """The costs of the sweep and of some presets, by name."""
    files = {item.name: item.file for item in architectures()}
    files |= {f"a1-{c}": a1(c) for c in (4, 8, 12, 16)} | {f"a2-{c}": a2(c) for c in (3, 8)}
    files |= {f"lstm-of-{h}": lstm(1, h) for h in (12, 16, 24)}
    return {name: nam_core.cost(file, isa="avx2") for name, file in files.items()}


def bench(distort: Callable[[str, float], float] = lambda name, ns: ns) -> dict[str, Any]:
    """What ``nam-core bench --json`` would write; ``distort`` changes the time of a model."""
    results = []
    for name, cost in costs().items():
        for block in BLOCKS:
            found = amounts(cost, block)
            ns = distort(name, sum(TRUTH[key] * amount for key, amount in found.items()))
            least = {"ns_per_sample": 1.1 * ns, "ns_per_sample_min": ns}
            engine = {"isa": "avx2", "dtype": "float32", "signal": "sound", "block": block}
            results.append({"model": name, **engine, **least, "cost": cost.to_dict()})
    return {"format": "nam_core bench", "format_version": 1, "machine": MACHINE, "results": results}
