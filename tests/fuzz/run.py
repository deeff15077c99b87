"""Runs random cases until their time is up or one of them finds something.

    python tests/fuzz/run.py nam --cpu-seconds 60
    python tests/fuzz/run.py sound --cpu-seconds 60 --seed 7
    python tests/fuzz/run.py nam --again build/fuzz/nam-123

Cases run in a process of its own, which writes each to a file first: what a crash leaves behind is the case
that made it. Under the sanitizers (`nox -s sanitize`) a bad access is a crash.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import traceback
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz import nam_cases, sound_cases  # from the folder above

KINDS: dict[str, ModuleType] = {"nam": nam_cases, "sound": sound_cases}
FINDINGS = Path(__file__).resolve().parents[2] / "build" / "fuzz"


def cpu_seconds() -> float:
    """The processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def work(name: str, seconds: float, seed: int, current: Path) -> int:
    """Run cases in this process. Returns 1 if a case found a fault."""
    kind = KINDS[name]
    counts: Counter[str] = Counter()
    ignored: list[object] = []

    def note(argument: Any) -> None:
        ignored.append(argument.exc_value)
        sys.__unraisablehook__(argument)

    # What is raised in callbacks from C is a finding as well.
    sys.unraisablehook = note
    end = cpu_seconds() + seconds
    while cpu_seconds() < end:
        case = kind.random_case(random.Random(seed))
        current.write_bytes(case)
        current.with_suffix(".seed").write_text(str(seed))
        try:
            counts[kind.check(case, seed)] += 1
        except Exception:
            traceback.print_exc()
            return 1
        if ignored:
            return 1
        seed += 1
    done = f"{sum(counts.values())} cases in {seconds:.0f} s of CPU time, seeds up to {seed}"
    print(f"{name}: {done}: {dict(counts)}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--cpu-seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=Path, help="run this finding, with the seed that lies beside it")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.again:
        seed = int(options.again.with_suffix(".seed").read_text())
        print(KINDS[options.kind].check(options.again.read_bytes(), seed))
        return 0
    FINDINGS.mkdir(parents=True, exist_ok=True)
    current = FINDINGS / f"{options.kind}-{options.seed}"
    if options.inside:
        return work(options.kind, options.cpu_seconds, options.seed, current)
    status = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--inside"], check=False).returncode
    if status == 0:
        current.unlink()
        current.with_suffix(".seed").unlink()
        return 0
    print(f"found something (status {status}): {current}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
