"""The table and the JSON of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bench.peers.engines import FRAMES, PASSES, Engine
from bench.peers.rounds import Case
from nam_core.survey.machine import processor


def _peers(engines: Sequence[Engine]) -> list[str]:
    return list(dict.fromkeys(engine.peer for engine in engines))


def heading(engines: Sequence[Engine]) -> list[str]:
    """The processor, and a line for every build."""
    return [processor(), *(f"{engine.peer} ({engine.build}): {engine.description}" for engine in engines)]


def table(cases: Sequence[Case], engines: Sequence[Engine]) -> Table:
    """A row for every case: ns per sample, the ratio to the first engine, and the best build of each peer."""
    ours, *others = _peers(engines)
    table = Table("model", "block", f"{ours}, ns")
    for peer in others:
        for title in (f"{peer}, ns", f"{peer} / ours", "build"):
            table.add_column(title)
    for case in cases:
        own = case.best(engines, ours)
        cells = [case.model, str(case.block), f"{own[1]:.0f}" if own else "does not load"]
        for peer in others:
            best = case.best(engines, peer)
            if best is None:
                cells += ["does not load", "", ""]
            else:
                cells += [f"{best[1]:.0f}", f"{best[1] / own[1]:.1f}" if own else "", best[0].build]
        table.add_row(*cells)
    return table


def json_report(cases: Sequence[Case], engines: Sequence[Engine], rounds: int) -> dict[str, Any]:
    """Every build's time for every case, in ns per sample; null if the build does not load the model."""
    return {
        "processor": processor(),
        "rounds": rounds,
        "passes": PASSES,
        "frames": FRAMES,
        "engines": [
            {"peer": engine.peer, "build": engine.build, "description": engine.description}
            for engine in engines
        ],
        "cases": [{"model": case.model, "block": case.block, "ns": case.times} for case in cases],
    }
