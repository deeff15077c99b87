"""Surveys with invented figures, for tests of their evaluation."""

from __future__ import annotations

from typing import Any

from nam_core.survey.machine import Machine
from nam_core.survey.results import BlockTimes, PartOfProfile, Result, Settings, Signal, Survey

MACHINE = Machine(
    processor="Test <CPU>",
    cores=4,
    system="Linux",
    isa="avx2",
    compiler="GNU 12",
    nam_core="0.1.0",
    python="3.11",
    governor="performance",
    throttled=False,
    load=0.1,
    fma_limit=50.0,
    conditions=(),
)
PROFILE = (PartOfProfile("conv", 75.0, 0.75, 23.0), PartOfProfile("overhead", 25.0, 0.25, 1.0))


def result(name: str = "amp", ns: float = 100.0, signal: Signal = "sound", **changes: Any) -> Result:
    """100 ns per sample at 48 kHz are 0.48 % of a core, or 9.6 ms for 2 s."""
    fields: dict[str, Any] = {
        "model": name,
        "path": f"{name}.nam",
        "architecture": "WaveNet",
        "quality": 0.5,
        "channels": (8, 4),
        "parameters": 1200,
        "macs_per_frame": 1000,
        "receptive_field": 500,
        "sample_rate": 48000.0,
        "block": 64,
        "isa": "avx2",
        "dtype": "float32",
        "signal": signal,
        "ns_per_sample": ns,
        "ns_per_sample_min": 0.9 * ns,
        "ns_per_sample_low": 0.95 * ns,
        "ns_per_sample_high": 1.1 * ns,
        "repetitions": 10,
        "block_us": BlockTimes(p50=6.4, p99=7.0, p99_9=9.0, max=12.0, deadline=1333.3),
        "cost": {"macs_per_frame": 1000},
        "silence_ratio": 1.01,
        "executed_macs_per_frame": 900,
    }
    return Result(**{**fields, **changes})


def survey(*results: Result, **changes: Any) -> Survey:
    """A survey of these results, or of one model on sound and on silence."""
    found = results or (result(), result(signal="silence", ns=101.0))
    settings = {"blocks": (64,), "dtype": "float32", "seconds": 2.0, "signal": "guitar", "budget": None}
    return Survey(MACHINE, Settings(**{**settings, **changes}), tuple(found))


def many(count: int) -> Survey:
    """Models with few widths and many costs, as in a sweep."""
    widths = (3, 8, 8, 8, 8, 16)
    return survey(
        *(
            result(
                f"sweep-feature-{i:02d}",
                40.0 * 1.07**i,
                channels=(widths[i % len(widths)],),
                macs_per_frame=800 + 150 * i,
                architecture="LSTM" if i % 5 == 0 else "WaveNet",
            )
            for i in range(count)
        )
    )
