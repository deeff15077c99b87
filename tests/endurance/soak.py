"""A storm around models that play, for as long as it is told to, with every bit and the memory looked at.

    python tests/endurance/soak.py --seconds 3600

Round after round, one of the models plays blocks of random lengths in a thread of its own. Meanwhile other
threads copy it, change its size, read what it says of itself, and reset its copies. The audio thread itself
resets it now and then, and is handed blocks with NaN, which it must refuse without a trace. An undisturbed
model of each size plays the same blocks beside it: wherever no change of size is under way, the bits have to
be those of one of them. A chain's have to once its parts have forgotten what the sizes before played.
Between two rounds no model is alive, and no more bytes may be in use than before.

Bytes in use are what malloc has given out and not got back. Python's own objects are among them, because the
program starts itself again with PYTHONMALLOC=malloc. The resident size is printed beside them: it also holds
what malloc keeps for later, which depends on the order in which threads free their memory.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import nam_core
from nam_core.format.building import sequential

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from small_models import container, convnet, linear, lstm, wavenet  # noqa: E402  # from the folder above

ROUND_SECONDS = 1.0
BLOCKS = (0, 1, 2, 7, 16, 63, 64, 65, 127, 128, 129, 480, 1000, 1024, 1025, 3000)
# Memory is compared from here on: threads and caches of Python have found their size by then.
WARM_UP = 0.1
MEBIBYTE = 1 << 20
ALLOWED_GROWTH = MEBIBYTE


def models() -> dict[str, Any]:
    """One model of each architecture, with one size and with several."""
    golden = sorted((ROOT / "tests").glob("golden*/*.nam"))
    small, large = wavenet(channels=2), wavenet(channels=4, dilations=(1, 2, 4, 8, 16))
    return {
        "wavenet": wavenet(channels=8, dilations=(1, 2, 4, 8, 16, 32, 64)),
        "stereo": wavenet(in_channels=2, out_channels=2),
        "lstm": lstm(),
        "convnet": convnet(),
        "linear": linear(np.linspace(-0.01, 0.01, 700)),
        "container": container(small, large, wavenet()),
        "chain": sequential(container(small, large), linear([0.5, -0.25, 0.1]), container(convnet(), small)),
        "mixed container": container(linear([0.5, 0.25]), convnet(), wavenet(channels=6)),
        "overdrive_a2": str(ROOT / "examples" / "overdrive_a2.nam"),
        **{path.stem: str(path) for path in golden},
    }


class Round:
    """A model, the threads that disturb it, and counters."""

    def __init__(self, source: Any, seed: int, counts: Counter[str], deadline: float) -> None:
        self.rng = np.random.default_rng(seed)
        dtype: Any = ("float32", "float64")[seed % 2]
        self.model = nam_core.load(source, dtype=dtype)
        # What each size makes of the stream, undisturbed. An LSTM of several sizes remembers what no history
        # holds, so after a change its bits are nobody else's.
        lows = [size.low for size in self.model.sizes]
        self.undisturbed = [nam_core.load(source, dtype=dtype, quality=low) for low in lows]
        self.exact = len(lows) == 1 or all(model.settles for model in self.undisturbed)
        # The parts of a chain play on while one changes its size: their histories hold the sound of both.
        self.forgets_after = self.model.bit_memory if self.model.architecture == "Sequential" else 0
        self.heard = 0  # frames of the size that plays, and `changes` while they played
        self.heard_changes = 0
        self.smallest = nam_core.load(source, dtype=dtype, quality=0.0)  # what a copy is compared with
        self.counts, self.deadline = counts, deadline
        self.changes = 0  # of size, begun and ended: odd in between
        self.error: BaseException | None = None

    def run(self) -> None:
        seeds = self.rng.integers(0, 2**32, 4)
        work = [self.play, *(self.change for _ in range(2)), self.copy]
        threads = [
            threading.Thread(target=self.guard, args=(call, int(seed)))
            for call, seed in zip(work, seeds, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.error is not None:
            raise self.error

    def guard(self, call: Any, seed: int) -> None:
        rng = np.random.default_rng(seed)
        try:
            while time.monotonic() < self.deadline and self.error is None:
                call(rng)
        except BaseException as error:
            self.error = error

    def play(self, rng: np.random.Generator) -> None:
        """Play one block, and check the result."""
        model = self.model
        frames = int(rng.choice(BLOCKS))
        shape = (frames,) if model.input_channels == 1 else (model.input_channels, frames)
        block = rng.uniform(-0.9, 0.9, shape).astype(model.dtype)
        what = rng.uniform()
        if what < 0.02:
            for each in (model, *self.undisturbed):
                each.reset()
            self.counts["resets"] += 1
        elif what < 0.06 and frames:
            bad = block.copy()
            bad[..., int(rng.integers(frames))] = rng.choice([np.nan, np.inf, -np.inf])
            with suppress(ValueError):
                model.process(bad)
                raise AssertionError("a block with NaN was taken")
            self.counts["blocks with NaN"] += 1
        steady = not model.switching
        before = self.changes
        out = model.process(block)
        steady = steady and not model.switching and before == self.changes and before % 2 == 0
        expected = [each.process(block) for each in self.undisturbed]
        self.counts["blocks"] += 1
        self.counts["frames"] += frames
        if not np.isfinite(out).all() and all(np.isfinite(one).all() for one in expected):
            raise AssertionError("the output is not finite")
        forgotten = steady and before == self.heard_changes and self.heard >= self.forgets_after
        if not steady or before != self.heard_changes:
            self.heard, self.heard_changes = 0, before
        if steady:
            self.heard += frames
        if steady and self.exact and (forgotten or not self.forgets_after):
            if not any(np.array_equal(out, one, equal_nan=True) for one in expected):
                raise AssertionError(f"other bits than those of an undisturbed model, {frames} frames")
            self.counts["blocks compared"] += 1

    def change(self, rng: np.random.Generator) -> None:
        if len(self.undisturbed) > 1:
            with _changing:
                self.changes += 1
                self.model.set_quality(rng.uniform(), crossfade=float(rng.choice([0.0, 0.0, 0.001, 0.01])))
                self.changes += 1
            self.counts["changes of size"] += 1
            # Time for the change to end, so that there are steady blocks.
            time.sleep(float(rng.choice([0.0, 0.002, 0.05])))
        else:
            time.sleep(0.01)
        assert self.model.state_bytes > 0
        assert self.model.memory_bytes > 0
        assert repr(self.model)

    def copy(self, rng: np.random.Generator) -> None:
        try:
            copied = self.model.copy()
        except RuntimeError:
            self.counts["copies refused"] += 1
            return
        self.counts["copies"] += 1
        shape = (200,) if copied.input_channels == 1 else (copied.input_channels, 200)
        block = rng.uniform(-0.9, 0.9, shape).astype(copied.dtype)
        copied.process(block)
        copied.reset()
        copied.set_quality(0.0, crossfade=0)
        copied.reset()
        self.smallest.reset()
        if not np.array_equal(copied.process(block), self.smallest.process(block), equal_nan=True):
            raise AssertionError("a copy that was reset is not a fresh model")
        time.sleep(0.002)


_changing = threading.Lock()


class Memory(NamedTuple):
    """Bytes of this process: handed out by malloc, and in physical memory."""

    in_use: int
    resident: int


class _Mallinfo(ctypes.Structure):
    """glibc's ``struct mallinfo2``: sums over all heaps."""

    names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks")
    _fields_ = tuple((name, ctypes.c_size_t) for name in (*names, "fordblks", "keepcost"))


