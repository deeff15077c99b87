"""Prints the accuracy table of docs/numerics.md: every model against the PyTorch package in float64.

    python bench/accuracy_table.py ../shared/data/models/*.nam --audio ../shared/data/audio/guitar_di.wav

Needs nam_core[reference], and some minutes: PyTorch in float64 is slow. A model with several sizes has a row
for its full size and one for its smallest. The error of PyTorch's float32 against its float64 is the
yardstick. The last column says how many dB worse our float32 is than PyTorch's: the least and the most of all
pieces of one second. A value below 0 means that ours is better. Errors in units in the last place are not
shown, because they mean nothing at zero crossings.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

import nam_core
from nam_core import metrics

Audio = npt.NDArray[Any]

COLUMNS = (
    "model",
    "quality",
    "samples",
    "float64: differing",
    "float64: ties",
    "float32: null depth, dB",
    "float32: ESR",
    "float32: largest error",
    "PyTorch float32: null depth, dB",
    "worse than PyTorch, dB",
    "worse than PyTorch in 1 s pieces, dB",
)


def read_audio(path: Path, start: float, seconds: float) -> tuple[Audio, int]:
    """The first channel from ``start`` seconds on, float32 ``(frames,)``, and the sample rate in Hz."""
    with soundfile.SoundFile(path) as file:
        file.seek(int(start * file.samplerate))
        samples: Audio = file.read(int(seconds * file.samplerate), dtype="float32", always_2d=True)
        return np.ascontiguousarray(samples[:, 0], dtype=np.float32), file.samplerate


def rows(path: Path, audio: Audio, rate: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a model: the full size, and the smallest if there are several."""
    sizes = nam_core.load(path).sizes
    for quality in (1.0, 0.0) if len(sizes) > 1 else (1.0,):
        exact = nam_core.compare(path, audio, dtype="float64", quality=quality)
        network = nam_core.reference.to_torch(path, quality)
        truth = nam_core.reference.forward_padded(network, audio, "float64")
        theirs = nam_core.reference.forward_padded(network, audio, "float32")
        ours = np.asarray(nam_core.render(nam_core.load(path, quality=quality), audio))
        pieces = [
            worse_by(ours[first : first + rate], theirs[first : first + rate], truth[first : first + rate])
            for first in range(0, len(audio) - rate + 1, rate)
        ]
        yield (
            path.stem,
            f"{quality:g}",
            exact.samples,
            exact.differing_samples,
            exact.rounding_ties,
            f"{metrics.null_depth_db(ours, truth):.1f}",
            f"{metrics.esr(ours, truth):.1e}",
            f"{np.max(np.abs(ours - truth)):.1e}",
            f"{metrics.null_depth_db(theirs, truth):.1f}",
            f"{worse_by(ours, theirs, truth):+.1f}",
            f"{min(pieces):+.1f} to {max(pieces):+.1f}",
        )


def worse_by(ours: Audio, theirs: Audio, truth: Audio) -> float:
    """The error of ``ours`` divided by that of ``theirs``, both against ``truth``, in dB."""
    return metrics.null_depth_db(ours, truth) - metrics.null_depth_db(theirs, truth)


def print_row(cells: Iterable[object]) -> None:
    """Print one line of Markdown at once, because a row takes long."""
    print("|", " | ".join(str(cell) for cell in cells), "|", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=Path, help=".nam files")
    parser.add_argument("--audio", required=True, type=Path, help="recording at the models' sample rate")
    parser.add_argument("--start", type=float, default=4.0, help="first second of the recording to use")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds of the recording to use")
    arguments = parser.parse_args()
    audio, rate = read_audio(arguments.audio, arguments.start, arguments.seconds)
    print_row(COLUMNS)
    print_row("---" for _ in COLUMNS)
    for path in arguments.models:
        for row in rows(path, audio, rate):
            print_row(row)


if __name__ == "__main__":
    main()
