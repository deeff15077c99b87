"""The memory of models with several sizes and many copies."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from pathlib import Path

import pytest
from realtime.switching_models import ROOT, two_wavenets
from small_models import lstm, noise, wavenet

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


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33, which counts")
def test_what_is_stated_is_what_malloc_gives() -> None:
    """tests/cpp/memory_check.cpp compares to the byte; this test checks the module that Python loads."""

    class Counts(ctypes.Structure):
        # Of struct mallinfo2, in its order.
        names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks")
        _fields_ = [(name, ctypes.c_size_t) for name in (*names, "fordblks", "keepcost")]

    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = Counts

    def held() -> int:
        counts = mallinfo2()
        return int(counts.uordblks + counts.hblkhd)

    full = nam_core.load(A2)
    size, part = full._family.at(1.0), full._family._parts[0]
    for make in (lambda: part._build(1.0, part.describe(1.0)).settled, lambda: full._family.engine(size)):
        make()  # what is allocated once for all
        before = held()
        made = make()
        grown = held() - before
        stated = made.memory_bytes() if callable(made.memory_bytes) else made.memory_bytes
        # malloc rounds each of some hundred pieces up, and those beyond 128 KiB to pages. It counts small
        # pieces that a thread keeps for its next request as held, so a few that are taken from there do not
        # show.
        assert stated - 4096 <= grown < 1.1 * stated + 65_536
        del made


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


@pytest.mark.parametrize("isa", nam_core.runtime_info()["isas"])
def test_an_lstm_of_four_units_has_rows_of_one_vector(isa: str) -> None:
    # At most 16 lanes for 4 units: two layers, their weights, and a tile of 128 frames.
    assert nam_core.load(lstm(), isa=isa).memory_bytes < 64 * 1024
