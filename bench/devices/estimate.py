"""Estimates the share of an Arm core that a model takes: ``python -m bench.devices.estimate PREFIX``.

Nothing is timed. A host of the C++ library that is installed for AArch64 at PREFIX (docs/embedding.md) runs
under qemu-aarch64, which writes down every run of instructions without a jump, and how often it was executed.
llvm-mca, which simulates a core from LLVM's description of it, says how many cycles each takes when it is
repeated; the sum over all of them, for blocks of 64 frames at 48 kHz, is the estimate. It assumes that every
load hits the first cache and every jump is foreseen, and lets runs overlap with themselves only.

Needs Debian's g++-aarch64-linux-gnu, qemu-user and llvm-19.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.devices.host import FOLDER, ROOT, build
from bench.models import NAMES, SAMPLE_RATE
from bench.neon_mca import PROCESSORS

BLOCK = 64
# Two runs, whose difference is blocks alone.
BLOCKS = (8, 24)
# The usual clock of a device with that core, GHz.
DEVICES = {
    "Cortex-A72": ("Raspberry Pi 4", 1.8),
    "Cortex-A76": ("Raspberry Pi 5", 2.4),
    "Apple M1": ("M1", 3.2),
}
ITERATIONS = 50

_INSTRUCTION = re.compile(r"^0x([0-9a-f]+):\s+([0-9a-f]{8})\s")
_EXECUTED = re.compile(r"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")

Run = tuple[str, ...]  # instruction words, in hexadecimal


def executed(program: Path, model: str, blocks: int) -> Counter[Run]:
    """How often each run of instructions without a jump was executed."""
    log = FOLDER / "qemu.log"
    options = ("-cpu", "cortex-a72", "-d", "in_asm,exec,nochain", "-D", str(log))
    command = ["qemu-aarch64", *options, str(program), model, str(blocks)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    words: dict[int, list[str]] = {}
    counts: Counter[int] = Counter()
    current: list[str] | None = None
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := _EXECUTED.match(line):
                counts[int(match[1], 16)] += 1
            elif line.startswith("IN:"):
                current = None
            elif match := _INSTRUCTION.match(line):
                if current is None:
                    current = words[int(match[1], 16)] = []
                current.append(match[2])
    log.unlink()
    return Counter({tuple(words[start]): count for start, count in counts.items()})


def disassembled(runs: list[Run]) -> list[list[str]]:
    """The instructions of each run, as LLVM writes them."""
    words = [word for run in runs for word in run]
    data = "\n".join(" ".join(f"0x{word[i : i + 2]}" for i in (6, 4, 2, 0)) for word in words)
    command = ["llvm-mc-19", "-triple=aarch64", "-mattr=+v8.4a", "--disassemble"]
    printed = subprocess.run(command, input=data, check=True, capture_output=True, text=True).stdout
    lines = [line for line in printed.splitlines() if line.strip() and not line.strip().startswith(".")]
    assert len(lines) == len(words)
    taken = iter(lines)
    return [[next(taken) for _ in run] for run in runs]


def cycles(runs: list[list[str]], processor: str) -> list[float]:
    """Cycles of each run when it is repeated."""
    regions = (f"# LLVM-MCA-BEGIN {i}\n" + "\n".join(run) + "\n# LLVM-MCA-END" for i, run in enumerate(runs))
    command = ["llvm-mca-19", "-mtriple=aarch64", f"-mcpu={processor}", f"-iterations={ITERATIONS}"]
    command += ["--skip-unsupported-instructions=lack-sched"]
    done = subprocess.run(command, input="\n".join(regions), check=True, capture_output=True, text=True)
    found = [int(total) / ITERATIONS for total in re.findall(r"^Total Cycles:\s+(\d+)", done.stdout, re.M)]
    assert len(found) == len(runs)
    return found


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
    table = Table(
        "model", title=f"estimates: % of one core, {SAMPLE_RATE} Hz, blocks of {BLOCK} (cycles per sample)"
    )
    for core, (device, clock) in DEVICES.items():
        table.add_column(f"{device}, {core} at {clock} GHz", justify="right")
    frames = (BLOCKS[1] - BLOCKS[0]) * BLOCK
    for model in options.models:
        short, long = (executed(program, model, blocks) for blocks in BLOCKS)
        runs = {run: count - short[run] for run, count in long.items() if count > short[run]}
        instructions = disassembled(list(runs))
        cells = []
        for core, (_, clock) in DEVICES.items():
            times = cycles(instructions, PROCESSORS[core])
            total = sum(count * time for count, time in zip(runs.values(), times, strict=True)) / frames
            cells.append(f"{100 * total * SAMPLE_RATE / (clock * 1e9):.2g} % ({total:.0f})")
        table.add_row(model, *cells)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
