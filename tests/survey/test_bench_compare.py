"""bench/compare.py: ratios of two files of pytest-benchmark, and the description of the machine in such a
file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.compare import machine, ratios, table

ROOT = Path(__file__).parents[2]


def run_of(**medians: float) -> dict[str, Any]:
    """A file with these medians. The quartiles are a tenth below and a fifth above the median; the least time
    is its square.
    """
    return {
        "datetime": "2026-01-01",
        "machine_info": {"machine": "x86_64", "nam_core": {"processor": "Test CPU", "compiler": "GNU 12"}},
        "benchmarks": [
            {"fullname": name, "stats": {"median": m, "q1": 0.9 * m, "q3": 1.2 * m, "min": m**2}}
            for name, m in medians.items()
        ],
    }


def test_ratios_with_their_range() -> None:
    found = ratios(run_of(b=4.0, a=1.0, new=1.0), run_of(a=2.0, b=2.0, old=1.0))
    assert [(ratio.name, ratio.value) for ratio in found] == [("b", 2.0), ("a", 0.5)]
    assert found[0].low == pytest.approx(2.0 * 0.9 / 1.2)
    assert found[0].high == pytest.approx(2.0 * 1.2 / 0.9)
    assert [row[1] for row in table(found).rows] == ["2.000", "0.500", "1.000"]
    assert [row[3] for row in table(found).rows] == ["4.000", "0.250", "1.000"]
    assert [ratio.name for ratio in ratios(run_of(ab=1.0, b=1.0), run_of(ab=1.0, b=1.0), "a")] == ["ab"]


def test_the_machine_is_named() -> None:
    assert machine(run_of()) == "Test CPU, GNU 12, 2026-01-01"


def test_as_a_command(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    new.write_text(json.dumps(run_of(a=1.0)))
    old.write_text(json.dumps(run_of(a=4.0)))
    command = [sys.executable, str(ROOT / "bench" / "compare.py"), str(new), str(old)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "0.250" in done.stdout
    nothing = subprocess.run([*command, "--only", "z"], capture_output=True, text=True, check=False)
    assert nothing.returncode == 2
    assert "no such benchmark in common" in nothing.stderr


def test_benchmarks_say_what_machine_they_ran_on(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    selected = ["bench/test_load.py", "-k", "test_copy and a1-nano"]
    quick = ["--benchmark-max-time=0.01", "--benchmark-min-rounds=1", f"--benchmark-json={path}"]
    command = [sys.executable, "-m", "pytest", "-q", "--benchmark", *selected, *quick]
    # No benchmark runs under pytest-xdist. This test may, so the inner pytest does not get its variables.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=alone)
    found = json.loads(path.read_text())
    about = found["machine_info"]["nam_core"]
    assert about["fma_limit"] > 0.0
    assert about["isa"] in about["isas"]
    assert [benchmark["group"] for benchmark in found["benchmarks"]] == ["copy"]
