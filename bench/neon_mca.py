"""Compares the NEON convolution with a core's limit, by simulation: ``python -m bench.neon_mca``.

Compiles conv.cpp and layer.cpp of cpp/kernels/impl for NEON to assembly, cuts out every loop over a
convolution's input rows in float32, wherever the compiler has inlined it, and lets llvm-mca count cycles
(bench/mca.py). The limit is llvm-mca's result for independent fused multiply-adds. llvm-mca does not simulate
caches, or the delay of values that were spilled to the stack. Needs Debian's llvm-19 and
g++-aarch64-linux-gnu, with clang to compare.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.mca import PROCESSORS, limit, loop_cycles

SOURCE = Path(__file__).resolve().parents[1] / "cpp"
COMPILERS = {
    "g++": ("aarch64-linux-gnu-g++", "-Wno-uninitialized", "-Wno-maybe-uninitialized"),
    "clang++": ("clang++", "--target=aarch64-linux-gnu"),
}
# The options with which cpp/kernels/kernels.cmake compiles the kernels for users.
FLAGS = (
    *("-std=c++20", "-O3", "-DNDEBUG", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
    *("-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-DNAM_KERNEL_SET=neon"),
    '-DNAM_KERNEL_VECTORS="kernels/simd/vec_neon.hpp"',
)

# The functions into which convolve() of conv.inl.hpp is inlined: the step of a plain layer, and one of the
# functions around a single convolution. Which of these it is depends on the compiler.
_FUNCTION = re.compile(
    r"^(_ZN8nam_core6detail7kernels\S*?(?:(?:9LayerStep|8run_rows|11choose_rows|8run_conv)I|4convE)\S*):[^\n]*\n(.*?)\n\s*\.size\s+\1",
    re.M | re.S,
)
_LABEL = re.compile(r"^(\.L\w+):", re.M)
_BRANCH = re.compile(
    r"^\s*(?:b\.?(?:eq|ne|cs|cc|hs|lo|hi|ls|lt|le|gt|ge|mi|pl)|cbn?z\s+\w+,|tbn?z\s+\w+,\s*#?\w+,)\s*(\.L\w+)",
    re.M,
)
# A multiply-add of float32: its sum, and its second factor, which is one lane of a vector if it is a weight
# that was loaded with others.
_FMA = re.compile(r"^\s*fmla\s+(v\d+)\.4s,\s*v\d+\.4s,\s*(v\d+\.(?:4s|s\[\d\]))", re.M)
# A store to an address that is not on the stack.
_STORE = re.compile(r"^\s*st\w+\s[^\n]*\[(?!sp\b)", re.M)

Tile = tuple[int, int]  # output rows, vectors


def assembly(compiler: str) -> str:
    """The assembly that a compiler makes of the NEON kernels."""
    headers = (f"-I{SOURCE}", f"-I{SOURCE / 'include'}")
    command = [*COMPILERS[compiler], *FLAGS, *headers, "-S", "-o", "-"]
    units = (str(SOURCE / "kernels" / "impl" / name) for name in ("conv.cpp", "layer.cpp"))
    runs = [subprocess.run([*command, unit], check=True, capture_output=True, text=True) for unit in units]
    return "".join(run.stdout for run in runs)


def inner_loops(text: str) -> dict[Tile, set[str]]:
    """The instructions of all loops over input rows, by the size of their tile."""
    found = defaultdict(set)
    for function in _FUNCTION.finditer(text):
        for loop in _self_loops(function[2]):
            fmas = _FMA.findall(loop)
            sums, factors = {total for total, _ in fmas}, [factor for _, factor in fmas]
            # A loop that stores its sums is the 1x1 after a layer's convolution, or an activation. A loop
            # that adds to a sum more than once is a 1x1 that takes four input rows per round.
            if not factors or len(factors) > len(sums) or _STORE.search(loop):
                continue
            # The weight of a single row is in every lane.
            rows = len({factor for factor in factors if "[" in factor}) or 1
            assert len(factors) % rows == 0, loop
            found[rows, len(factors) // rows].add(loop)
    return found


def _self_loops(function: str) -> list[str]:
    """The parts of a function between a label and a branch back to it, with no other label in between."""
    labels = list(_LABEL.finditer(function))
    ends = [label.start() for label in labels[1:]] + [len(function)]
    loops = []
    for label, end in zip(labels, ends, strict=True):
        block = function[label.end() : end]
        for branch in _BRANCH.finditer(block):
            if branch[1] == label[1]:
                lines = block[: branch.end()].replace(label[1], ".Lhere").splitlines()
                loops.append("\n".join(line for line in lines if not re.match(r"\s*(?:\.|//|$)", line)))
    return loops


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--compilers", nargs="+", choices=COMPILERS, default=list(COMPILERS))
    parser.add_argument("--rows", nargs="+", type=int, default=[1, 2, 3, 4, 5, 6, 7, 8])
    parser.add_argument("--listing", action="store_true", help="print the loops as well")
    options = parser.parse_args()
    limits = {cpu: limit(cpu) for cpu in PROCESSORS.values()}
    console = Console(width=160)
    for compiler in options.compilers:
        if not shutil.which(COMPILERS[compiler][0]):
            continue
        title = f"{compiler}: cycles per multiply-add of a vector in the slowest loop, share of the limit"
        table = Table("rows x vectors", title=title)
        for name, cpu in PROCESSORS.items():
            table.add_column(f"{name} ({limits[cpu]:.2f})", justify="right")
        found = inner_loops(assembly(compiler))
        tiles = {tile: sorted(found[tile]) for tile in sorted(found) if tile[0] in options.rows}
        if not tiles:
            raise SystemExit(f"{compiler} makes no such loop; has convolve() been renamed or moved?")
        for (rows, vectors), loops in tiles.items():
            cells = []
            for cpu, best in limits.items():
                taken = max(loop_cycles(loops, cpu)) / (rows * vectors)
                cells.append(f"{taken:.2f} = {best / taken:.0%}")
            table.add_row(f"{rows} x {vectors}", *cells)
            if options.listing:
                for code in loops:
                    console.print(f"{rows} x {vectors}:\n{code}", highlight=False, markup=False)
        console.print(table)


if __name__ == "__main__":
    main()
