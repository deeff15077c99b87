"""Which way of making files finds more per minute of processor time: on faults that are planted on purpose.

    python tests/fuzz/compare.py --seconds 20

Our own mutants (``nam_cases``) against those that Hypothesis draws (tests/format/test_nam_mutations.py): both
are loaded and played by the same check. Each fault takes one rule of the reader, or of a model, out of force.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from format.test_nam_mutations import mutated
from fuzz import nam_cases

import nam_core

SCHEMA = "nam_core.format.schema"


def _nothing(*_: object) -> None:
    """Replaces a check."""


def _wrong_at(frames: int, inputs: int) -> Callable[..., Any]:
    """A ``process`` with a planted fault at the end of one kind of block."""
    process = nam_core.Model.process

    def faulty(model: nam_core.Model, block: Any, out: Any = None) -> Any:
        result = process(model, block, out)
        if block.shape[-1] == frames and model.input_channels == inputs:
            result[..., -1] += 1
        return result

    return faulty


# What is planted: the name of an object, and what takes its place.
FAULTS: dict[str, tuple[str, Any]] = {
    "a reset does nothing": ("nam_core.Model.reset", _nothing),
    "a change of quality does nothing": ("nam_core.Model.set_quality", _nothing),
    "mono blocks of 17 frames end wrongly": ("nam_core.Model.process", _wrong_at(17, 1)),
    "blocks of 3 channels and 129 frames end wrongly": ("nam_core.Model.process", _wrong_at(129, 3)),
    "what should be a list need not be": (f"{SCHEMA}.cursor.Cursor.sizes", lambda cursor: list(cursor.value)),
    "integers may be anything": (f"{SCHEMA}.cursor.Cursor.size", lambda cursor, default=None: cursor.value),
    "what should be text need not be": (f"{SCHEMA}.cursor.Cursor.text", lambda cursor: cursor.value),
    "allowed channels may be any": (
        f"{SCHEMA}.slimmable._read_allowed_channels",
        lambda c, *_: tuple(c.value),
    ),
}


class FoundError(Exception):
    """A case violated a rule."""


def _check(make: Callable[[], bytes], seed: int) -> None:
    try:
        nam_cases.check(make(), seed)
    except Exception as error:
        raise FoundError from error


def ours(seconds: float, seed: int) -> Iterator[None]:
    """Run one step per case until this much processor time is used."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        _check(lambda: nam_cases.random_case(random.Random(seed)), seed)  # noqa: B023  # called at once
        seed += 1
        yield


def drawn(seconds: float, seed: int) -> Iterator[None]:
    """The same for Hypothesis, which calls the step."""
    end = time.process_time() + seconds
    count = 0

    class Ended(BaseException):
        pass

    @settings(
        max_examples=10**7,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(), st.integers(0, 2**32))
    def run(nam: dict[str, Any], number: int) -> None:
        nonlocal count
        if time.process_time() > end:
            raise Ended
        count += 1
        _check(lambda: json.dumps(nam).encode("utf-8", "surrogatepass"), number)

    with contextlib.suppress(Ended):
        run()
    yield from [None] * count


def hunt(way: Callable[[float, int], Iterator[None]], fault: str, seconds: float) -> None:
    """Exit with status 1 if a case finds the fault, and 0 if time runs out."""
    target, replacement = FAULTS[fault]
    try:
        with patch(target, replacement):
            for _ in way(seconds, 0):
                pass
    except FoundError:
        os._exit(1)
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="of processor time for each fault and way"
    )
    options = parser.parse_args()
    for name, way in (("ours", ours), ("Hypothesis", drawn)):
        found, spent = 0, 0.0
        for fault in FAULTS:
            # In a process of its own: a fault of the reader may let the engine crash, which counts.
            child = os.fork()
            if child == 0:
                hunt(way, fault, options.seconds)
            _, status, used = os.wait4(child, 0)
            seconds = used.ru_utime + used.ru_stime
            found, spent = found + (status != 0), spent + seconds
            print(f"{name}: {fault}: {'found' if status else 'not found'} after {seconds:.1f} s", flush=True)
        print(f"{name}: {found} of {len(FAULTS)} in {spent:.0f} s, {60 * found / spent:.1f} a minute")


if __name__ == "__main__":
    main()
