"""``import nam_core`` changes little in a process. bench/test_load.py measures how long it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nam_core

SOURCE_ROOT = Path(nam_core.__file__).parents[1]
HEAVY = ("torch", "soundfile", "soxr", "namz", "rich", "matplotlib", "scipy", "asyncio", "multiprocessing")


def run(program: str) -> Any:
    """The JSON that a fresh interpreter prints."""
    search_path = os.pathsep.join([str(SOURCE_ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": search_path}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_imports_numpy_and_the_json_reader_only() -> None:
    loaded = run("import json, sys, nam_core; print(json.dumps(sorted(sys.modules)))")
    assert "numpy" in loaded
    assert "orjson" in loaded
    assert not set(HEAVY) & set(loaded)
    # Our own parts that are loaded on first use.
    for name in ("cli", "comparison", "inspection", "reference", "rendering"):
        assert f"nam_core.{name}" not in loaded


def test_everything_named_is_there() -> None:
    names = run(
        "import json, nam_core; print(json.dumps([n for n in nam_core.__all__ if getattr(nam_core, n)]))"
    )
    assert names == nam_core.__all__
    assert set(names) <= set(dir(nam_core))


def test_the_floating_point_mode_is_left_alone() -> None:
    program = """
import json, threading, numpy as np

def denormal():
    # Not flushed, and not rounded differently.
    return float(np.float32(1e-38) * np.float32(0.01)), float(np.float64(5e-324) * 1.0), 1.0 + 2.0**-53

seen = [denormal()]
import nam_core
seen.append(denormal())
config = {"receptive_field": 2, "bias": False}
nam = {"version": "0.7.0", "architecture": "Linear", "config": config, "weights": [0.5, 0.25]}
for dtype in ("float32", "float64"):
    for isa in nam_core.runtime_info()["isas"]:
        model = nam_core.load(nam, dtype=dtype, isa=isa)
        seen.append(denormal())
        model.process(np.full(1000, 1e-38, dtype))
        model.copy().reset()
        seen.append(denormal())
        try:
            model.process(np.array([np.nan]))
        except ValueError:
            seen.append(denormal())
nam_core.render(model, np.zeros(100000), threads=3)
seen.append(denormal())
thread = threading.Thread(target=lambda: seen.append(denormal()))
thread.start()
thread.join()
print(json.dumps(seen))
"""
    seen = run(program)
    assert len(seen) > 8
    assert all(values == [9.99994610111476e-41, 5e-324, 1.0] for values in seen)
