"""Compares the speed of each model with this processor's FMA limit: ``python -m bench.limit``.

Everything is measured in one interleaved run, because the clock of a shared machine drifts by more than
the differences that matter: each round measures the limit of every instruction set, then every model at every
block size, in the engine (a C++ loop over blocks) and through Python's ``process``. The result is the least
time of all rounds.

The limit is a loop of fused multiply-adds on registers. A model's share of the limit counts every weight that
multiplies a signal as one multiply-add per sample: the nominal multiply-adds of the file. Activations, biases
and head sums take time but do not count. The second share counts the multiply-adds that the engine executes.
They are fewer if the engine folds weights together or leaves out rows that nothing reads.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import nam_core
from bench.models import NAMES, model_file, noise
from nam_core.survey.machine import fma_limit, processor

FRAMES = 4096
Dtype: TypeAlias = Literal["float32", "float64"]


@dataclass
class Case:
    """One row of the table; times in ns per sample, overhead in ns per call."""

    model: str
    isa: str
    block: int
    macs_per_sample: int
    executed_macs_per_sample: int
    engine: float = float("inf")
    python: float = float("inf")
    share_of_limit: float = 0.0
    executed_share_of_limit: float = 0.0

    @property
    def call_overhead(self) -> float:
        """The time of a call from Python minus that of the engine, ns."""
        return (self.python - self.engine) * self.block


def _through_python(model: nam_core.Model, audio: npt.NDArray[Any], block: int) -> float:
    """Seconds for the audio in blocks, with the calls of an audio callback."""
    blocks = [audio[start : start + block] for start in range(0, audio.size - block + 1, block)]
    out = np.empty(block, audio.dtype)
    process = model.process
    start = time.perf_counter()
    for samples in blocks:
        process(samples, out)
    return time.perf_counter() - start


def measure(
    names: list[str], isas: list[str], block_sizes: list[int], rounds: int, dtype: Dtype
) -> tuple[list[Case], dict[str, float]]:
    """All cases, and the FMA limit of each instruction set in multiply-adds per ns."""
    audio: Any = noise(FRAMES).astype(dtype)
    models = {
        (name, isa): nam_core.load(model_file(name), isa=isa, dtype=dtype) for name in names for isa in isas
    }
    cases = [
        Case(
            name,
            isa,
            block,
            models[name, isa].macs_per_frame,
            models[name, isa].executed_macs_per_frame,
        )
        for name in names
        for isa in isas
        for block in block_sizes
    ]
    limits = dict.fromkeys(isas, 0.0)
    for _ in range(rounds):
        for isa in isas:
            limits[isa] = max(limits[isa], fma_limit(models[names[0], isa]))
        for case in cases:
            model = models[case.model, case.isa]
            samples = FRAMES // case.block * case.block
            model._engine.time_run(audio, case.block)  # not counted, because the caches hold another model
            engine = model._engine.time_run(audio, case.block)
            case.engine = min(case.engine, engine * 1e9 / samples)
            case.python = min(case.python, _through_python(model, audio, case.block) * 1e9 / samples)
    for case in cases:
        in_limit = case.engine * limits[case.isa]
        case.share_of_limit = case.macs_per_sample / in_limit
        case.executed_share_of_limit = case.executed_macs_per_sample / in_limit
    return cases, limits


def show(cases: list[Case], limits: dict[str, float], dtype: Dtype, console: Console) -> None:
    """Print the limits and a table."""
    info = nam_core.runtime_info()
    console.print(f"{processor()}, {info['compiler']}, nam_core {info['version']}, {dtype}")
    for isa, limit in limits.items():
        console.print(f"FMA limit of {isa}: {limit:.1f} multiply-adds per ns")
    table = Table(
        *("model", "MAC/sample", "executed", "isa", "block", "ns/sample"),
        *("of the limit", "executed", "x real time", "ns/call"),
    )
    for case in cases:
        table.add_row(
            case.model,
            str(case.macs_per_sample),
            str(case.executed_macs_per_sample),
            case.isa,
            str(case.block),
            f"{case.engine:.1f}",
            f"{case.share_of_limit:.2f}",
            f"{case.executed_share_of_limit:.2f}",
            f"{1e9 / (case.engine * 48000):.0f}",
            f"{case.call_overhead:.0f}",
        )
    console.print(table)
    console.print("ns/call: the time of one call of Model.process(block, out) minus that of the engine.")


def main() -> None:
    """Measure and print; ``--json`` also writes the figures to a file."""
    vector_isas = [isa for isa in nam_core.runtime_info()["isas"] if not isa.startswith("scalar")]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME")
    parser.add_argument("--isas", nargs="+", default=vector_isas, metavar="ISA")
    parser.add_argument("--blocks", nargs="+", type=int, default=[16, 64, 256], metavar="FRAMES")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    cases, limits = measure(
        arguments.models, arguments.isas, arguments.blocks, arguments.rounds, arguments.dtype
    )
    show(cases, limits, arguments.dtype, Console(width=120))
    if arguments.json:
        report: dict[str, Any] = {
            "processor": processor(),
            "runtime": nam_core.runtime_info(),
            "dtype": arguments.dtype,
            "limits": limits,
            "cases": [asdict(case) for case in cases],
        }
        arguments.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
