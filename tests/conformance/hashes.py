"""The float32 engine's bits, as hashes: hashes.json has one for every size of every model that we know.

The same numbers must come from every exact instruction set, compiler, operating system and block size. After
a change that is meant to change them, `python tests/conformance/hashes.py` writes the file anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import nam_core

FILE = Path(__file__).with_name("hashes.json")
ROOT = Path(__file__).resolve().parents[2]
# The last one is not part of the repository: people's captures, for those who have them.
FOLDERS = {
    "golden": ROOT / "tests" / "golden",
    "examples": ROOT / "examples",
    "data": ROOT.parent / "shared" / "data" / "models",
}
FRAMES = 2000

Signal = npt.NDArray[np.float32]


def models() -> dict[str, Path]:
    """The models that are here, by the name that they have in hashes.json."""
    return {
        f"{kind}/{path.stem}": path
        for kind, folder in FOLDERS.items()
        for path in sorted(folder.glob("*.nam"))
    }


@cache
def signal() -> Signal:
    """The input of every hash, ``(FRAMES,)``: noise of many levels, silence of both signs, an impulse.

    Made of integers and exact divisions alone, so that no mathematical library has a say in it.
    """
    samples = [numerator / denominator for numerator, denominator in _ratios()]
    assert len(samples) == FRAMES
    return np.array(samples, np.float32)


def _ratios() -> Iterator[tuple[int, int]]:
    noise = _noise()
    yield from ((next(noise), 1 << 23) for _ in range(600))
    yield from ((0, 1) for _ in range(200))
    yield (1, 1)
    yield from ((0, 1) for _ in range(149))
    # Quiet, where an activation is nearly linear, and twice full scale, about what random weights stand.
    yield from ((next(noise), 1 << 31) for _ in range(250))
    yield from ((next(noise), 1 << 22) for _ in range(250))
    # Down to nothing, by way of the denormal numbers: 6 dB every third frame.
    yield from ((next(noise), 1 << (23 + i // 3)) for i in range(500))
    yield from ((0, -1) for _ in range(50))


def _noise() -> Iterator[int]:
    """Whole numbers of 24 bits, signed, from a linear congruential generator."""
    state = 20260701
    while True:
        state = (1664525 * state + 1013904223) % (1 << 32)
        yield (state >> 8) - (1 << 23)


def digest(samples: npt.NDArray[Any]) -> str:
    """SHA-256 of float32 samples, little-endian. They are finite: the bits of a NaN differ by processor."""
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    return hashlib.sha256(samples.astype("<f4").tobytes()).hexdigest()


def sizes(path: Path, isa: str | None = None) -> list[nam_core.Model]:
    """The model in each of its sizes, smallest first."""
    return [
        nam_core.load(path, quality=(size.low + size.high) / 2, isa=isa) for size in nam_core.load(path).sizes
    ]


def measured(isa: str | None = None, report: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """What hashes.json says, from this machine: models by name, with a hash for each of their sizes."""
    found = {}
    for name, path in models().items():
        report(name)
        found[name] = [digest(model.process(signal())) for model in sizes(path, isa)]
    return {"signal": digest(signal()), "models": found}


def recorded() -> dict[str, Any]:
    """hashes.json."""
    content: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return content


def main() -> None:
    """Write hashes.json, and say what has changed."""
    exact = nam_core.runtime_info()["exact_isas"]
    if not exact:
        raise SystemExit("This processor has no fused multiply-add: its bits are not the ones to record.")
    before = recorded()["models"] if FILE.exists() else {}
    content = measured(exact[0])
    FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    after = content["models"]
    changed = [name for name in after if name in before and after[name] != before[name]]
    print(f"{FILE.name}: {len(after)} models by {exact[0]}, {len(changed)} changed: {' '.join(changed)}")
    if missing := sorted(before.keys() - after.keys()):
        print("Dropped, because they are not here:", *missing)


if __name__ == "__main__":
    main()