def memory() -> Memory:
    """Memory of the process while no model is alive. Zeros if the system does not report it."""
    gc.collect()
    if not sys.platform.startswith("linux"):
        return Memory(0, 0)
    in_use = resident = 0
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.malloc_trim(0)
        libc.mallinfo2.restype = _Mallinfo
        info = libc.mallinfo2()
        in_use = info.uordblks + info.hblkhd
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            resident = int(line.split()[1]) * 1024
    return Memory(in_use, resident)


def soak(seconds: float, seed: int = 0) -> tuple[Counter[str], list[Memory]]:
    """Storm for so long. Returns what was counted, and the memory after each round that follows the warm-up.

    Raises what went wrong, with the model's name and the round's seed.
    """
    counts: Counter[str] = Counter()
    sources = models()
    begin = time.monotonic()
    end = begin + seconds
    number = seed
    taken: list[Memory] = []
    while time.monotonic() < end:
        name = list(sources)[number % len(sources)]
        try:
            Round(sources[name], number, counts, min(end, time.monotonic() + ROUND_SECONDS)).run()
        except BaseException:
            print(f"model {name}, seed {number}", file=sys.stderr)
            raise
        number += 1
        counts["rounds"] += 1
        # Every model once: loading each leaves its traces in Python's caches.
        if time.monotonic() - begin > WARM_UP * seconds and number - seed >= min(len(sources), seconds / 3):
            taken.append(memory())
    return counts, taken


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if "PYTHONMALLOC" not in os.environ:
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONMALLOC": "malloc"})
    counts, taken = soak(options.seconds, options.seed)
    print(json.dumps({**counts, "times the memory was looked at": len(taken)}, indent=1))
    for name in Memory._fields:
        values = [getattr(one, name) / MEBIBYTE for one in taken]
        rises = [value - values[0] for value in values]
        print(
            f"{name}: {values[0]:.2f} MiB after the warm-up, "
            f"then at most {max(rises):.2f} MiB more, {rises[-1]:.2f} at the end"
        )
    return max(one.in_use for one in taken) - taken[0].in_use > ALLOWED_GROWTH


if __name__ == "__main__":
    sys.exit(main())
