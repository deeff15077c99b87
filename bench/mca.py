"""llvm-mca, which simulates a processor from LLVM's description of it: Debian's llvm-19."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

# LLVM's names of processors. LLVM does not describe Cortex-A76; Neoverse N1 is nearly the same core. For A78
# and X1 it uses the description of Cortex-A57, as for A72, so they are not listed. For Apple's M1 it uses the
# description of a much earlier core, Cyclone, which is narrower and has 3 vector units in place of 4.
PROCESSORS = {
    "Cortex-A53": "cortex-a53",
    "Cortex-A72": "cortex-a72",
    "Cortex-A76": "neoverse-n1",
    "Neoverse V1": "neoverse-v1",
    "Apple M1": "apple-m1",
}

# Enough independent multiply-adds to hide their latency.
_INDEPENDENT = [f"fmla v{i}.4s, v30.4s, v31.s[0]" for i in range(24)]
_ITERATIONS = 200


def cycles(pieces: Iterable[str], processor: str, iterations: int = 1) -> list[float]:
    """Cycles per run of each piece of code, if it alone runs ``iterations`` times."""
    regions = [f"# LLVM-MCA-BEGIN {i}\n{code}\n# LLVM-MCA-END" for i, code in enumerate(pieces)]
    # llvm-mca accepts a branch only if the label of its target exists.
    labels = {f"{label}:" for region in regions for label in re.findall(r"\.L\w+", region)}
    command = ["llvm-mca-19", "-mtriple=aarch64", f"-mcpu={processor}", f"-iterations={iterations}"]
    command += ["--skip-unsupported-instructions=lack-sched"]
    text = "\n".join([*labels, *regions, ""])
    printed = subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout
    found = [int(total) / iterations for total in re.findall(r"^Total Cycles:\s+(\d+)", printed, re.M)]
    assert len(found) == len(regions)
    return found


def loop_cycles(loops: Iterable[str], processor: str) -> list[float]:
    """Cycles per round of each loop, averaged over many rounds."""
    return cycles(loops, processor, _ITERATIONS)


def limit(processor: str) -> float:
    """Least cycles per multiply-add of vectors: those of independent multiply-adds without other
    instructions.
    """
    (taken,) = loop_cycles(["\n".join(_INDEPENDENT)], processor)
    return taken / len(_INDEPENDENT)
