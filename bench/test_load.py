"""The time to get a model ready: import, read a file, build the engine, reset, copy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import NAMES, model_file


@pytest.mark.parametrize("name", NAMES)
def test_read(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "read"
    benchmark(nam_core.read_nam, json.dumps(model_file(name)).encode())


@pytest.mark.parametrize("name", NAMES)
def test_load(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "load"
    benchmark(nam_core.load, json.dumps(model_file(name)).encode())


@pytest.mark.parametrize("name", NAMES)
def test_reset(benchmark: BenchmarkFixture, name: str) -> None:
    """Reset, and play one frame, because the first block does the work of the reset."""
    benchmark.group = "reset"
    model = nam_core.load(model_file(name))
    block = np.zeros((model.input_channels, 1)[model.input_channels == 1 :], model.dtype)

    def reset() -> None:
        model.reset()
        model.process(block)

    benchmark(reset)


@pytest.mark.parametrize("name", NAMES)
def test_copy(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "copy"
    benchmark(nam_core.load(model_file(name)).copy)


@pytest.mark.parametrize("module", ["numpy", "nam_core"])
def test_import(benchmark: BenchmarkFixture, module: str) -> None:
    """A fresh interpreter that imports one module: most of what nam_core takes is numpy."""
    benchmark.group = "import"
    search_path = os.pathsep.join([str(Path(nam_core.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": search_path}
    command = [sys.executable, "-c", f"import {module}"]
    benchmark(subprocess.run, command, env=environment, check=True)
