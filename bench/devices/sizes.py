"""Prints the size of the C++ library's code, and the memory of its models: ``python -m bench.devices.sizes
PREFIX``.

Code is the text segment of examples/embedded, a program with one small model, read-only data included. Memory
is ``nam_core::Model::memory_bytes`` of the models of bench.models; constants are the bytes of their weights
in the program. A library for another processor needs --toolchain and --emulator.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
from pathlib import Path

from rich.console import Console
from rich.table import Table

import nam_core
from bench.devices.host import ROOT, build, build_program, compiled_name
from bench.models import NAMES, model_file


def text_bytes(prefix: Path, *options: str) -> int:
    """The bytes of the text segment of the example host."""
    program = build_program(ROOT / "examples" / "embedded", prefix, *options) / "embedded_host"
    printed = subprocess.run(["size", str(program)], check=True, capture_output=True, text=True).stdout
    return int(printed.splitlines()[1].split()[0])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefix", type=lambda text: Path(text).resolve())
    parser.add_argument("--toolchain", type=lambda text: Path(text).resolve())
    parser.add_argument("--emulator", type=shlex.split, default=[])
    options = parser.parse_args()
    toolchain = [f"-DCMAKE_TOOLCHAIN_FILE={options.toolchain}"] if options.toolchain else []
    console = Console()
    console.print(f"code of the example host: {text_bytes(options.prefix, *toolchain) / 1024:.0f} KiB")
    program = build(options.prefix, *toolchain)
    table = Table("model", "constants, KiB", "memory, KiB")
    for name in NAMES:
        printed = subprocess.run(
            [*options.emulator, str(program), compiled_name(name), "1"], check=True, capture_output=True
        )
        constants = 4 * nam_core.load(model_file(name)).num_parameters
        table.add_row(name, f"{constants / 1024:.0f}", f"{int(printed.stdout) / 1024:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
