"""Estimates the share of an Arm core that a model takes: ``python -m bench.devices.estimate PREFIX``.

Nothing is timed. A host of the C++ library that is installed for AArch64 at PREFIX (docs/embedding.md) runs
under qemu-aarch64, which logs the instructions that are executed. llvm-mca (bench/mca.py) simulates the
instructions of some blocks of 64 frames at 48 kHz, in their order, and counts cycles. It assumes that every
load hits the first-level cache, that every branch is predicted, and that no load waits for a store. "limit"
is the share of these cycles that the file's multiply-adds (``macs_per_frame``) would take alone.

Needs Debian's g++-aarch64-linux-gnu, qemu-user and llvm-19.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.devices.host import FOLDER, ROOT, build, compiled_name
from bench.mca import PROCESSORS, cycles, limit
from bench.models import NAMES, SAMPLE_RATE, model_file
from nam_core.costing.counting import cost

BLOCK = 64
# Blocks of the two runs. Only the instructions that the second run executes more are counted. Both numbers
# have two digits, so that parsing them takes the same instructions.
BLOCKS = (10, 14)
# The usual clock of a device with that core, GHz.
DEVICES = {
    "Cortex-A53": ("Raspberry Pi 3", 1.2),
    "Cortex-A72": ("Raspberry Pi 4", 1.8),
    "Cortex-A76": ("Raspberry Pi 5", 2.4),
    "Neoverse V1": ("Graviton 3", 2.6),
    "Apple M1": ("M1", 3.2),
}
# Instructions that llvm-mca gets at a time, because it keeps all of them in memory.
PIECE = 100_000

_INSTRUCTION = re.compile(r"^0x([0-9a-f]+):\s+([0-9a-f]{8})\s")
_EXECUTED = re.compile(r"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")


@dataclass
class Trace:
    """The instructions that a program executed: runs without a jump, by their addresses."""

    order: array[int]
    words: dict[int, list[str]]  # the instructions of each run, in hexadecimal


def executed(program: Path, model: str, blocks: int) -> Trace:
    """The trace of the program from its start to its end."""
    log = FOLDER / "qemu.log"
    options = ("-cpu", "cortex-a72", "-d", "in_asm,exec,nochain", "-D", str(log))
    command = ["qemu-aarch64", *options, str(program), compiled_name(model), str(blocks)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    trace = Trace(array("Q"), {})
    current: list[str] | None = None
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := _EXECUTED.match(line):
                trace.order.append(int(match[1], 16))
            elif line.startswith("IN:"):
                current = None
            elif match := _INSTRUCTION.match(line):
                if current is None:
                    current = trace.words[int(match[1], 16)] = []
                current.append(match[2])
    log.unlink()
    return trace


def of_blocks(program: Path, model: str) -> Iterator[str]:
    """Yield the instructions of the blocks in their order, as LLVM writes them, in pieces."""
    short, long = (executed(program, model, blocks) for blocks in BLOCKS)
    # Both traces are equal until the short one leaves its loop, and after the long one leaves its loop.
    both = zip(short.order, long.order, strict=False)
    first = next(i for i, (one, other) in enumerate(both) if one != other)
    last = first + len(long.order) - len(short.order)
    assert long.order[last:] == short.order[first:]
    starts = long.order[first:last]
    runs = sorted(set(starts))
    text = dict(zip(runs, disassembled([long.words[start] for start in runs]), strict=True))
    piece: list[str] = []
    for start in starts:
        piece += text[start]
        if len(piece) >= PIECE:
            yield "\n".join(piece)
            piece = []
    yield "\n".join(piece)


def disassembled(runs: list[list[str]]) -> list[list[str]]:
    """The instructions of each run, as LLVM writes them."""
    words = [word for run in runs for word in run]
    data = "\n".join(" ".join(f"0x{word[i : i + 2]}" for i in (6, 4, 2, 0)) for word in words)
    command = ["llvm-mc-19", "-triple=aarch64", "-mattr=+v8.4a", "--disassemble"]
    printed = subprocess.run(command, input=data, check=True, capture_output=True, text=True).stdout
    lines = [line for line in printed.splitlines() if line.strip() and not line.strip().startswith(".")]
    assert len(lines) == len(words)
    taken = iter(lines)
    return [[next(taken) for _ in run] for run in runs]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("prefix", type=Path)
    parser.add_argument("--models", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME")
    options = parser.parse_args()
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'cmake' / 'aarch64-linux-gnu.cmake'}"
    program = build(options.prefix.resolve(), toolchain, "-DCMAKE_EXE_LINKER_FLAGS=-static")
    title = f"estimates: % of one core, {SAMPLE_RATE} Hz, blocks of {BLOCK} (cycles per sample, limit)"
    table = Table("model", "multiply-adds per sample", title=title)
    for core, (device, clock) in DEVICES.items():
        table.add_column(f"{device}, {core} at {clock} GHz", justify="right")
    limits = {core: limit(processor) / 4 for core, processor in PROCESSORS.items()}  # of one of 4 floats
    frames = (BLOCKS[1] - BLOCKS[0]) * BLOCK
    for model in options.models:
        macs = cost(model_file(model)).macs_per_frame
        totals = dict.fromkeys(DEVICES, 0.0)
        for piece in of_blocks(program, model):
            for core in DEVICES:
                totals[core] += sum(cycles([piece], PROCESSORS[core])) / frames
        cells = []
        for core, (_, clock) in DEVICES.items():
            share = f"{100 * totals[core] * SAMPLE_RATE / (clock * 1e9):.2g} %"
            cells.append(f"{share} ({totals[core]:.0f}, {macs * limits[core] / totals[core]:.0%})")
        table.add_row(model, f"{macs:,}", *cells)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
