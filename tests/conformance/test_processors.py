"""Older x86-64 processors, emulated by Debian's package qemu-user."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conformance.hashes import FOLDERS, recorded

import nam_core

TOLERANCE = 5e-6
EMULATOR = shutil.which("qemu-x86_64")

pytestmark = [
    pytest.mark.skipif(platform.machine() != "x86_64", reason="emulates x86-64 on x86-64"),
    pytest.mark.skipif(EMULATOR is None, reason="qemu-x86_64 (qemu-user) is not installed"),
]

# The programs print JSON. Here: what runs, and how other instruction sets are refused.
ISAS = """
import json
import nam_core

refused = {}
for isa in nam_core.runtime_info()["isas_compiled"]:
    try:
        nam_core.load("a1_nano.nam", isa=isa)
    except nam_core.NamIsaError as error:
        refused[isa] = str(error)
runs = nam_core.runtime_info()
print(json.dumps([runs["isas"], runs["exact_isas"], refused, nam_core.load("a1_nano.nam").isa]))
"""

# The largest distance of any golden model from PyTorch in float64.
DISTANCE = """
import pathlib
import numpy as np
import nam_core

worst = 0.0
for path in sorted(pathlib.Path().glob("*.nam")):
    with np.load(path.with_suffix(".npz")) as data:
        model = nam_core.load(path)
        y = np.concatenate([model.process(block) for block in np.split(data["x"], [100, 164, 165])])
        worst = max(worst, float(np.abs(y - data["y64"]).max()))
print(worst)
"""

SELFTEST = """
from nam_core.cli import main

assert main(["selftest", "--json"]) == 0
"""

# What hashes.json has, from one instruction set.
HASHES = """
import json
from conformance.hashes import measured

print(json.dumps(measured({isa!r})))
"""


def emulate(processor: str, program: str) -> Any:
    """The JSON that a program prints on a processor. It runs in the folder of the golden models."""
    assert EMULATOR is not None
    paths = [str(Path(nam_core.__file__).parents[1]), str(Path(__file__).parents[1])]
    search = os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [EMULATOR, "-cpu", processor, sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": search},
        cwd=FOLDERS["golden"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("processor", "isas", "refused"),
    [
        # 2008: with SSE 4.2, which numpy needs today; and 2011: with AVX, but neither AVX2 nor FMA.
        ("Nehalem", ["scalar-nofma"], ["avx512", "avx2"]),
        ("SandyBridge", ["scalar-nofma"], ["avx512", "avx2"]),
        # 2013.
        ("Haswell", ["avx2", "scalar", "scalar-nofma"], ["avx512"]),
    ],
)
def test_it_runs_what_the_processor_has(processor: str, isas: list[str], refused: list[str]) -> None:
    runs, exact, errors, default = emulate(processor, ISAS)
    assert runs == isas
    assert exact == isas[:-1]
    assert default == isas[0]
    # "scalar" is never refused: it is "scalar-nofma" where there is no FMA.
    assert list(errors) == refused
    assert all(f'"{isa}" is not available' in errors[isa] for isa in refused)


def test_the_selftest_says_that_its_bits_are_others_without_fma() -> None:
    found = emulate("Nehalem", SELFTEST)
    assert found["passed"]
    assert [(result["isa"], result["exact"]) for result in found["results"]] == [("scalar-nofma", False)]


def test_without_fma_it_is_correct_to_tolerance() -> None:
    assert emulate("Nehalem", DISTANCE) < TOLERANCE


@pytest.mark.parametrize("isa", ["avx2", "scalar"])
def test_bits_of_emulated_instructions(isa: str) -> None:
    found, expected = emulate("Haswell", HASHES.format(isa=isa)), recorded()
    assert found["signal"] == expected["signal"]
    models = found["models"].keys() & expected["models"].keys()
    assert len(models) >= 101
    assert [name for name in sorted(models) if found["models"][name] != expected["models"][name]] == []
