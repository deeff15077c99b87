"""Models of several sizes, and the expected output of each size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from small_models import container, linear, noise, wavenet

import nam_core

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
# People's captures, for those who have them.
DATA = ROOT.parent / "shared" / "data" / "models"
CAPTURES = [DATA / f"{name}.nam" for name in ("BossWN-a2", "A2", "slimmable_wavenet")]

Signal = npt.NDArray[Any]
FRAMES = 12_000


def slimmable_files() -> list[Path]:
    """The golden models, the example and captures (if present) that have several sizes and settle."""
    golden = [*sorted(GOLDEN.glob("slim_*.nam")), *sorted(GOLDEN.glob("container_*.nam"))]
    files = [*golden, ROOT / "examples" / "overdrive_a2.nam", *(path for path in CAPTURES if path.exists())]
    return [path for path in files if has_sizes(path)]


def has_sizes(path: Path) -> bool:
    """Whether there is something to switch to, and every size has a finite receptive field."""
    model = nam_core.load(path)
    return len(model.sizes) > 1 and all(nam_core.load(path, quality=size.low).settles for size in model.sizes)


def qualities(model: nam_core.Model) -> list[float]:
    """One quality per size."""
    return [size.low for size in model.sizes]


def signal(model: nam_core.Model, frames: int = FRAMES, seed: int = 0) -> Signal:
    """Noise, ``(frames,)``; all models here are mono."""
    assert model.input_channels == model.output_channels == 1
    return noise(frames, seed=seed, dtype=model.dtype.name)


def from_the_start(source: Any, quality: float, x: Signal, **options: Any) -> Signal:
    """The output of a model loaded at this quality for the whole signal."""
    return nam_core.load(source, quality=quality, **options).process(x)


def two_linear_sizes(small: float = 0.25, full: float = 0.5) -> Any:
    """Two memoryless gains: the output shows how much of each size is heard."""
    return container(linear([small]), linear([full]))


def two_wavenets() -> Any:
    """Two networks with different receptive fields."""
    return container(wavenet(channels=2), wavenet(channels=4, dilations=(1, 2, 4, 8, 16)))


def in_blocks(model: nam_core.Model, x: Signal, sizes: list[int]) -> Signal:
    """Process the signal in blocks of these sizes, over and over."""
    parts, start, index = [], 0, 0
    while start < len(x):
        size = sizes[index % len(sizes)]
        parts.append(model.process(x[start : start + size]))
        start, index = start + size, index + 1
    return np.concatenate(parts) if parts else np.empty(0, model.dtype)
