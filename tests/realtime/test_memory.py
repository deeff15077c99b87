"""What models of several sizes and many copies hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from realtime.switching_models import ROOT, two_wavenets
from small_models import noise, wavenet

import nam_core

A2 = ROOT / "examples" / "overdrive_a2.nam"


def test_copies_share_weights() -> None:
    model = nam_core.load(A2)
    shared = model.memory_bytes - model.state_bytes
    copies = [model.copy() for _ in range(100)]
    assert {copy.state_bytes for copy in copies} == {model.state_bytes}
    assert all(copy.memory_bytes == shared + copy.state_bytes for copy in copies)
    # A size that one of them builds is there for all.
    copies[0].set_quality(0, crossfade=0)
    grown = copies[0].memory_bytes - copies[0].state_bytes
    assert grown > shared
    assert model.memory_bytes - model.state_bytes == grown


def test_a_hundred_copies_cost_their_states() -> None:
    program = f"""
import json, nam_core
model = nam_core.load({str(A2)!r})
def held(): return int(open('/proc/self/statm').read().split()[1]) * 4096
first = [model.copy() for _ in range(5)]
before = held()
copies = [model.copy() for _ in range(100)]
print(json.dumps([held() - before, model.state_bytes]))
"""
    search = {"PYTHONPATH": str(Path(nam_core.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=search, capture_output=True, text=True, check=True
    )
    grown, state = json.loads(done.stdout)
    assert 0.5 * 100 * state < grown < 1.25 * 100 * state


def test_old_sizes_are_given_back() -> None:
    model = nam_core.load(two_wavenets())
    seen = set()
    for _ in range(50):
        for quality in (0, 1):
            model.set_quality(quality, crossfade=0.001)
            model.process(noise(500))
        seen.add(model.memory_bytes)
    assert len(seen) == 1


def test_one_size_keeps_no_history() -> None:
    alone = nam_core.load(wavenet(channels=2))
    two = nam_core.load(two_wavenets(), quality=0)
    assert alone.state_bytes < two.state_bytes
