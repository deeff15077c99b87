"""The rounds of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.peers.engines import Engine


@dataclass
class Case:
    """One model in blocks of one size.

    Attributes
    ----------
    model : its name. file : its .nam file. block : frames.
    times : the least ns per sample of each engine, in the order of the engines; None if it does not load.
    """

    model: str
    file: Path
    block: int
    times: list[float | None] = field(default_factory=list)

    def best(self, engines: Sequence[Engine], peer: str) -> tuple[Engine, float] | None:
        """The peer's fastest build and its ns per sample; None if no build of it loads the model."""
        found = [
            (time, engine)
            for engine, time in zip(engines, self.times, strict=True)
            if engine.peer == peer and time is not None
        ]
        if not found:
            return None
        time, engine = min(found, key=lambda pair: pair[0])
        return engine, time


def _least(least: float | None, found: float | None) -> float | None:
    return found if least is None else least if found is None else min(least, found)


def measure(cases: Sequence[Case], engines: Sequence[Engine], rounds: int) -> None:
    """Fill ``times`` of the cases. In every round each engine plays each case once, in turn."""
    for case in cases:
        case.times = [None] * len(engines)
    for _ in range(rounds):
        for case in cases:
            for i, engine in enumerate(engines):
                case.times[i] = _least(case.times[i], engine.time(case.file, case.block))
