"""How near the NEON convolution comes to a core's limit, on paper: ``python -m bench.neon_mca``.

Compiles cpp/kernels/isa_neon.cpp to assembly, cuts the loop over input rows out of every register tile of the
convolution, and lets llvm-mca, which simulates a processor from LLVM's description of it, count cycles. The
limit is what it says of independent fused multiply-adds. It knows nothing of caches, nor that a value which
was spilled to the stack is late. Needs Debian's llvm-19 and g++-aarch64-linux-gnu, with clang to compare.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from pathlib import Path

from rich.console import Console
from rich.table import Table

SOURCE = Path(__file__).resolve().parents[1] / "cpp"
COMPILERS = {
    "g++": ("aarch64-linux-gnu-g++", "-Wno-uninitialized", "-Wno-maybe-uninitialized"),
    "clang++": ("clang++", "--target=aarch64-linux-gnu"),
}
# As cpp/kernels/kernels.cmake compiles the file, for users.
FLAGS = (
    *("-std=c++20", "-O3", "-DNDEBUG", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
    *("-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-DNAM_KERNEL_SET=neon"),
)
# What LLVM's descriptions of processors are called. It has none for Cortex-A76, whose twin is Neoverse N1;
# for Apple's M1 it takes that of a much earlier core, Cyclone: narrower, with 3 vector units in place of 4.
PROCESSORS = {"Cortex-A72": "cortex-a72", "Cortex-A76": "neoverse-n1", "Apple M1": "apple-m1"}
ITERATIONS = 200

# Enough of them to hide their latency.
INDEPENDENT = "\n".join(f"fmla v{i}.4s, v30.4s, v31.s[0]" for i in range(24))

_FUNCTION = re.compile(
    r"^(_ZN\S*8ConvStep3runIfLi(\d)ELi(\d)E\S*):[^\n]*\n(.*?)\n\s*\.size\s+\1", re.M | re.S
)
_LABEL = re.compile(r"^(\.L\w+):", re.M)
_FMA = re.compile(r"^\s*fmla\s", re.M)
_BRANCH = re.compile(
    r"^\s*(?:b\.?(?:eq|ne|cs|cc|hs|lo|hi|ls|lt|le|gt|ge|mi|pl)|cbn?z\s+\w+,|tbn?z\s+\w+,\s*#?\w+,)\s*(\.L\w+)",
    re.M,
)


def assembly(compiler: str) -> str:
    """What a compiler makes of the NEON kernels."""
    command = [
        *COMPILERS[compiler],
        *FLAGS,
        f"-I{SOURCE}",
        "-S",
        "-o",
        "-",
        str(SOURCE / "kernels/isa_neon.cpp"),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def inner_loops(text: str) -> dict[tuple[int, int], tuple[str, int]]:
    """The loop over input rows by (rows, vectors): its instructions, and how many rows are one round."""
    found = {}
    for function in _FUNCTION.finditer(text):
        rows, vectors = int(function[2]), int(function[3])
        for loop in _self_loops(function[4]):
            count = len(_FMA.findall(loop))
            # Mixin rows have such a loop too; that over taps comes later, and is the same work.
            if count and count % (rows * vectors) == 0:
                found[rows, vectors] = loop, count // (rows * vectors)
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
                lines = block[: branch.end()].splitlines()
                loops.append("\n".join(line for line in lines if not re.match(r"\s*(?:\.|//|$)", line)))
    return loops


def cycles(code: str, processor: str, mca: str) -> float:
    """Cycles per run of the instructions, again and again, as llvm-mca counts them."""
    # It knows the label of the branch's target only if that is there.
    labels = "".join(f"{label}:\n" for label in set(re.findall(r"\.L\w+", code)))
    command = [mca, "-mtriple=aarch64", f"-mcpu={processor}", f"-iterations={ITERATIONS}"]
    done = subprocess.run(command, input=f"{labels}{code}\n", check=True, capture_output=True, text=True)
    total = re.search(r"^Total Cycles:\s+(\d+)", done.stdout, re.M)
    assert total is not None
    return int(total[1]) / ITERATIONS


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--compilers", nargs="+", choices=COMPILERS, default=list(COMPILERS))
    parser.add_argument("--mca", default="llvm-mca-19", help="the program")
    parser.add_argument("--rows", nargs="+", type=int, default=[1, 2, 3, 4, 5, 6, 7, 8])
    parser.add_argument("--listing", action="store_true", help="print the loops as well")
    options = parser.parse_args()
    limits = {cpu: cycles(INDEPENDENT, cpu, options.mca) / 24 for cpu in PROCESSORS.values()}
    console = Console(width=120)
    for compiler in options.compilers:
        if not shutil.which(COMPILERS[compiler][0]):
            continue
        table = Table(
            "rows x vectors", title=f"{compiler}: cycles per vector of multiply-adds, share of the limit"
        )
        for name, cpu in PROCESSORS.items():
            table.add_column(f"{name} ({limits[cpu]:.2f})", justify="right")
        for (rows, vectors), (code, unrolled) in sorted(inner_loops(assembly(compiler)).items()):
            if rows not in options.rows:
                continue
            fmas = rows * vectors * unrolled
            taken = [cycles(code, cpu, options.mca) / fmas for cpu in PROCESSORS.values()]
            shares = [limit / each for limit, each in zip(limits.values(), taken, strict=True)]
            cells = [f"{each:.2f} = {share:.0%}" for each, share in zip(taken, shares, strict=True)]
            table.add_row(f"{rows} x {vectors}", *cells)
            if options.listing:
                console.print(f"{rows} x {vectors}:\n{code}", highlight=False, markup=False)
        console.print(table)


if __name__ == "__main__":
    main()
